"""A session from the decision to the catalogue and the feed, and out of both."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal import outbox
from core.journal.models import Notification, OutboxMessage, OutboxState
from core.journal.refusals import Refused
from sessions.enums import SessionState
from sessions.models import FeedRelease, PublicationRecord, Quarantine, Session
from sessions.workflow import feed, publication
from tests.factories.accounts import MembershipFactory, hat
from tests.factories.sessions import authorised_session, located_organisme, published_session, waiting_intention

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def feed_dir(settings, tmp_path: Path) -> Path:
    settings.FEED_DIR = tmp_path / "flux"
    return settings.FEED_DIR


def work() -> int:
    """What the worker does, the promises of the next seconds included."""
    done = 0
    for _ in range(3):
        OutboxMessage.objects.filter(state=OutboxState.A_FAIRE).update(due_at=timezone.now())
        done += outbox.work_all()
    return done


def test_an_authorised_session_stands_in_the_catalogue_and_the_feed_once_the_worker_has_passed(
    client: Client, feed_dir: Path
) -> None:
    session = authorised_session(title="Soudeur assembleur industriel")
    assert session.number == f"S{timezone.localdate().year}-0001"
    assert "Soudeur assembleur" not in client.get(reverse("catalogue")).content.decode()

    work()

    session.refresh_from_db()
    assert session.state == SessionState.PUBLIEE
    assert session.published_at is not None
    page = client.get(reverse("catalogue")).content.decode()
    assert "Soudeur assembleur industriel" in page
    assert client.get(reverse("session_fiche", args=[session.number])).status_code == 200
    assert session.number in (feed_dir / "lheo.xml").read_text()
    assert FeedRelease.objects.get().published == 1
