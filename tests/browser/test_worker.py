"""The real worker, as production runs it: woken by a commit, it publishes what the Région has authorised."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from portal.celery import app
from sessions.enums import SessionState
from tests.factories.sessions import authorised_session

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 60  # seconds, for a slow machine; about five on a quiet one


@pytest.fixture
def celery_worker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`celery worker` in a process of its own, on this test's database."""
    address, _, options = settings.DATABASE_URL.partition("?")
    database = f"{address.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": f"{database}?{options}" if options else database,
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "PORTAL_VAR": str(tmp_path),
    }
    app.control.purge()  # wake-ups that other tests left
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--pool=threads", "--concurrency=1"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--loglevel=WARNING", "--without-gossip", "--without-mingle"],
            cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        yield process
        process.terminate()
        process.wait(timeout=WAIT)


def test_a_session_is_published_by_the_worker_alone(celery_worker: subprocess.Popen[bytes], tmp_path: Path) -> None:
    with transaction.atomic():
        session = authorised_session()
    assert session.state == SessionState.AUTORISEE

    until = time.monotonic() + WAIT
    while session.state != SessionState.PUBLIEE and time.monotonic() < until and celery_worker.poll() is None:
        time.sleep(0.2)
        session.refresh_from_db()

    assert session.state == SessionState.PUBLIEE, (tmp_path / "worker.log").read_text()[-3000:]
