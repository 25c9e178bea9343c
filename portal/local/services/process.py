"""Starting a child: as whom, and tied to our life."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from .place import Place, ServiceError

CLONE_NEWUSER, PR_SET_PDEATHSIG = 0x10000000, 1
START_SECONDS = 60  # Recovery after a crash may have a lot of work to replay.
STOP_SECONDS = 20

libc = ctypes.CDLL(None, use_errno=True)


def enter_user_namespace() -> None:
    """Become an ordinary user in our own eyes, while files still see the same owner."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
        handle = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(handle, text.encode())
        os.close(handle)


def user_namespace_works() -> bool:
    """Whether the kernel lets us do that; tried in a child, since there is no way back."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError):
            enter_user_namespace()
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def root_mode() -> str:
    """How PostgreSQL runs: `self` (an ordinary user), `userns` or `nobody` (we are root)."""
    if os.geteuid() != 0:
        return "self"
    asked = os.environ.get("PORTAL_ROOT_MODE", "")
    if asked in ("userns", "nobody"):
        return asked
    return "userns" if sys.platform == "linux" and user_namespace_works() else "nobody"


def follow_to_the_end(parent: int, order: int) -> None:
    """In a new child: ask the kernel for signal `order` when `parent` dies, however it dies."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, order)
        if os.getppid() != parent:  # It died before the line above.
            os._exit(1)


def die_with(parent: int, order: int) -> None:
    """The same, in a child that has not yet become its program: what the parent does on this signal is not its own."""
    signal.signal(order, signal.SIG_DFL)
    follow_to_the_end(parent, order)


def spawn(
    arguments: list[str], mode: str = "self", order_on_death: int = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a child that gets `order_on_death` when we die, in a session of its own."""
    parent = os.getpid()

    def before_exec() -> None:
        if mode == "userns":
            enter_user_namespace()
        elif mode == "nobody":
            user = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        die_with(parent, order_on_death)

    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LANG", "LC_", "PG"))}
    environment |= {"LC_ALL": "C", "TZ": "UTC"}
    return subprocess.Popen(
        arguments, preexec_fn=before_exec, start_new_session=True, env=environment, cwd="/", **options
    )


def wheel_folder(module: str) -> Path | None:
    """The folder of an installed package, which is not imported."""
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None


class Service(ABC):
    """A server program that runs as our child."""

    name: str
    stop_order = signal.SIGTERM

    def __init__(self, place: Place) -> None:
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def start(self) -> None:
        """Start the server and return at once; `ready` tells when it answers."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server that we started answers."""

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait_until_ready(self) -> None:
        """Wait for the server that was started; raise `ServiceError` when it does not come."""
        started = time.monotonic()
        while not self.ready():
            age = time.monotonic() - started
            if age > START_SECONDS or (age > 3 and not self.running()):
                raise ServiceError(f"{self.name} n’a pas démarré : voyez {self.place.log}.")
            if not self.running():
                time.sleep(0.2)  # What a crash left behind may take a moment to go.
                self.start()
            time.sleep(0.01)

    def ask_to_stop(self) -> None:
        if self.process and self.running():
            self.process.send_signal(self.stop_order)

    def wait_until_stopped(self) -> None:
        if self.process:
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
