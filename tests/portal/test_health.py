"""`/healthz` says what is alive, and nothing else."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from core.journal.tasks import beat_heart

pytestmark = pytest.mark.django_db


def test_all_is_well_once_the_worker_has_beaten(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.FEED_DIR = tmp_path
    (tmp_path / "lheo.xml").write_text("<lheo/>")
    beat_heart()

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert set(answer.json()) == {"ok", "database", "broker", "worker_age", "feed_age"}
    assert answer.json()["worker_age"] < 60


def test_a_silent_worker_is_a_fault(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["ok"]) == (503, False)


def test_a_broker_away_is_told_and_nothing_breaks(client: Client, settings: Settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///tmp/absent.sock"}
    }

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["broker"]) == (503, False)
