"""Signatures at the rate of a whole region, on the real server, while its processes are killed.

    python -m bench.attendance [--seconds 60] [--rate 178] [--kills] [--every 10]

A base of its own (`var/bench-emargement`, made once). gunicorn and the Celery worker are started as `make run` starts
them, and started again when they die, as a supervisor would; PostgreSQL is started again by its keeper. Signatures
leave at their hour whatever the answers (a slow server does not slow its load down), and their delay is counted from
that hour. What is not answered is sent again, as a phone does. At the end, every signature that was answered « prise »
must be in the database once: the command fails otherwise.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.setdefault("PORTAL_VAR", str(ROOT / "var" / "bench-emargement"))).resolve()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
os.environ.setdefault("WEB_CONCURRENCY", "2")
PORT = int(os.environ.get("PORT", "8790"))
WEB = ("-m", "gunicorn", "--config", "portal/gunicorn_conf.py", "portal.wsgi")
WORKER = (
    *("-m", "celery", "-A", "portal", "worker", "-B", "--pool=threads", "--concurrency=2"),
    *("--loglevel=WARNING", "--without-gossip", "--without-mingle"),
)
SESSIONS, PEOPLE, DAYS = 12, 120, 60  # of two half-days: 172,800 signatures, once each
CONNECTIONS = 64
PATIENCE = 20  # seconds before a phone gives a sending up


@dataclass
class Phone:
    """One signature on its way: what is sent, when it had to leave, how often it was tried."""

    token: str
    body: bytes
    due: float = 0.0
    tries: int = 0


@dataclass
class Tally:
    """What the phones saw."""

    delays: list[float] = field(default_factory=list)  # milliseconds, from the hour when it had to leave
    acknowledged: set[str] = field(default_factory=set)
    other: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    kills: Counter[str] = field(default_factory=Counter)


# --- The base


def prepare() -> None:
    """Sessions of the demonstration, with people and half-days written straight in the tables."""
    from django.core.management import call_command
    from django.utils import timezone

    from pilotage import demo
    from sessions.models import Session
    from stagiaires.models import HalfDay

    call_command("migrate", verbosity=0)
    if HalfDay.objects.filter(room="bench").exists():
        return
    call_command("load_reference", verbosity=0)
    if not Session.objects.exists():
        call_command("generate_year", seed=7, sessions=3 * SESSIONS, verbosity=0)
        demo.seal_latest(10_000)  # the worker is to do during the measure what it does every day, not a year's files
    today = timezone.localdate()
    chosen = Session.objects.filter(half_days=None).order_by("pk")[:SESSIONS]  # no month of theirs is locked
    if len(chosen) < SESSIONS:
        sys.exit(f"Il n’y a que {len(chosen)} sessions sans émargement dans cette année : il en faut {SESSIONS}.")
    for session in chosen:
        _fill(session, today)


def _fill(session: object, today: object) -> None:
    import datetime as dt
    from decimal import Decimal

    from stagiaires.codes import new_secret
    from stagiaires.models import HalfDay, Parcours, Positioning, Stagiaire

    by = session.organisme.memberships.first()
    first = today - dt.timedelta(days=DAYS)
    people = Stagiaire.objects.bulk_create(
        [Stagiaire(first_name="Banc", last_name=f"Mesure {n}", created_by=by) for n in range(PEOPLE)]
    )
    positionings = Positioning.objects.bulk_create(
        [
            Positioning(stagiaire=one, session=session, advisor=by, state="admis", answered_by=by, answered_at=_now())
            for one in people
        ]
    )
    Parcours.objects.bulk_create(
        [
            Parcours(
                stagiaire=one.stagiaire, session=session, positioning=one, organisme=session.organisme, funded=False,
                starts_on=first, ends_on=today, created_by=by,
            )
            for one in positionings
        ]
    )  # fmt: skip
    HalfDay.objects.bulk_create(
        [
            HalfDay(
                session=session, on_date=first + dt.timedelta(days=day), part=part, starts_at=dt.time(start),
                ends_at=dt.time(start + 3), hours=Decimal(3), room="bench", secret=new_secret(), state="ouverte",
            )
            for day in range(DAYS)
            for part, start in (("matin", 9), ("apres_midi", 14))
        ]
    )  # fmt: skip


def _now() -> object:
    from django.utils import timezone

    return timezone.now()


def phones(count: int) -> list[Phone]:
    """So many signatures that nobody has made yet, in a random order."""
    import datetime as dt

    from django.db import connection
    from django.utils import timezone

    from stagiaires import tokens

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.id, h.on_date, h.starts_at, p.id FROM stagiaires_halfday h "
            "JOIN stagiaires_parcours p ON p.session_id = h.session_id "
            "WHERE h.room = 'bench' AND NOT EXISTS (SELECT 1 FROM stagiaires_signature s "
            "WHERE s.half_day_id = h.id AND s.parcours_id = p.id) ORDER BY random() LIMIT %s",
            [count],
        )
        rows = cursor.fetchall()
    if len(rows) < count:
        sys.exit(f"Il reste {len(rows)} signatures à faire dans cette base : effacez {VAR} pour recommencer.")
    passes: dict[int, str] = {}
    made = []
    for half_day, day, start, parcours in rows:
        if half_day not in passes:
            passes[half_day] = tokens.pass_for(half_day, hat=None, link=None, ends_at=timezone.now())
        at = timezone.make_aware(dt.datetime.combine(day, start)) + dt.timedelta(seconds=secrets.randbelow(900))
        token = str(uuid.uuid4())
        item = {"token": token, "parcours": parcours, "at": int(at.timestamp() * 1000), "drawing": "10,20 30,40;50,60"}
        said = {"pass": passes[half_day], "sent_at": int(time.time() * 1000), "items": [item]}
        made.append(Phone(token, json.dumps(said).encode()))
    return made


# --- The server, and whoever kills it


class Server:
    """gunicorn and the worker, started again when they die."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.log = VAR / "log"
        self.log.mkdir(parents=True, exist_ok=True)

    def keep(self) -> None:
        """Start what is not there."""
        from portal import local

        for service in ("postgres", "valkey"):
            with contextlib.suppress(local.ServiceError):
                local.ensure_started(service, VAR)
        for name, command in (("web", WEB), ("worker", WORKER)):
            child = self.children.get(name)
            if child is None or child.poll() is not None:
                with open(self.log / f"{name}.log", "ab") as output:
                    self.children[name] = subprocess.Popen(
                        [sys.executable, *command],
                        cwd=ROOT,
                        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(PORT)},
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )

    def kill_one(self) -> str:
        """`kill -9` of the web's master, of one of its processes, of the worker, or of PostgreSQL."""
        what = secrets.choice(("web", "web process", "worker", "postgres"))
        if what == "postgres":
            lines = (VAR / "postgres" / "postmaster.pid").read_text().split("\n")
            victim = int(lines[0])
        elif what == "web process":
            master = self.children["web"].pid
            found = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            victim = int(secrets.choice(found)) if found else master
        else:
            victim = self.children[what].pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        return what

    def stop(self) -> None:
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def answers() -> bool:
    """Whether the server answers, were it to say that something is late."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


# --- The load


async def post(streams: list[object], body: bytes) -> dict[str, object] | None:
    """One sending on a connection kept open; None when the phone must try again."""
    try:
        if not streams:
            streams.extend(await asyncio.wait_for(asyncio.open_connection("127.0.0.1", PORT), 5))
        reader, writer = streams
        writer.write(
            b"POST /emargement/signatures/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        )
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        status = int(head[9:12])
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
        told = await asyncio.wait_for(reader.readexactly(int(fields[b"content-length"])), PATIENCE)
        if fields.get(b"connection") == b"close":
            writer.close()
            streams.clear()
        return json.loads(told) if status == 200 else None
    except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, KeyError):
        if streams:
            streams[1].close()
        streams.clear()
        return None


async def carry(waiting: list[Phone], rate: float, server: Server, every: float, tally: Tally) -> None:
    """Send everything at its hour; kill something every so many seconds, if asked."""
    ready: asyncio.Queue[Phone | None] = asyncio.Queue()
    left = len(waiting)

    async def sender() -> None:
        nonlocal left
        streams: list[object] = []
        while (one := await ready.get()) is not None:
            told = await post(streams, one.body)
            if told is None:
                one.tries += 1
                tally.retries += 1
                asyncio.get_running_loop().call_later(min(3.0, 0.2 * 2**one.tries), ready.put_nowait, one)
                continue
            (answer,) = told["answers"]  # type: ignore[misc]
            if answer["status"] == "prise":
                tally.acknowledged.add(one.token)
                tally.delays.append((time.monotonic() - one.due) * 1000)
            else:
                tally.other[answer["status"]] += 1
            left -= 1

    senders = [asyncio.create_task(sender()) for _ in range(CONNECTIONS)]
    start, next_kill = time.monotonic(), time.monotonic() + (every or 1e9)
    sent, kept = 0, 0.0
    while left:
        now = time.monotonic()
        while sent < len(waiting) and waiting[sent].due <= now - start:
            one = waiting[sent]
            one.due += start
            ready.put_nowait(one)
            sent += 1
        if now > kept + 0.5:
            await asyncio.to_thread(server.keep)
            kept = now
        if now > next_kill and sent < len(waiting):
            with contextlib.suppress(OSError, ValueError):
                tally.kills[server.kill_one()] += 1
            next_kill = now + every * (0.6 + secrets.randbelow(80) / 100)
        await asyncio.sleep(0.002)
    for _ in senders:
        ready.put_nowait(None)
    await asyncio.gather(*senders)


def in_database(tokens_said: set[str]) -> tuple[int, int]:
    """(how many of them are there, how many rows they make)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT token), count(*) FROM stagiaires_signature WHERE token = ANY(%s::uuid[])",
            [list(tokens_said)],
        )
        distinct, rows = cursor.fetchone()
    return distinct, rows


def main() -> None:
    import django

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("BENCH_SECONDS", "60")))
    parser.add_argument("--rate", type=float, default=178)
    parser.add_argument("--kills", action="store_true", help="tuer au hasard web, worker et PostgreSQL")
    parser.add_argument("--every", type=float, default=10, help="secondes entre deux morts")
    asked = parser.parse_args()
    django.setup()
    logging.disable(logging.WARNING)
    from django.db import connection

    prepare()
    waiting = phones(round(asked.seconds * asked.rate))
    for rank, one in enumerate(waiting):
        one.due = rank / asked.rate
    if answers():
        sys.exit(f"Le port {PORT} est pris : un autre serveur répondrait à la place de celui qui est mesuré.")
    server, tally = Server(), Tally()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Mesure arrêtée."))  # its processes stop with it
    try:
        server.keep()
        deadline = time.monotonic() + 120
        while not answers():
            if time.monotonic() > deadline:
                sys.exit(f"Le serveur ne répond pas : voyez {server.log}.")
            server.keep()
            time.sleep(0.3)
        for _ in range(20):
            answers()  # each process has read its code
        began, load = time.monotonic(), os.getloadavg()[0]
        asyncio.run(carry(waiting, asked.rate, server, asked.every if asked.kills else 0, tally))
        took = time.monotonic() - began
    finally:
        server.stop()
    connection.close()
    there, rows = in_database(tally.acknowledged)
    delays = sorted(tally.delays)

    def at(share: float) -> float:
        return delays[min(len(delays) - 1, int(share * len(delays)))] if delays else 0.0

    print(f"{len(waiting)} signatures, {asked.rate:.0f} par seconde pendant {asked.seconds} s ({took:.0f} s en tout)")
    print(f"charge de la machine : {load:.1f} au départ, {os.getloadavg()[0]:.1f} à l’arrivée")
    print(f"délai : p50 {at(0.5):.0f} ms, p95 {at(0.95):.0f} ms, p99 {at(0.99):.0f} ms, le plus long {at(1):.0f} ms")
    print(f"renvois : {tally.retries} ; morts : {dict(tally.kills) or 'aucune'} ; autres : {dict(tally.other)}")
    print(f"répondues « prise » : {len(tally.acknowledged)} ; dans la base : {there}, en {rows} lignes")
    lost = len(tally.acknowledged) - there
    if lost or rows != there or len(tally.acknowledged) != len(waiting):
        sys.exit(f"PERDUES : {lost} ; en double : {rows - there} ; sans réponse : {len(waiting) - there}")
    print("Aucune perdue, aucune en double.")


if __name__ == "__main__":
    main()
