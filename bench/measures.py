"""What is measured: pages against the floor, verdicts, the writing of the feed."""

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from bench import invoices, lots, replay, verdicts
from bench.floor import Application, application
from bench.rows import Row
from pilotage import demo
from pilotage.demo import bulk
from portal.local.data import static_files_are_current
from sessions.enums import SessionState
from sessions.models import PublicationRecord, Session
from sessions.publication.feed import write_records
from sessions.sheets import feed_settings

SECONDS = 2.0  # of each side, three times
ROUNDS = 3
LIVED = 48  # sessions that go through the workflow; the others are copies
PAGES = (
    ("Catalogue, première page", "/catalogue/", ""),
    ("Catalogue, « soudeur »", "/catalogue/", "q=soudeur"),
    ("Communes, « nant »", "/reference/communes/", "q=nant"),
)


def prepare(sessions: int) -> None:
    """The tables, the lists, the sessions and the static files; nothing when they are there."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference", verbosity=0)
    if not Session.objects.exists():
        demo.generate(seed=7, sessions=min(sessions, LIVED))
    bulk.multiply(sessions)
    if not static_files_are_current():
        call_command("collectstatic", interactive=False, verbosity=0)


def all_rows() -> list[Row]:
    """Every line of the table: what, the measure, the floor, the share."""
    return [*_pages(), *verdicts.all_rows(), *replay.rows(), *lots.rows(), *invoices.all_rows(), _feed()]


def _pages() -> list[Row]:
    portal, floor = get_wsgi_application(), application()
    rows = []
    for label, path, query in PAGES:
        ours, bare = [], []
        for _ in range(ROUNDS):  # turn by turn, so that a busy minute weighs on both
            ours.append(_rate(portal, path, query))
            bare.append(_rate(floor, path, query))
        mine, low = statistics.median(ours), statistics.median(bare)
        rows.append((label, f"{mine:.0f} pages/s", f"{low:.0f}/s", f"{mine / low:.2f}"))
    return rows


def _rate(app: Application, path: str, query: str) -> float:
    """Answers per second of one process, from the WSGI call to the last byte."""
    _ask(app, path, query)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        _ask(app, path, query)
        count += 1
    return count / (time.perf_counter() - start)


def _ask(app: Application, path: str, query: str) -> None:
    environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
    setup_testing_defaults(environ)
    said: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        said.append(status)
        return io.BytesIO().write

    answer = app(environ, start_response)
    b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    if said != ["200 OK"]:
        raise SystemExit(f"{path}?{query} : {said}")


def _feed() -> Row:
    """Write the feed from the records of the base, against reading the same records and doing nothing."""
    with tempfile.TemporaryDirectory() as folder, override_settings(FEED_DIR=Path(folder)):
        start = time.perf_counter()
        count = sum(1 for _ in _records())
        bare = count / (time.perf_counter() - start)
        start = time.perf_counter()
        report = write_records(
            _records(), Path(folder) / "lheo.xml", feed_settings(), previous_count=0, today=timezone.localdate()
        )
        ours = report.published / (time.perf_counter() - start)
    return (f"Flux, {count} sessions", f"{ours:.0f} fiches/s", f"{bare:.0f}/s", f"{ours / bare:.2f}")


def _records() -> Any:
    published = PublicationRecord.objects.filter(session__state__in=SessionState.public()).order_by("session_id")
    return (xml.encode() for xml in published.values_list("xml", flat=True).iterator(chunk_size=200))


def describe_base() -> str:
    """« PostgreSQL 18.6, base de 1,2 Go »."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return f"PostgreSQL {version}, base de {cursor.fetchone()[0]}, {settings.SETTINGS_MODULE.rpartition('.')[2]}"
