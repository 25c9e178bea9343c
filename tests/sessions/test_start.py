"""R104, R106: nobody begins a session that nobody follows."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.journal.models import Event, Notification
from orders.models import Lot
from orders.workflow.market import Where, save_lot
from sessions.enums import SessionState
from sessions.models import Session
from sessions.workflow import publication, referent
from tests.factories.accounts import hat
from tests.factories.sessions import followed, published_session

pytestmark = pytest.mark.django_db


def test_a_session_that_nobody_follows_waits_and_says_whom_it_waits_for(client: Client) -> None:
    desk = hat("region", role=Role.GESTIONNAIRE)
    session = published_session(
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + dt.timedelta(days=90), network_referent=""
    )
    agency = hat("valideur", commune=session.commune)
    organisme = session.request.created_by

    assert publication.follow_the_calendar() == (0, 0)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        assert publication.follow_the_calendar() == (0, 0)  # looked at again, told once
        client.force_login(organisme.user)
        page = client.get(reverse("demande_detail", args=[session.request_id])).content.decode()

        home = client.get(reverse("accueil"), follow=True).content.decode()

    assert "La session n’a pas pu commencer" in page
    assert "Une session n’a pas pu commencer" in home
    told = Notification.objects.filter(kind="session.a_preparer")
    assert sorted(told.values_list("user", "url")) == sorted(
        [
            (organisme.user_id, reverse("demande_detail", args=[session.request_id])),
            (desk.user_id, reverse("demande_detail", args=[session.request_id])),
            (agency.user_id, reverse("session_fiche", args=[session.number])),
        ]
    )
    assert Event.objects.filter(kind="session.retenue").count() == 1

    referent.name_referent(session.request, organisme, "Mission locale")
    assert Session.objects.get(pk=session.pk).state == SessionState.PUBLIEE  # R106 still
    lot = Lot.objects.get(pk=session.lot_id)
    lot.gestionnaire = desk.user
    save_lot(lot, desk, where=Where(departements=lot.departements.all()))
    assert Session.objects.get(pk=session.pk).state == SessionState.EN_COURS  # at once, not the night after


def test_a_session_that_waited_for_its_referent_alone_begins_when_he_is_named() -> None:
    session = followed(
        published_session(starts_on=timezone.localdate(), ends_on=timezone.localdate() + dt.timedelta(days=90))
    )
    session.request.network_referent = ""
    session.request.save()
    later = followed(published_session())  # its day has not come
    assert publication.follow_the_calendar() == (0, 0)

    for one in (session, later):
        referent.name_referent(one.request, one.request.created_by, "France Travail Nantes Nord")

    assert Session.objects.get(pk=session.pk).state == SessionState.EN_COURS
    assert Session.objects.get(pk=later.pk).state == SessionState.PUBLIEE
    assert Event.objects.filter(kind="session.demarrer").count() == 1
