"""What the project ships to be installed with: pinned files, an image, a compose file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def test_there_are_requirements_to_look_at():
    assert REQUIREMENTS == ["requirements-dev.txt", "requirements.txt"]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_are_pinned_by_hash_and_name_no_address(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"://|@ |--(index|extra-index|find-links|trusted-host)|^-i ", text, re.MULTILINE)
    for requirement in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_two_requirements_files_agree_on_every_version():
    pins = [dict(re.findall(r"^([a-z0-9._-]+).*?==(\S+)", (ROOT / n).read_text(), re.MULTILINE)) for n in REQUIREMENTS]
    dev, run = pins
    assert run.items() <= dev.items()


def test_no_lock_file_with_addresses_is_tracked():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    names = {Path(path).name for path in tracked}
    assert not names & {"uv.lock", "package-lock.json", "yarn.lock", "poetry.lock", ".env"}


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_every_container_runs_without_rights_on_a_read_only_file_system(services):
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.findall(r"^USER (.*)$", dockerfile, re.MULTILINE)[-1:] == ["portail"]
    assert {"web", "worker", "beat", "postgres", "redis"} <= services.keys()
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "build" in service or service["user"] not in ("root", "0"), name
        if service["restart"] != "no":
            assert service["healthcheck"]["test"], name


def test_images_are_named_without_a_registry(services):
    images = [service["image"] for service in services.values()]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert not [image for image in images if "." in image.partition("/")[0] and "/" in image]


def test_the_example_of_settings_holds_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()
    secrets = [line for line in lines if re.match(r"[A-Z_]*(KEY|PASSWORD|KEY_ID)\b", line)]
    assert len(secrets) >= 4
    assert all(line.endswith("=") for line in secrets)


def test_docker_compose_accepts_the_file(tmp_path):
    if not shutil.which("docker-compose"):
        pytest.skip("docker-compose is not installed (apt-get install docker-compose)")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    example = (ROOT / ".env.example").read_text()
    (tmp_path / ".env").write_text(example.replace("PASSWORD=", "PASSWORD=x").replace("SECRET_KEY=", "SECRET_KEY=x"))
    done = subprocess.run(["docker-compose", "config", "-q"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1)])
def test_a_container_asks_its_own_server_how_it_is(status, expected):
    asked = {}

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.update(path=self.path, host=self.headers["Host"])
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.handle_request).start()
        done = subprocess.run(
            [sys.executable, "portal/healthcheck.py"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(server.server_port), "ALLOWED_HOSTS": ".exemple.test,autre.test"},
            capture_output=True,
        )
    assert done.returncode == expected
    assert asked == {"path": "/healthz", "host": "exemple.test"}
