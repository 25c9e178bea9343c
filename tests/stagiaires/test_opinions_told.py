"""What may be told of an opinion: the floor counts by session as well as by organisme, for whoever reads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Notification
from sessions.models import Session
from stagiaires.models import Opinion
from stagiaires.workflow import trainee_opinions
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import member_of
from tests.stagiaires.test_followup import ended, notes, signed

pytestmark = pytest.mark.django_db


def opinion(session: Session, text: str = "") -> Opinion:
    one = ended(timezone.localdate() - dt.timedelta(days=20), session)
    return trainee_opinions.give(one, notes(4, text))


def test_of_a_session_too_few_speak_of_nothing_says_which_it_is() -> None:
    """Five opinions show an organisme's; a session is named by five of its own."""
    session = published_session(title="Soudeur assembleur")
    other = published_session(title="Peintre industriel", organisme=session.organisme)
    trainer, region = member_of(session.organisme), hat("region", "gestionnaire")
    told = Notification.objects.filter(kind="avis.publie", hat=trainer)
    for one in (opinion(session, "Un bel atelier."), opinion(other, "Un long trajet.")):
        trainee_opinions.publish(one, region)
    assert not told.exists(), "sa page n’en montre encore aucun"
    for _ in range(3):
        opinion(session)

    public, listed = reverse("avis_organisme", args=[session.organisme_id]), reverse("avis_liste")
    alone = Opinion.objects.get(parcours__session=other)

    def pages() -> list[str]:
        worn = signed(trainer)
        own = (listed, reverse("avis_export", args=["csv"]), reverse("avis_detail", args=[alone.pk]))
        read = [Client().get(public), *(worn.get(url) for url in own)]
        return [b"".join(one).decode() if one.streaming else one.content.decode() for one in read]

    assert "Un long trajet." in pages()[0]
    assert not [page for page in pages() if session.number in page or "Soudeur assembleur" in page]
    assert trainee_opinions.publish(opinion(session, "Bonne équipe."), region).state == "publie"
    assert told.count() == 1
    assert session.number not in told.get().text
    shown, own, _, detail = pages()
    assert "Soudeur assembleur" in shown
    assert f"Soudeur assembleur ({session.number})" in own
    assert "4,0 sur 5" in own, "ce que tout le monde lit, en tête"
    assert not [page for page in pages() if other.number in page or "Peintre industriel" in page]
    assert "Laquelle ne se dit pas" in detail
    assert other.number in signed(region).get(listed).content.decode(), "la Région relit, et sait où"
