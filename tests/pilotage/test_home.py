"""The front page answers « what waits for me? », for each hat and for a visitor."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.journal import outbox
from sessions.enums import RequestState
from sessions.models import SessionRequest
from tests.factories.accounts import UserFactory, hat
from tests.factories.sessions import SessionRequestFactory, authorised_session, located_organisme, waiting_intention

pytestmark = pytest.mark.django_db


def home(client: Client, membership: object) -> str:
    client.force_login(membership.user)
    return client.get("/").content.decode()


def test_a_visitor_reads_what_the_scheme_is(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "Un poste à pourvoir" in page
    assert "Elles ouvrent bientôt" in page


@pytest.mark.parametrize("kind", ["employeur", "organisme", "region", "valideur", "relais", "cariforef"])
def test_a_hat_without_anything_to_do_is_told_so(client: Client, kind: str) -> None:
    assert "Rien ne vous attend" in home(client, hat(kind))


def test_the_region_sees_what_waits_and_what_is_late(client: Client) -> None:
    SessionRequestFactory(in_queue=True, title="Cordiste", sent_at=timezone.now() - timedelta(days=20))

    page = home(client, hat("region", Role.DECIDEUR))

    assert "1 demande attend une décision" in page.replace("\u00a0", " ")
    assert "1 demande est en retard" in page.replace("\u00a0", " ")


def test_an_organisme_sees_what_the_region_asks(client: Client) -> None:
    asked = SessionRequestFactory(in_queue=True, title="Cordiste")
    asked.renvoyer()
    asked.save()

    page = home(client, asked.created_by)

    assert SessionRequest.objects.get().state == RequestState.A_COMPLETER
    assert "La Région vous demande une précision" in page


def test_an_organisme_is_led_to_the_sheet_that_cannot_be_published(client: Client) -> None:
    session = authorised_session(organisme=located_organisme(address=""))
    outbox.work_all()

    page = home(client, session.request.created_by)

    assert "Une session autorisée ne peut pas encore paraître" in page
    assert reverse("demande_fiche", args=[session.request_id]) in page
    assert "ne peut pas encore paraître" not in home(client, hat("organisme"))


def test_an_employer_sees_his_own_intentions_and_no_other(client: Client) -> None:
    mine, other = waiting_intention(2), waiting_intention(1)

    page = home(client, mine.filed_by)

    assert mine.number in page
    assert other.number not in page


def test_a_person_without_a_hat_is_told_what_to_do(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get("/").status_code == 302


@pytest.mark.parametrize("address", ["/accessibilite/", "/donnees-personnelles/", "/contact/"])
def test_the_pages_of_every_public_site_are_public(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
