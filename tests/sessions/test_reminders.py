"""The clock reminds once, those whom it concerns, and falls silent when the thing is done."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.journal.models import Notification
from core.journal.refusals import Refused
from sessions import reminders
from sessions.models import SessionRequest
from sessions.workflow.referent import name_referent
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory, DepartementFactory
from tests.factories.sessions import SessionRequestFactory, published_session

pytestmark = pytest.mark.django_db


def test_a_file_given_back_is_reminded_once() -> None:
    asked = SessionRequestFactory(in_queue=True)
    asked.renvoyer()
    asked.save()
    assert reminders.remind_to_complete() == 0

    SessionRequest.objects.update(updated_at=timezone.now() - timedelta(days=8))

    assert reminders.remind_to_complete() == 1
    assert reminders.remind_to_complete() == 0
    assert asked.number in Notification.objects.get().text


def test_a_file_that_waits_too_long_is_told_to_those_who_decide() -> None:
    decider = hat("region", Role.DECIDEUR)
    SessionRequestFactory(in_queue=True, sent_at=timezone.now() - timedelta(days=5))
    late = SessionRequestFactory(in_queue=True, sent_at=timezone.now() - timedelta(days=12))

    assert reminders.remind_undecided() == 1
    told = Notification.objects.get(kind="demande.sans_decision")
    assert told.user == decider.user
    assert late.number in told.text


def test_empty_places_are_told_to_the_organisme_and_to_the_valideurs_around() -> None:
    today = timezone.localdate()
    session = published_session(starts_on=today + timedelta(days=10), ends_on=today + timedelta(days=90))
    near = hat("valideur", commune=session.commune)
    hat("valideur", commune=CommuneFactory(code="85191", departement=DepartementFactory(code="85")))

    assert reminders.remind_empty_seats() == 2
    told = Notification.objects.filter(kind="session.places_libres")
    assert {one.user for one in told} == {near.user, session.request.created_by.user}
    assert reminders.remind_empty_seats() == 0


def test_a_session_soon_to_start_without_a_meeting_is_told_to_its_organisme() -> None:
    today = timezone.localdate()
    session = published_session(starts_on=today + timedelta(days=15), ends_on=today + timedelta(days=90))
    SessionRequest.objects.filter(pk=session.request_id).update(meeting_on=timezone.now() + timedelta(days=5))
    assert reminders.remind_missing_meetings() == 0

    SessionRequest.objects.filter(pk=session.request_id).update(meeting_on=None)

    assert reminders.remind_missing_meetings() == 1
    told = Notification.objects.get(kind="session.sans_information")
    assert "commence dans 15\u00a0jours et aucune information collective n’est prévue" in told.text
    assert reminders.remind_missing_meetings() == 0


def test_a_session_that_starts_later_is_left_in_peace() -> None:
    today = timezone.localdate()
    session = published_session(starts_on=today + timedelta(days=16), ends_on=today + timedelta(days=90))
    SessionRequest.objects.filter(pk=session.request_id).update(meeting_on=None)

    assert reminders.remind_missing_meetings() == 0


def test_a_session_soon_to_start_that_nobody_follows_is_told_to_who_can_settle_it(client: Client) -> None:
    today = timezone.localdate()
    session = published_session(starts_on=today + timedelta(days=15), ends_on=today + timedelta(days=90))
    desk = hat("region", role=Role.GESTIONNAIRE)
    organisme, page = session.request.created_by, reverse("demande_detail", args=[session.request_id])
    assert reminders.remind_unprepared() == 2  # no référent (R104), no gestionnaire of the lot (R106)
    assert reminders.remind_unprepared() == 0
    told = Notification.objects.filter(kind="session.a_preparer")
    assert set(told.values_list("user", flat=True)) == {organisme.user_id, desk.user_id}

    client.force_login(organisme.user)
    assert "Aucun référent du Réseau pour l’emploi n’est désigné" in client.get(page).content.decode()
    client.post(reverse("demande_referent", args=[session.request_id]), {"network_referent": " "})
    session.request.refresh_from_db()
    assert session.request.network_referent == ""
    client.post(reverse("demande_referent", args=[session.request_id]), {"network_referent": "Mission locale"})
    again = client.get(page).content.decode()

    assert "désigné\u00a0: Mission locale" in again  # the history
    assert "il en faut un avant le démarrage" not in again
    assert "Aucun gestionnaire de la Région ne suit la session" in again
    with pytest.raises(Refused, match="autre organisme"):
        name_referent(session.request, hat("organisme"), "Cap emploi")
