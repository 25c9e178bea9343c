"""PostgreSQL and Valkey for a machine where nothing else is installed.

Contract with the settings (`portal/settings/base.py`), when no address is given::

    from portal import local
    DATABASE_URL = local.database_url(VAR)     # postgresql://portal@/portal?host=/tmp/…  (Django, libpq)
    CACHE_URL = local.cache_url(VAR)           # unix:///tmp/…/valkey.sock               (redis-py, Django cache)
    CELERY_BROKER_URL = local.broker_url(VAR)  # redis+socket:///tmp/…/valkey.sock       (Celery)

Each of them makes sure that the services run for this `var` folder (0.1 s when they must be
started, 1 s the very first time, 1 ms when they run). `make run`, a lone `manage.py shell` and
the tests all do the same thing:

* One **keeper** process (`services/keeper.py`) per `var` folder and profile owns PostgreSQL and Valkey.
* Whoever needs them holds a **lease**: a connection to the keeper's socket, kept open for the life
  of the process. However a process ends, the kernel closes its lease; when the last lease is gone,
  the keeper stops both services and ends. Nothing stays behind and nothing has to be cleaned.
* The services die with the keeper; the next call starts them again and PostgreSQL recovers.

Profiles: `run` (data in `var/postgres`, `var/valkey`) and `test` (`var/postgres-test`,
`var/valkey-test`, fast and unsafe disk settings). The profile is the `profile` argument, or the
environment variable `PORTAL_SERVICES`, or `run`. Test settings set `PORTAL_SERVICES=test` before
they import the base settings.

Other environment variables: `PORTAL_ROOT_MODE` (`userns` or `nobody`: how PostgreSQL, which refuses
to run as root, is started by root; by default a user namespace where the kernel grants one).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from portal.local.services.place import DATABASE, Place, ServiceError
from portal.local.services.process import STOP_SECONDS

__all__ = ["ServiceError", "broker_url", "cache_url", "database_url", "ensure_started", "release"]

LOG_BYTES = 5_000_000

# Bare handles, which nothing closes before the process ends.
_leases: dict[Path, int] = {}


def database_url(var_dir: Path, profile: str | None = None) -> str:
    """Start or join the services of `var_dir` and return PostgreSQL's address.

    Raises `ServiceError` (its text is one French line for a person) when they cannot start.
    """
    place = ensure_started(var_dir, profile)
    # The host stands in the query: both libpq and django-environ read it there.
    return f"postgresql://{DATABASE}@/{DATABASE}?host={place.postgres_sockets}"


def cache_url(var_dir: Path, profile: str | None = None) -> str:
    """Start or join the services of `var_dir` and return Valkey's address for redis-py."""
    return f"unix://{ensure_started(var_dir, profile).valkey_socket}"


def broker_url(var_dir: Path, profile: str | None = None) -> str:
    """Start or join the services of `var_dir` and return Valkey's address for Celery."""
    return f"redis+socket://{ensure_started(var_dir, profile).valkey_socket}"


def ensure_started(var_dir: Path, profile: str | None = None) -> Place:
    """Hold a lease on the services of `var_dir`, starting them if nobody did.

    Cheap when the lease is held already; takes a new one when the keeper has gone since.
    """
    place = Place.of(var_dir, profile or os.environ.get("PORTAL_SERVICES", "run"))
    if not lease_holds(place):
        place.make_folders()
        with _one_at_a_time(place):
            _leases[place.sockets] = _take_lease(place)
    return place


def release(place: Place) -> None:
    """Give the lease back, and if it was the last one wait until both services have stopped.

    Only for whoever must leave nothing running behind, as `make run` does; other processes just end.
    """
    if place.sockets in _leases:
        with socket.socket(fileno=_leases.pop(place.sockets)) as lease, contextlib.suppress(OSError):
            lease.settimeout(2 * STOP_SECONDS)
            lease.shutdown(socket.SHUT_WR)
            lease.recv(1)


def lease_holds(place: Place) -> bool:
    """Say whether this process has a lease whose keeper still lives."""
    lease = _leases.get(place.sockets)
    if lease is None:
        return False
    # The keeper never writes after its greeting: a readable lease is a closed one.
    if not select.select([lease], [], [], 0)[0]:
        return True
    os.close(_leases.pop(place.sockets))
    return False


@contextlib.contextmanager
def _one_at_a_time(place: Place) -> Iterator[None]:
    with open(place.sockets / "start.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_lease(place: Place) -> int:
    for _ in range(3):
        with contextlib.suppress(OSError):
            return _connect(place)
        _start_keeper(place)
    return _connect(place)


def _connect(place: Place) -> int:
    lease = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        lease.connect(str(place.keeper_socket))
        if not lease.recv(1):  # A keeper that is closing down accepts nobody any more.
            raise ConnectionResetError
    except OSError:
        lease.close()
        raise
    return lease.detach()


def keeper_command(place: Place, python: str = sys.executable, *options: str) -> list[str]:
    """The command that keeps the services of a place.

    It loads the `services` package by itself: Django and Celery are not needed, and cost a third of
    a second.
    """
    code = "import sys; sys.path.insert(0, sys.argv[1]);from services.keeper import main; sys.exit(main(*sys.argv[2:]))"
    here = str(Path(__file__).parent)
    return [python, "-I", *options, "-c", code, here, str(place.var), place.profile]


def _start_keeper(place: Place) -> None:
    """Start the keeper in a session of its own, so that a Ctrl-C here does not reach it."""
    reader, writer = os.pipe()
    command = keeper_command(place)
    fresh = not place.log.exists() or place.log.stat().st_size > LOG_BYTES
    with open(place.log, "wb" if fresh else "ab") as log, open(os.devnull, "rb") as nothing:
        os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                (os.POSIX_SPAWN_DUP2, writer, 1),
                (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
            ],
            setsid=True,
        )
    os.close(writer)
    with open(reader, encoding="utf-8") as answers:
        answer = answers.read().strip()
    if answer != "ready":
        raise ServiceError(answer or f"Les services locaux n’ont pas démarré : voyez {place.log}.")
