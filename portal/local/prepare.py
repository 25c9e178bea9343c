"""Prepare this machine: system libraries, virtual environment, pinned requirements.

Run by `make` as `python3 portal/local/prepare.py [--dev]`, before anything is installed: standard
library alone. Does nothing, in a few milliseconds, when everything is in place.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# What WeasyPrint (PDF) and python-magic (uploads) load, and the Debian package that brings it.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
    "libmagic.so.1": "libmagic1",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(text: str) -> None:
    print(text, flush=True)


def missing_packages(dev: bool) -> list[str]:
    """The Debian packages that this machine lacks; the browser is for the tests alone."""
    missing = []
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if dev and not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")
    return missing


def apt_get() -> list[str] | None:
    """The beginning of an `apt-get` command that may install here, or None."""
    if not shutil.which("apt-get"):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if os.geteuid() == 0:
        return quiet
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True).returncode == 0:
        return [*sudo, *quiet]
    return None


def install_packages(packages: list[str]) -> None:
    """Install Debian packages, or stop with one line that says which."""
    by_hand = f"Il manque des paquets : lancez « sudo apt-get install {' '.join(packages)} », puis recommencez."
    command = apt_get()
    if command is None:
        sys.exit(by_hand)
    say(f"Installation des paquets du système : {', '.join(packages)}…")
    install = [*command, "install", "-y", "--no-install-recommends", *packages]
    # The list of packages may be absent or old: fetch it only when the installation fails.
    for step in (install, [*command, "update"], install):
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode == 0 and step is install:
            return
    sys.exit(f"{done.stdout[-1500:]}{done.stderr[-1500:]}\n{by_hand}")


def works(*command: str | Path) -> bool:
    try:
        return subprocess.run([*map(str, command)], capture_output=True).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Create `.venv`, or make it again when its Python is gone or too old."""
    if works(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    say("Création de l’environnement Python (.venv)…")
    with_uv = importlib.util.find_spec("ensurepip") is None and shutil.which("uv") is not None
    if importlib.util.find_spec("ensurepip") is None and not with_uv:
        install_packages([f"python3.{sys.version_info.minor}-venv"])  # Debian keeps it apart
    shutil.rmtree(VENV, ignore_errors=True)
    command = ["uv", "venv", "--quiet", "--python", sys.executable] if with_uv else [sys.executable, "-m", "venv"]
    if not works(*command, VENV):
        sys.exit(f"L’environnement Python ne se crée pas : essayez « {' '.join(command)} .venv ».")


def install_requirements(dev: bool) -> None:
    """Install what the requirements file pins, unless this very file was installed last time."""
    files = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
    wanted = "dev" if dev else "run"
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    stamps = {name: VENV / f".installed-{name}" for name in files}
    if stamps[wanted].exists() and stamps[wanted].read_text() == digests[wanted]:
        return
    say("Installation des bibliothèques Python (une à deux minutes la première fois)…")
    asked = ["--require-hashes", "-r", str(files[wanted])]
    with_uv = ["uv", "pip", "install", "--quiet", "--python", str(PYTHON), *asked]
    with_pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *asked]
    if not (shutil.which("uv") and works(*with_uv)):
        done = subprocess.run(with_pip, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{done.stderr[-3000:]}\nLes bibliothèques Python ne s’installent pas : voyez ci-dessus.")
    # The development file holds the other one, with the same versions.
    for name in ("run", "dev") if dev else ("run",):
        stamps[name].write_text(digests[name])


def main(arguments: list[str]) -> None:
    dev = "--dev" in arguments
    if packages := missing_packages(dev):
        install_packages(packages)
    make_venv()
    install_requirements(dev)


if __name__ == "__main__":
    main(sys.argv[1:])
