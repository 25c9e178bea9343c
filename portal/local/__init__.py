"""PostgreSQL and Valkey for a machine where nothing else is installed.

Contract with the settings (`portal/settings/base.py`), when no address is given::

    from portal import local
    DATABASE_URL = local.database_url(VAR)     # postgresql://portal@/portal?host=/tmp/…  (Django, libpq)
    CACHE_URL = local.cache_url(VAR)           # unix:///tmp/…/valkey.sock               (redis-py, Django cache)
    CELERY_BROKER_URL = local.broker_url(VAR)  # redis+socket:///tmp/…/valkey.sock       (Celery)

Each of them makes sure that its service runs for this `var` folder (0.1 s when it must be started,
1 s the very first time, 1 ms when it runs), and starts nothing else: with `DATABASE_URL` given and
`REDIS_URL` absent there is a Valkey and no PostgreSQL. `make run`, a lone `manage.py shell` and the
tests all do the same thing:

* One **keeper** process (`services/keeper.py`) per `var` folder and profile owns the services.
* Whoever needs one holds a **lease**: a connection to the keeper's socket, kept open for the life of
  the process. However a process ends, the kernel closes its leases; when the last one is gone, the
  keeper stops the services and ends. Nothing stays behind and nothing has to be cleaned.
* The services die with the keeper; the next call starts them again and PostgreSQL recovers. A
  service that dies alone is started again by the keeper.

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

from portal.local.services.place import DATABASE, GRANTED, Place, ServiceError
from portal.local.services.process import STOP_SECONDS

__all__ = ["ServiceError", "broker_url", "cache_url", "database_url", "ensure_started", "release_all"]

LOG_BYTES = 5_000_000

# By keeper and service; bare handles, which nothing closes before the process ends.
_leases: dict[tuple[Path, str], int] = {}


def database_url(var_dir: Path, profile: str | None = None) -> str:
    """Start or join the PostgreSQL of `var_dir` and return its address.

    Raises `ServiceError` (its text is one French line for a person) when it cannot start.
    """
    place = ensure_started("postgres", var_dir, profile)
    # The host stands in the query: both libpq and django-environ read it there.
    return f"postgresql://{DATABASE}@/{DATABASE}?host={place.postgres_sockets}"


def cache_url(var_dir: Path, profile: str | None = None) -> str:
    """Start or join the Valkey of `var_dir` and return its address for redis-py."""
    return f"unix://{ensure_started('valkey', var_dir, profile).valkey_socket}"


def broker_url(var_dir: Path, profile: str | None = None) -> str:
    """Start or join the Valkey of `var_dir` and return its address for Celery."""
    return f"redis+socket://{ensure_started('valkey', var_dir, profile).valkey_socket}"


def ensure_started(service: str, var_dir: Path, profile: str | None = None) -> Place:
    """Hold a lease on a service (`postgres`, `valkey`) of `var_dir`, starting it if nobody did.

    Cheap when the lease is held already; takes a new one when the keeper has gone since.
    """
    place = Place.of(var_dir, profile or os.environ.get("PORTAL_SERVICES", "run"))
    if not _lease_holds(place, service):
        place.make_folders()
        with _one_at_a_time(place):
            _leases[place.sockets, service] = _take_lease(place, service)
    return place


def release_all() -> None:
    """Give every lease back, and wait for the services that this leaves without a user to stop.

    Only for whoever must leave nothing running behind, as `make run` does; other processes just end.
    """
    for key in list(_leases):
        with socket.socket(fileno=_leases.pop(key)) as lease, contextlib.suppress(OSError):
            lease.settimeout(2 * STOP_SECONDS)
            lease.shutdown(socket.SHUT_WR)
            lease.recv(1)


def _lease_holds(place: Place, service: str) -> bool:
    """Whether this process has a lease whose keeper still lives."""
    lease = _leases.get((place.sockets, service))
    if lease is None:
        return False
    # The keeper never writes after its answer: a readable lease is a closed one.
    if not select.select([lease], [], [], 0)[0]:
        return True
    os.close(_leases.pop((place.sockets, service)))
    return False


@contextlib.contextmanager
def _one_at_a_time(place: Place) -> Iterator[None]:
    with open(place.sockets / "start.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_lease(place: Place, service: str) -> int:
    for _ in range(3):
        with contextlib.suppress(OSError):
            return _connect(place, service)
        _start_keeper(place)
    return _connect(place, service)


def _connect(place: Place, service: str) -> int:
    lease = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        lease.connect(str(place.leases_socket))
        lease.sendall(service.encode())
        answer = lease.recv(4096)
        if not answer:  # A keeper that is closing down answers nobody any more.
            raise ConnectionResetError
        if answer != GRANTED:
            raise ServiceError(answer.decode())
    except (OSError, ServiceError):
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
