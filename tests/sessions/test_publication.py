"""A session from the decision to the catalogue and the feed, and out of both."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal import events, outbox
from core.journal.models import Notification, OutboxMessage, OutboxState
from core.journal.refusals import Refused
from sessions.enums import SessionState
from sessions.models import FeedRelease, PublicationRecord, Quarantine, Session
from sessions.workflow import feed, publication
from tests.factories.accounts import MembershipFactory, hat
from tests.factories.sessions import (
    authorised_session,
    followed,
    located_organisme,
    published_session,
    waiting_intention,
)

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
    # The clock that gathers the writings of one moment has turned: the next change is another one.
    OutboxMessage.objects.filter(topic=feed.WRITE, state=OutboxState.FAIT).delete()
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


def test_each_session_has_its_own_number_for_ever() -> None:
    first, second = authorised_session(), authorised_session()
    publication.withdraw_session(first, first.decision.decided_by, "Le lieu a brûlé.")
    third = authorised_session()

    assert [s.number[-4:] for s in (first, second, third)] == ["0001", "0002", "0003"]


def test_what_the_session_copies_from_its_request() -> None:
    session = authorised_session()

    assert session.commune.name == "Nantes"
    assert session.departement_id == "44"
    assert session.hours_total == 665
    assert (session.seats, session.places_left) == (5, 5)
    assert session.filiere == session.lot.filiere
    assert session.enter_until == session.starts_on
    assert session.aim == session.request.aim


def test_the_promise_kept_twice_changes_nothing() -> None:
    session = published_session()
    message = OutboxMessage.objects.get(topic=publication.PUBLISH)
    before = (PublicationRecord.objects.values().get(), session.modified_at, events.history_of(session).count())

    with transaction.atomic():
        publication.on_publish(message)

    session.refresh_from_db()
    after = (PublicationRecord.objects.values().get(), session.modified_at, events.history_of(session).count())
    assert after == before


@pytest.mark.parametrize("where", ["learn", "_keep", "ask"])
def test_a_stop_in_the_middle_is_made_good_once(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Whatever step fails, nothing of it stays; the next try does it all."""
    session = authorised_session()
    target = {
        "learn": (publication.words, "learn"),
        "_keep": (publication, "_keep"),
        "ask": (publication.feed, "ask_for_writing"),
    }[where]

    def fall(*args: object, **kwargs: object) -> None:
        raise RuntimeError("panne")

    with monkeypatch.context() as patch:
        patch.setattr(*target, fall)
        outbox.work_all()

    session.refresh_from_db()
    message = OutboxMessage.objects.get(topic=publication.PUBLISH)
    assert (message.state, message.attempts) == (OutboxState.A_FAIRE, 1)
    assert session.state == SessionState.AUTORISEE
    assert not PublicationRecord.objects.exists()

    work()

    session.refresh_from_db()
    assert session.state == SessionState.PUBLIEE
    assert PublicationRecord.objects.get().version == 1
    assert FeedRelease.objects.count() == 1


def test_a_sheet_with_a_fault_waits_with_its_reasons_and_the_session_stays_authorised(feed_dir: Path) -> None:
    region = hat("region", role="gestionnaire")
    trainer = located_organisme(address="")
    member = MembershipFactory(organisation=trainer)
    session = authorised_session(organisme=trainer)
    good = published_session()

    work()

    session.refresh_from_db()
    assert session.state == SessionState.AUTORISEE
    messages = [problem["message"] for problem in session.quarantine.problems]
    assert messages[0] == "Il manque la rue dans l’adresse de l’organisme responsable."
    text = (feed_dir / "lheo.xml").read_text()
    assert good.number in text
    assert session.number not in text
    told = Notification.objects.filter(kind="session.quarantaine")
    assert {row.user_id for row in told} >= {member.user_id, region.user_id}
    assert FeedRelease.objects.first().quarantined == 1


def test_once_put_right_it_is_published_and_nobody_is_told_twice(feed_dir: Path) -> None:
    trainer = located_organisme(address="")
    MembershipFactory(organisation=trainer)
    session = authorised_session(organisme=trainer)
    work()
    publication.check_again()
    work()
    assert Notification.objects.filter(kind="session.quarantaine").count() == 1

    trainer.address = "3 rue du Port"
    trainer.save()
    assert publication.check_again() == 1
    work()

    session.refresh_from_db()
    assert session.state == SessionState.PUBLIEE
    assert not Quarantine.objects.exists()
    assert session.number in (feed_dir / "lheo.xml").read_text()


def test_an_employer_quoted_in_a_public_text_keeps_the_sheet_back() -> None:
    intention = waiting_intention(5)
    employer = intention.employer
    session = authorised_session(
        posts=list(intention.posts.order_by("rank")), content=f"Visite de l’atelier de {employer.name.upper()}."
    )
    work()

    assert f"Ce texte public nomme «\u00a0{employer.name}\u00a0»\u00a0: retirez ce nom." in [
        problem["message"] for problem in Quarantine.objects.get(session=session).problems
    ]


def test_no_employer_nor_person_ever_stands_in_the_feed_or_the_catalogue(client: Client, feed_dir: Path) -> None:
    """Canary words, planted in all that is not public around a session."""
    intention = waiting_intention(5)
    for field in ("contact_name", "training_need", "job_title", "workplace_address", "guarantor"):
        setattr(intention, field, f"CANARI{field}")
    intention.contact_email = "canari@employeur.exemple.test"
    intention.save()
    employer = intention.employer
    employer.name = employer.legal_name = "CANARI MÉTAL"
    employer.save()
    session = published_session(
        posts=list(intention.posts.order_by("rank")),
        need_match="CANARI adéquation",
        employer_opinion="CANARI avis",
        off_list_reason="CANARI hors liste",
        place_reason="CANARI lieu",
    )
    work()

    pages = [
        client.get(reverse("catalogue")).content,
        client.get(reverse("session_fiche", args=[session.number])).content,
        client.get(reverse("session_dates", args=[session.number])).content,
        client.get(reverse("organisme_detail", args=[session.organisme_id])).content,
        (feed_dir / "lheo.xml").read_bytes(),
        repr(PublicationRecord.objects.get().card).encode(),
    ]
    for page in pages:
        assert session.title.encode() in page
        assert b"canari" not in page.decode().lower().encode()
        assert not {"9.35", "9,35"} & set(page.decode().split())  # the price of the hour


def test_a_withdrawn_session_leaves_the_catalogue_and_the_feed(client: Client, feed_dir: Path) -> None:
    stays, goes = published_session(title="Soudeur"), published_session(title="Maçon")
    work()
    publication.withdraw_session(goes, goes.decision.decided_by, "Les employeurs se sont désistés.")
    work()

    page = client.get(reverse("catalogue")).content.decode()
    assert ("Soudeur" in page, "Maçon" in page) == (True, False)
    text = (feed_dir / "lheo.xml").read_text()
    assert (stays.number in text, goes.number in text) == (True, False)
    gone = client.get(reverse("session_fiche", args=[goes.number]))
    assert gone.status_code == 410
    assert "Cette session est annulée" in gone.content.decode()
    assert "désistés" not in gone.content.decode()  # the reason is for the organisme


def test_a_publication_still_promised_does_not_bring_a_withdrawn_session_back() -> None:
    session = authorised_session()
    publication.withdraw_session(session, session.decision.decided_by, "Erreur de lot.", suspend=True)
    work()

    session.refresh_from_db()
    assert session.state == SessionState.SUSPENDUE


def test_a_suspended_session_comes_back_when_the_region_asks_for_it() -> None:
    session = published_session()
    publication.withdraw_session(session, session.decision.decided_by, "À revoir.", suspend=True)
    with transaction.atomic():
        publication.schedule(session)
    work()

    session.refresh_from_db()
    assert (session.state, session.withdrawal_reason) == (SessionState.PUBLIEE, "")


def test_a_session_that_has_begun_goes_to_its_end() -> None:
    """R19."""
    session = published_session()
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate())

    with pytest.raises(Refused, match="elle va à son terme"):
        publication.withdraw_session(session, session.decision.decided_by, "Désistement.")


@pytest.mark.parametrize("role", ["gestionnaire", "finances", "administrateur"])
def test_only_a_decideur_withdraws(role: str) -> None:
    session = published_session()

    with pytest.raises(Refused, match="décideur"):
        publication.withdraw_session(session, hat("region", role=role), "Désistement.")


def test_withdrawing_asks_for_a_reason() -> None:
    session = published_session()

    with pytest.raises(Refused, match="motif"):
        publication.withdraw_session(session, session.decision.decided_by, "  ")


def test_a_change_is_dated_and_numbered() -> None:
    session = published_session()
    earlier = timezone.now() - dt.timedelta(days=3)
    Session.objects.filter(pk=session.pk).update(modified_at=earlier)
    publication.check_again(Session.objects.all())
    work()
    session.refresh_from_db()
    # Only the date differed, and it told the truth before: it is today's now because the record was made today.
    version = session.publication.version

    session.request.transport = "Bus 11"
    session.request.save()
    publication.check_again(Session.objects.all())
    work()

    session = Session.objects.get(pk=session.pk)
    assert session.publication.version == version + 1
    assert session.modified_at.date() == timezone.now().date()
    assert session.publication.card["transport"] == "Bus 11"


def test_sessions_begin_and_end_with_the_calendar(client: Client, feed_dir: Path) -> None:
    begins, ends = (followed(published_session(title=title)) for title in ("Débute", "Finit"))
    today = timezone.localdate()
    Session.objects.filter(pk=begins.pk).update(starts_on=today)
    Session.objects.filter(pk=ends.pk).update(
        starts_on=today - dt.timedelta(days=90), ends_on=today - dt.timedelta(days=1)
    )
    publication.follow_the_calendar()
    work()

    states = dict(Session.objects.values_list("title", "state"))
    assert states == {"Débute": SessionState.EN_COURS, "Finit": SessionState.TERMINEE}
    assert "Finit" not in (feed_dir / "lheo.xml").read_text()
    assert client.get(reverse("session_fiche", args=[ends.number])).status_code == 410
