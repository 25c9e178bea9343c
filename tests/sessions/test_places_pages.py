"""The page of a session's places, the Région's own queue, and the employer's answer, as people meet them."""

from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.accounts.models import Membership
from intentions.links import token_for
from sessions.enums import OfferState, RequestState, SessionState
from sessions.models import ExtraHours, PlaceOffer, Session, SessionRequest
from sessions.workflow import offers
from tests.factories.sessions import waiting_intention
from tests.sessions.steps import again, order, standing_on, start, withdraw

pytestmark = pytest.mark.django_db


def page_of(client: Client, who: Membership, url: str) -> str:
    client.force_login(who.user)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def frozen(decider: Membership) -> SessionRequest:
    session, _, leaving = standing_on(decider, 6, 2)
    withdraw(leaving)
    return again(session)[0]


def test_the_region_reads_the_facts_the_ways_and_their_passages(decider: Membership, client: Client) -> None:
    request = frozen(decider)
    other = waiting_intention(2)

    queue = page_of(client, decider, reverse("region_reexamens"))
    assert request.title in queue
    assert "6 postes pour 8 places" in queue
    page = page_of(client, decider, reverse("demande_places", args=[request.pk]))

    assert "Le chantier est reporté." in page
    assert "En cas de désistement, l’organisme se rapproche de la Région" in page
    assert "4 200,00 heures sur le lot aujourd’hui, 3 150,00 heures ensuite" in page
    assert reverse("region_maintenir", args=[request.pk]) in page
    assert str(other.employer) in page


def test_the_organisme_sees_the_ways_without_their_doors_and_offers_in_one_act(
    decider: Membership, client: Client
) -> None:
    request = frozen(decider)
    one, two = waiting_intention(2), waiting_intention(1)
    url = reverse("demande_places", args=[request.pk])
    assert reverse("region_maintenir", args=[request.pk]) not in page_of(client, request.created_by, url)

    offer = reverse("demande_places_proposer", args=[request.pk])
    nothing = client.post(offer, {"word": "Venez visiter."})
    assert nothing.status_code == 422
    assert "Choisissez au moins un employeur" in nothing.content.decode()
    assert "Venez visiter." in nothing.content.decode()  # nothing that was typed is lost
    client.post(offer, {"intentions": [one.pk, two.pk], "word": "Venez visiter."})

    assert PlaceOffer.objects.filter(state=OfferState.PROPOSEE).count() == 2
    row = PlaceOffer.objects.get(intention=two)
    client.post(reverse("demande_places_reprendre", args=[request.pk, row.pk]))
    row.refresh_from_db()
    assert row.state == OfferState.REPRISE


def test_the_employer_finds_the_offer_on_his_page_and_at_home_and_answers(decider: Membership, client: Client) -> None:
    request = frozen(decider)
    other = waiting_intention(2)
    (offered,) = offers.offer(request, [other.pk], request.created_by)
    url = reverse("proposition", args=[offered.pk])

    assert url in page_of(client, other.filed_by, other.get_absolute_url())
    assert url in page_of(client, other.filed_by, "/")
    assert "Le premier qui accepte".lower() in page_of(client, other.filed_by, url).lower()
    assert client.post(url, {}).status_code == 422
    answer = client.post(url, {"answer": "oui", "posts": "1"}, follow=True)

    assert "1\u00a0poste entre dans la session" in answer.content.decode()
    offered.refresh_from_db()
    assert (offered.state, offered.posts_taken) == (OfferState.ACCEPTEE, 1)
    assert client.post(url, {"answer": "oui", "posts": "1"}).status_code == 422  # answered already: said in words


def test_an_employer_without_account_answers_by_his_link(decider: Membership, client: Client) -> None:
    request = frozen(decider)
    other = waiting_intention(2)
    (offered,) = offers.offer(request, [other.pk], request.created_by)
    token = token_for(other)
    url = reverse("proposition_lien", args=[token, offered.pk])

    assert url in client.get(reverse("intention_lien", args=[token])).content.decode()
    client.post(url, {"answer": "non", "reason": "Trop loin."})

    offered.refresh_from_db()
    assert (offered.state, offered.answer_reason) == (OfferState.DECLINEE, "Trop loin.")


def test_the_decider_keeps_the_session_on_a_page_that_says_why_it_cannot_be(
    decider: Membership, client: Client
) -> None:
    request = frozen(decider)
    client.force_login(decider.user)
    url = reverse("region_maintenir", args=[request.pk])

    assert "6 postes pour 8 places" in page_of(client, decider, url)
    refused = client.post(url, {"seats": "4"})
    assert refused.status_code == 422
    assert "ne peut pas être autorisée" in refused.content.decode()
    client.post(url, {"seats": "6"})

    request.refresh_from_db()
    assert (request.state, request.seats) == (RequestState.AUTORISEE, 6)


def test_a_session_that_is_over_says_what_places_went_without_an_employer(decider: Membership, client: Client) -> None:
    session, _, leaving = standing_on(decider, 5, 2)
    start(session)
    withdraw(leaving)
    for state in (SessionState.EN_COURS, SessionState.TERMINEE):
        Session.objects.filter(pk=session.pk).update(state=state)

    page = page_of(client, decider, reverse("demande_places", args=[session.request_id]))

    assert "2 places sont restées sans employeur" in page
    assert "Chaque place a son employeur" not in page


def test_hours_more_are_costed_on_the_page_then_asked_and_decided(decider: Membership, client: Client) -> None:
    session, staying, _ = standing_on(decider, 5, 2)
    start(session)
    order(session)
    request, session = again(session)
    url = reverse("demande_places", args=[request.pk])

    page = page_of(client, request.created_by, f"{url}?places=3&hours_each={quote('70,5')}")
    assert "211,50 heures" in page
    assert "1 977,53 €" in page
    ask = reverse("demande_heures", args=[request.pk])
    said = {"places": "3", "hours_each": "70,5", "intention": staying.pk, "reason": ""}
    assert client.post(ask, said).status_code == 422
    client.post(ask, said | {"reason": "Le titre complet."})
    row = ExtraHours.objects.get()
    assert row.hours == Decimal("211.50")

    assert reverse("region_heures_decider", args=[row.pk]) in page_of(client, decider, reverse("region_reexamens"))
    decide = reverse("region_heures_decider", args=[row.pk])
    assert "Si l’employeur le demande" in page_of(client, decider, decide)
    client.post(decide, {"answer": "oui", "reason": "Certification visée."})

    row.refresh_from_db()
    assert row.state == "accordee"
    assert row.composante.number in page_of(client, decider, url)


def test_the_queue_costs_the_same_for_one_session_and_for_three(decider: Membership, client: Client) -> None:
    client.force_login(decider.user)
    counts = []
    for _ in range(2):
        frozen(decider)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("region_reexamens")).status_code == 200
        counts.append(len(asked))
        frozen(decider)
    assert counts[0] == counts[1]
