"""The Région's desk as its people use it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import Membership
from sessions.enums import RequestState
from sessions.models import Session, SessionRequest
from sessions.workflow import decisions
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory
from tests.factories.sessions import RequestDerogationFactory, SessionRequestFactory

pytestmark = pytest.mark.django_db
ELSEWHERE = {  # a place that is not the lot's: a derogation is asked for
    "place": None,
    "place_name": "Atelier neuf",
    "place_reason": "Travaux",
    "place_address": "2 rue du Port",
    "place_postcode": "44000",
}


@pytest.fixture
def decider() -> Membership:
    return hat("region", Role.DECIDEUR)


@pytest.fixture
def desk(client: Client, decider: Membership) -> Client:
    client.force_login(decider.user)
    return client


def test_the_queue_stands_in_order_of_arrival(desk: Client) -> None:
    later = SessionRequestFactory(in_queue=True, title="Arrivée ensuite")
    sooner = SessionRequestFactory(
        in_queue=True, title="Arrivée d’abord", sent_at=timezone.now() - timezone.timedelta(days=2)
    )

    page = desk.get(reverse("region_file")).content.decode()

    assert page.index(sooner.title) < page.index(later.title)


def test_filters_stand_in_the_address_and_ranks_do_not_move(desk: Client) -> None:
    SessionRequestFactory(in_queue=True, title="Boulanger", sent_at=timezone.now() - timezone.timedelta(days=2))
    SessionRequestFactory(in_queue=True, title="Cordiste")

    page = desk.get(reverse("region_file"), {"q": "cordiste"})

    assert [row.rank for row in page.context["page"].rows] == [2]


@pytest.mark.parametrize("query", [{"lot": "999999"}, {"verdict": "'"}, {"page": "x"}, {"vue": "%"}, {"suivi": "zz"}])
def test_an_unreadable_filter_is_ignored(desk: Client, query: dict[str, str]) -> None:
    SessionRequestFactory(in_queue=True)

    assert len(desk.get(reverse("region_file"), query).context["page"].rows) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_the_same_queries_whatever_its_length(
    desk: Client, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    SessionRequestFactory.create_batch(count, in_queue=True)
    desk.get(reverse("region_file"))

    with django_assert_num_queries(12):
        desk.get(reverse("region_file"))


def test_the_file_shows_rules_derogations_and_what_is_in_the_way(desk: Client) -> None:
    asked = RequestDerogationFactory().request

    page = desk.get(reverse("region_demande", args=[asked.pk])).content.decode()

    assert "Dérogations, une par une" in page
    assert "/regles/R44/" in page
    assert asked.title in page


def test_what_stands_in_the_way_is_said_without_a_form_that_would_be_refused(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True, **ELSEWHERE, place_commune=CommuneFactory())
    RequestDerogationFactory(request=asked, rule="R44")

    page = desk.get(reverse("region_autoriser", args=[asked.pk])).content.decode()

    assert "ne peut pas encore être autorisée" in page
    assert "Autoriser et publier la session" not in page


def test_a_derogation_without_reason_comes_back_with_what_was_typed(desk: Client) -> None:
    row = RequestDerogationFactory()
    url = reverse("region_derogation", args=[row.request.pk, row.pk])

    page = desk.post(url, {f"demande-{row.pk}-answer": "oui", f"demande-{row.pk}-reason": ""})

    row.refresh_from_db()
    assert row.state == "demandee"
    assert "le liront tel quel" in page.content.decode()


def test_a_derogation_is_granted_from_the_file(desk: Client) -> None:
    row = RequestDerogationFactory()
    url = reverse("region_derogation", args=[row.request.pk, row.pk])

    desk.post(url, {f"demande-{row.pk}-answer": "oui", f"demande-{row.pk}-reason": "Lieu visité."})

    row.refresh_from_db()
    assert (row.state, row.decision_reason) == ("accordee", "Lieu visité.")


def test_authorising_from_the_page_opens_the_session(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True)
    url = reverse("region_autoriser", args=[asked.pk])

    assert "paraîtra au catalogue" in desk.get(url).content.decode()
    page = desk.post(url, {"note": "Bon courage."}, follow=True)

    assert "est autorisée" in page.content.decode()
    assert Session.objects.get().request == asked


def test_points_of_attention_are_read_once_more_before_authorising(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True)
    SessionRequestFactory(
        in_queue=True, organisme=asked.organisme, lot=asked.lot, place=asked.place, place_name=asked.place_name,
        place_commune=asked.place_commune, certification=asked.certification, title=asked.title,
        starts_on=asked.starts_on, ends_on=asked.ends_on,
    )  # fmt: skip

    page = desk.get(reverse("region_autoriser", args=[asked.pk])).content.decode()

    assert "Points d’attention" in page
    assert "/regles/R71/" in page, "another request under way is its twin"


def test_a_double_click_authorises_once(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True)
    url, answers = reverse("region_autoriser", args=[asked.pk]), {"cle": "9f2c41ab-07de-4a53-9d0b-000000000001"}

    first, second = desk.post(url, answers), desk.post(url, answers)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Session.objects.count() == 1


def test_a_refusal_without_reason_says_so_at_its_field(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True)

    page = desk.post(reverse("region_refuser", args=[asked.pk]), {"reason": " "})

    assert "Écrivez le motif" in page.content.decode()
    assert SessionRequest.objects.get(pk=asked.pk).state == RequestState.COMPLETE


def test_a_gestionnaire_reads_and_instructs_but_does_not_decide(client: Client) -> None:
    asked = SessionRequestFactory(in_queue=True)
    client.force_login(hat("region", Role.GESTIONNAIRE).user)

    assert client.get(reverse("region_demande", args=[asked.pk])).status_code == 200
    assert client.post(reverse("region_prendre", args=[asked.pk])).status_code == 302
    assert client.get(reverse("region_autoriser", args=[asked.pk])).status_code == 404
    assert client.get(reverse("region_refuser", args=[asked.pk])).status_code == 404


@pytest.mark.parametrize("kind", ["employeur", "organisme", "valideur", "relais"])
def test_outsiders_find_nothing_here(client: Client, kind: str) -> None:
    asked = SessionRequestFactory(in_queue=True)
    client.force_login(hat(kind).user)

    assert client.get(reverse("region_file")).status_code == 404
    assert client.get(reverse("region_demande", args=[asked.pk])).status_code == 404


def test_a_draft_is_not_the_regions_business(desk: Client) -> None:
    assert desk.get(reverse("region_demande", args=[SessionRequestFactory(complete=True).pk])).status_code == 404


def test_a_decided_file_is_read_but_no_longer_acted_on(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True)
    desk.post(reverse("region_autoriser", args=[asked.pk]))

    assert desk.get(reverse("region_demande", args=[asked.pk])).status_code == 200
    assert desk.get(reverse("region_autoriser", args=[asked.pk])).status_code == 404


def test_an_act_that_is_refused_gives_back_what_was_typed(desk: Client) -> None:
    asked = SessionRequestFactory(in_queue=True, **ELSEWHERE, place_commune=CommuneFactory())
    RequestDerogationFactory(request=asked, rule="R44")

    answer = desk.post(reverse("region_autoriser", args=[asked.pk]), {"note": "Bon courage à tous."})

    assert answer.status_code == 422
    assert "ne peut pas être autorisée" in answer.content.decode()
    assert "Bon courage à tous." in answer.content.decode()


def test_a_file_given_back_is_read_with_what_it_would_weigh_on_its_lot(desk: Client, decider: Membership) -> None:
    asked = SessionRequestFactory(in_queue=True)
    decisions.ask_completion(asked, decider, "Le planning des stages manque.")

    page = desk.get(reverse("region_demande", args=[asked.pk]))

    assert page.status_code == 200
    assert "Le planning des stages manque." in page.content.decode()
    assert page.context["effect"] is not None
