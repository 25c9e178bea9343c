"""`make run` as a supervisor: what it starts, it stops; what it cannot do, it says.

The three parts are replaced by small programs, so that this tests the roof and not the rooms.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.local.run import ACCOUNTS
from portal.local.services.place import Place
from tests.local.test_services import alive, command_lines, wait_for

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds: a slow machine is not a failure
SUPERVISOR = """
import os, sys
from portal.local import run
run.PREPARATION = ("-c", os.environ.get("TEST_PREPARATION", "pass"))
run.WEB = ("-m", "http.server", os.environ["PORT"], "--bind", "127.0.0.1", "--directory", os.environ["PORTAL_VAR"])
run.WORKER = ("-c", "import os, time; print('at work', flush=True); time.sleep(600)", os.environ["PORTAL_VAR"])
sys.exit(run.main())
"""


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.of(tmp_path / "var", "test")


@pytest.fixture
def run(place: Place, port: int) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the supervisor on a folder and a port of this test's own."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str = SUPERVISOR, **environment: str) -> subprocess.Popen[str]:
        clean = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "MAKELEVEL")}
        mine = {"PORTAL_VAR": str(place.var), "PORTAL_SERVICES": "test", "HOST": "127.0.0.1", "PORT": str(port)}
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=ROOT,
                env=clean | mine | environment,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate(timeout=30)
    wait_for(lambda: not processes_of(place))
    shutil.rmtree(place.sockets, ignore_errors=True)


def processes_of(place: Place) -> list[int]:
    """Every process that names the test's folders: the keeper, both services, the parts."""
    names = (str(place.var), str(place.sockets))
    return [pid for pid, line in command_lines() if any(name in part for name in names for part in line)]


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """What it says up to this word; one that keeps silent for too long is ended."""
    assert process.stdout
    text = ""
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    try:
        for line in process.stdout:
            text += line
            if word in line:
                return text
    finally:
        patience.cancel()
    pytest.fail(f"« {word} » was never said:\n{text}")


def test_it_tells_the_address_and_the_accounts_then_ctrl_c_leaves_nothing_behind(run, place, port):
    portal = run()
    text = read_until(portal, "Ctrl-C")
    assert f"http://127.0.0.1:{port}/" in text
    assert "employeur@exemple.test" in text
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/").status == 200
    assert len(processes_of(place)) >= 5

    portal.send_signal(signal.SIGINT)
    assert portal.wait(30) == 0
    assert processes_of(place) == []


def test_ctrl_c_leaves_alone_what_it_did_not_start(run, place):
    portal = run()
    read_until(portal, "Ctrl-C")
    other = run(
        "import os; from portal import local; local.database_url(os.environ['PORTAL_VAR']); print('in'); input()"
    )
    server = int((place.data / "postmaster.pid").read_text().split()[0])
    read_until(other, "in")

    portal.send_signal(signal.SIGTERM)
    assert portal.wait(30) == 0
    assert alive(server), "somebody else still uses the database"


def test_a_killed_supervisor_takes_everything_with_it(run, place):
    portal = run()
    read_until(portal, "Ctrl-C")
    portal.kill()
    wait_for(lambda: not processes_of(place))


def test_a_child_whose_parent_dies_before_it_is_a_program_never_becomes_one(run, tmp_path):
    born = """
import os, signal, subprocess, time
from portal.local.services.process import die_with
signal.signal(signal.SIGTERM, lambda *_: None)  # as the supervisor, which stops in order
parent = os.getpid()
def before():
    die_with(parent, signal.SIGTERM)
    os.write(1, f"born {os.getpid()}\\n".encode())
    time.sleep(0.3)
subprocess.Popen(["touch", os.environ["MARK"]], preexec_fn=before)
"""
    parent = run(born, MARK=str(tmp_path / "mark"))
    child = int(read_until(parent, "born").split()[-1])
    parent.kill()

    wait_for(lambda: not alive(child))
    assert not (tmp_path / "mark").exists()


def test_a_part_that_dies_stops_the_rest_with_its_last_words(run, place):
    portal = run()
    read_until(portal, "Ctrl-C")
    [worker] = [pid for pid, line in command_lines() if str(place.var) in line and any("at work" in a for a in line)]
    os.kill(worker, signal.SIGKILL)
    text = portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert "« worker »" in text
    assert "at work" in text
    assert processes_of(place) == []


def test_a_server_that_answers_with_errors_is_not_called_ready(run, place):
    broken = """
import os
from http.server import *
class Broken(BaseHTTPRequestHandler):
    def do_GET(self):
        print("template not found", flush=True)
        self.send_error(500)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Broken).serve_forever()
"""
    portal = run(SUPERVISOR.replace("sys.exit(", f"run.WEB = ('-c', {broken!r})\nsys.exit("))
    text = portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert "en panne" in text
    assert "template not found" in text
    assert "est prêt" not in text
    assert processes_of(place) == []


def test_data_that_cannot_be_prepared_stops_the_start(run, place):
    portal = run(TEST_PREPARATION="import sys; sys.exit('no such table')")
    text = portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert "no such table" in text
    assert "préparation des données" in text
    assert processes_of(place) == []


def test_told_to_stop_while_the_data_is_prepared_it_starts_neither_web_nor_worker(run, place, port):
    portal = run(TEST_PREPARATION="import time; print('preparing', flush=True); time.sleep(600)")
    read_until(portal, "preparing")
    portal.send_signal(signal.SIGTERM)
    text = portal.communicate(timeout=30)[0]
    assert portal.returncode == 0
    assert "est prêt" not in text
    assert not (place.var / "log" / "web.log").exists()
    assert not (place.var / "log" / "worker.log").exists()
    assert processes_of(place) == []


@pytest.mark.parametrize("given", ["", "https://portail.exemple.test"])
def test_the_e_mails_name_the_portal_where_it_answers_unless_told_otherwise(run, port, given):
    say = "import os; print('named', os.environ['SITE_URL'], flush=True)"
    portal = run(TEST_PREPARATION=say, **({"SITE_URL": given} if given else {}))
    assert f"named {given or f'http://127.0.0.1:{port}'}\n" in read_until(portal, "named")


def test_a_taken_port_is_said_and_nothing_is_started(run, place, port):
    with socket.create_server(("127.0.0.1", port)):
        portal = run()
        text = portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert text == (
        f"Le port {port} est déjà pris sur 127.0.0.1. Arrêtez ce qui l’occupe, "
        f"ou choisissez-en un autre : make run PORT={port + 1}\n"
    )
    assert not place.var.exists()
    assert not place.sockets.exists()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [("PORT", "abc", "de 1 à 65535"), ("PORT", "70000", "de 1 à 65535"), ("HOST", "nowhere.invalid", "inconnue")],
)
def test_an_address_that_makes_no_sense_is_said(setting, value, said, run):
    code = SUPERVISOR.replace('os.environ["PORT"]', "'0'")
    portal = run(code, **{setting: value})
    text = portal.communicate(timeout=30)[0]
    assert portal.returncode == 1
    assert said in text
    assert text.count("\n") == 1


def test_the_accounts_that_are_announced_are_the_demonstrations():
    from core.accounts.demo import DEMO_ACCOUNTS

    assert list(ACCOUNTS.values()) == [account.email for account in DEMO_ACCOUNTS]
