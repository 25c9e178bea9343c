"""The keeper: the one process that owns PostgreSQL and Valkey for a `var` folder.

It writes `ready`, or one French line saying what is wrong, on its standard output, and ends when the
last lease closes (see `portal.local`).
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path

from .place import Place, ServiceError
from .postgres import Postgres
from .process import Service
from .valkey import Valkey

NOBODY_CAME_SECONDS = 10


class Keeper:
    """Starts the services, hands out leases, and stops the services when none is left."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.services: list[Service] = []
        self.leases: set[socket.socket] = set()
        self.last: socket.socket | None = None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.selector = selectors.DefaultSelector()
        self.stopping = False

    def start(self) -> None:
        """Start both services and open the socket that leases are taken on."""
        self.services = [Postgres(self.place), Valkey(self.place)]
        for service in self.services:
            service.start()
        for service in self.services:
            service.wait_until_ready()
        self.place.keeper_socket.unlink(missing_ok=True)
        self.listener.bind(str(self.place.keeper_socket))
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
            for service in self.services:
                if not service.running():
                    print(f"{service.name} s’est arrêté : il redémarre.", file=sys.stderr, flush=True)
                    service.start()
                    service.wait_until_ready()

    def _open_lease(self) -> None:
        lease = self.listener.accept()[0]
        lease.sendall(b"+")
        self.leases.add(lease)
        # A lease says nothing: it becomes readable when its holder has gone.
        self.selector.register(lease, selectors.EVENT_READ, lease)

    def _close_lease(self, lease: socket.socket) -> None:
        self.selector.unregister(lease)
        self.leases.discard(lease)
        if self.leases:
            lease.close()
        else:  # The last one stays open until we end: its holder may be waiting for that.
            self.last = lease

    def stop(self) -> None:
        """Turn newcomers away, then stop the services cleanly."""
        self.place.keeper_socket.unlink(missing_ok=True)
        self.listener.close()
        for service in self.services:
            service.ask_to_stop()
        for service in self.services:
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
            keeper.start()
            print("ready", flush=True)
            os.dup2(2, 1)  # Whoever waits for that line has read it all.
            keeper.serve()
        except ServiceError as error:
            print(error, flush=True)
            return 1
        finally:
            keeper.stop()
    return 0
