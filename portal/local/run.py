"""`make run`: the whole portal on one machine, in one terminal, until Ctrl-C.

Services, data, worker and web server under one roof: what this process starts dies with it, a part
that dies takes the rest down with its last words, and nothing is started when the port is taken.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

from portal import local
from portal.local.services.process import die_with, follow_to_the_end

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("PORTAL_VAR", ROOT / "var")).resolve()
LOGS = VAR / "log"
READY_SECONDS = 90
STOP_SECONDS = 20

PREPARATION = ("-m", "portal.local.data")
WEB = ("-m", "gunicorn", "--config", "portal/gunicorn_conf.py", "portal.wsgi")
WORKER = (
    *("-m", "celery", "-A", "portal", "worker", "-B", "--pool=threads", "--concurrency=2"),
    *("--loglevel=INFO", "--without-gossip", "--without-mingle"),
)
ACCOUNTS = {
    "Employeur": "employeur@exemple.test",
    "Organisme de formation": "organisme@exemple.test",
    "Région": "region@exemple.test",
    "Gestionnaire de lots": "gestionnaire@exemple.test",
    "Valideur": "valideur@exemple.test",
    "Administration": "admin@exemple.test",
}


class CannotRunError(Exception):
    """The portal cannot start or go on; the text is for the person at the keyboard."""


def address() -> tuple[str, int]:
    """HOST and PORT of the environment; raise `CannotRunError` unless the portal may listen there."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotRunError(f"PORT vaut « {text} » : il faut un nombre de 1 à 65535.")
    port = int(text)
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            trial.listen()
    except PermissionError as error:
        raise CannotRunError(f"Le port {port} demande des droits que vous n’avez pas : make run PORT=8000") from error
    except socket.gaierror as error:
        raise CannotRunError(f"HOST vaut « {host} » : cette adresse est inconnue.") from error
    except OSError as error:
        raise CannotRunError(
            f"Le port {port} est déjà pris sur {host}. Arrêtez ce qui l’occupe, "
            f"ou choisissez-en un autre : make run PORT={port + 1}"
        ) from error
    return host, port


class Portal:
    """The processes of one `make run`."""

    def __init__(self, host: str, port: int) -> None:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        self.url = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
        bind = f"[{host}]" if ":" in host else host
        # The e-mails name the portal where it answers, unless the environment names it otherwise.
        site = {"SITE_URL": self.url.rstrip("/")}
        self.environment = site | os.environ | {"HOST": bind, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopped = False

    def start(self) -> None:
        """Bring everything up and return when the first page answers."""
        LOGS.mkdir(parents=True, exist_ok=True)
        self.keep_services()
        print("Préparation des données…", flush=True)
        self._spawn("preparation", *PREPARATION, log=False)
        while (code := self.children["preparation"].poll()) is None and not self.stopped:
            time.sleep(0.05)
        if code:
            raise CannotRunError("La préparation des données a échoué : voyez le message ci-dessus.")
        if self.stopped:
            return
        del self.children["preparation"]
        self._spawn("web", *WEB)
        self._spawn("worker", *WORKER)
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopped and not self._answers():
            self.check()
            if time.monotonic() > deadline:
                raise CannotRunError(f"Le serveur ne répond pas. Son journal :\n{self._last_words('web')}")
            time.sleep(0.1)

    def keep_services(self) -> None:
        """Start PostgreSQL and Valkey, or start them again, unless they are given from outside."""
        for service, given in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL")):
            if not os.environ.get(given):
                local.ensure_started(service, VAR)

    def check(self) -> None:
        """Raise `CannotRunError`, with its last words, when a part has died."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise CannotRunError(f"Le processus « {name} » s’est arrêté. Son journal :\n{self._last_words(name)}")

    def stop(self) -> None:
        """Stop what we started, politely at first, and wait until it has stopped."""
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            # Each child leads a group of its own: none of its own children stays behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        local.release_all()

    def _spawn(self, name: str, *arguments: str, log: bool = True) -> None:
        parent = os.getpid()
        with open(LOGS / f"{name}.log" if log else os.devnull, "wb") as output:
            self.children[name] = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output if log else None,
                stderr=subprocess.STDOUT if log else None,
                cwd=ROOT,
                env=self.environment,
                # A Ctrl-C in the terminal reaches us alone; we stop the others in order.
                start_new_session=True,
                preexec_fn=lambda: die_with(parent, signal.SIGTERM),
            )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}healthz", timeout=5):  # noqa: S310
                return True
        except urllib.error.HTTPError as answer:
            if answer.code == HTTPStatus.INTERNAL_SERVER_ERROR:
                raise CannotRunError(f"Le serveur est en panne. Son journal :\n{self._last_words('web')}") from answer
            return True  # 503 says that something is late or away, on a server that works
        except OSError:
            return False

    @staticmethod
    def _last_words(name: str) -> str:
        path = LOGS / f"{name}.log"
        lines = path.read_text(errors="replace").splitlines()[-15:] if path.exists() else []
        return "\n".join([*lines, f"(le journal entier : {path})"])


def welcome(url: str) -> str:
    """What a newcomer needs to read, once, when the portal is up."""
    width = max(map(len, ACCOUNTS))
    accounts = "\n".join(f"    {who:<{width}}  {email}" for who, email in ACCOUNTS.items())
    return (
        f"\n  Le portail est prêt : {url}\n\n"
        f"  Comptes de démonstration, en un clic sur la page de connexion :\n{accounts}\n\n"
        f"  Journaux : {LOGS}\n"
        f"  Pour arrêter : Ctrl-C\n"
    )


def main() -> int:
    """Run the portal until it is told to stop; 0 when it was, 1 when it could not go on."""
    portal = None
    try:
        host, port = address()
        portal = Portal(host, port)
        for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(order, lambda *_: setattr(portal, "stopped", True))
        if "MAKELEVEL" in os.environ:
            follow_to_the_end(os.getppid(), signal.SIGTERM)
        portal.start()
        if not portal.stopped:
            print(welcome(portal.url), flush=True)
        while not portal.stopped:
            portal.check()
            portal.keep_services()
            time.sleep(0.3)
    except (CannotRunError, local.ServiceError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    finally:
        if portal:
            portal.stop()
    print("\nLe portail est arrêté.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
