"""The keeper: the one process that owns PostgreSQL and Valkey for a `var` folder.

It writes `ready`, or one French line saying what is wrong, on its standard output, and ends when the
last lease closes (see `portal.local`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path

from .place import GRANTED, Place, ServiceError
from .postgres import Postgres
from .process import Service
from .valkey import Valkey

SERVICES: dict[str, type[Service]] = {"postgres": Postgres, "valkey": Valkey}
NOBODY_CAME_SECONDS, ASKING_SECONDS = 10, 5


class Keeper:
    """Hands out leases, starts what they ask for, and stops it all when none is left."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.running: dict[str, Service] = {}
        self.leases: set[socket.socket] = set()
        self.last: socket.socket | None = None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.selector = selectors.DefaultSelector()
        self.stopping = False

    def listen(self) -> None:
        """Open the socket that leases are taken on."""
        self.place.leases_socket.unlink(missing_ok=True)
        self.listener.bind(str(self.place.leases_socket))
        self.listener.listen(128)

    def serve(self) -> None:
        """Serve leases until the last one closes; put a service that dies back on its feet."""
        self.selector.register(self.listener, selectors.EVENT_READ)
        deadline = time.monotonic() + NOBODY_CAME_SECONDS
        while not self.stopping and (self.leases or time.monotonic() < deadline):
            for key, _ in self.selector.select(timeout=0.2):
                if key.fileobj is self.listener:
                    self._open_lease()
                    deadline = 0.0
                else:
                    self._close_lease(key.data)
            for service in self.running.values():
                if not service.running():
                    print(f"{service.name} s’est arrêté : il redémarre.", file=sys.stderr, flush=True)
                    service.start()
                    service.wait_until_ready()

    def _open_lease(self) -> None:
        """Grant a lease on the service that is asked for, or say why not."""
        lease = self.listener.accept()[0]
        try:
            lease.settimeout(ASKING_SECONDS)
            self._start(lease.recv(100).decode().strip())
            lease.sendall(GRANTED)
        except (OSError, ServiceError) as error:
            with contextlib.suppress(OSError):
                lease.sendall(str(error).encode())
            lease.close()
            return
        self.leases.add(lease)
        # A lease says nothing more: it becomes readable when its holder has gone.
        self.selector.register(lease, selectors.EVENT_READ, lease)

    def _start(self, name: str) -> None:
        """Start a service by its name, unless it runs already."""
        if name in self.running:
            return
        if name not in SERVICES:
            raise ServiceError(f"Service inconnu : {name}")
        service = SERVICES[name](self.place)
        try:
            service.start()
            service.wait_until_ready()
        except (OSError, ServiceError):
            service.ask_to_stop()
            raise
        self.running[name] = service

    def _close_lease(self, lease: socket.socket) -> None:
        self.selector.unregister(lease)
        self.leases.discard(lease)
        if self.leases:
            lease.close()
        else:  # The last one stays open until we end: its holder may be waiting for that.
            self.last = lease

    def stop(self) -> None:
        """Turn newcomers away, then stop the services cleanly."""
        self.place.leases_socket.unlink(missing_ok=True)
        self.listener.close()
        for service in self.running.values():
            service.ask_to_stop()
        for service in self.running.values():
            service.wait_until_stopped()


def main(var: str, profile: str) -> int:
    """Keep the services of a `var` folder for as long as somebody holds a lease."""
    place = Place.of(Path(var), profile)
    place.make_folders()
    with open(place.sockets / "keeper.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # The keeper before us may still be stopping.
        keeper = Keeper(place)
        for order in (signal.SIGTERM, signal.SIGINT):
            signal.signal(order, lambda *_: setattr(keeper, "stopping", True))
        try:
            keeper.listen()
            print("ready", flush=True)
            os.dup2(2, 1)  # Whoever waits for that line has read it all.
            keeper.serve()
        except ServiceError as error:
            print(error, flush=True)
            return 1
        finally:
            keeper.stop()
    return 0
