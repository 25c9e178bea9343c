"""What could not be published is said before the sending; what comes up afterwards has a way out."""

import pytest
from django.test import Client
from django.urls import reverse

from core.journal.events import history_of
from core.journal.models import Notification
from core.journal.refusals import Refused
from sessions.enums import RequestState, SessionState
from sessions.forms.requests.sheet import TEXTS
from sessions.models import Session, SessionRequest
from sessions.queries.gaps import sheet_faults
from sessions.workflow import requests
from tests.factories.accounts import OrganisationFactory, hat
from tests.factories.orders import LotFactory
from tests.factories.sessions import SessionRequestFactory, authorised_session, located_organisme, waiting_intention
from tests.sessions.test_publication import work

pytestmark = pytest.mark.django_db


def page(client: Client, asked: SessionRequest, name: str) -> str:
    client.force_login(asked.created_by.user)
    return client.get(reverse(name, args=[asked.pk])).content.decode()


def corrected(asked: SessionRequest, **changes: str) -> dict[str, str]:
    """What the form sends: the texts as they stand, with these changes."""
    return {name: getattr(asked, name) for name in TEXTS} | changes


def test_a_complete_request_can_be_published() -> None:
    assert sheet_faults(SessionRequestFactory(complete=True)) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"address": ""}, "Il manque la rue dans l’adresse de votre organisme."),
        ({"siret": ""}, "Le SIRET de votre organisme n’est pas juste"),
        ({"nda": ""}, "Le numéro de déclaration d’activité de votre organisme"),
        ({"email": "", "phone": ""}, "Donnez un téléphone ou un courriel de votre organisme."),
    ],
)
def test_an_organisme_that_cannot_be_published_is_told_before_sending(
    fault: dict[str, str], told: str, client: Client
) -> None:
    asked = SessionRequestFactory(complete=True, organisme=located_organisme(**fault))

    with pytest.raises(Refused, match=told):
        requests.send(asked, asked.created_by)

    shown = page(client, asked, "demande_verifier")
    assert told in shown
    assert reverse("organisation") in shown
    assert "Envoyer la demande à la Région" not in shown
    assert SessionRequest.objects.get().state == RequestState.BROUILLON


def test_a_fault_of_the_mandataire_names_him(client: Client) -> None:
    mandataire = OrganisationFactory(organisme=True, name="Groupement Loire", address="")
    partner = located_organisme()
    asked = SessionRequestFactory(complete=True, organisme=partner, lot=LotFactory(mandataire=mandataire))

    assert [fault.label for fault in sheet_faults(asked)] == [
        "Il manque la rue dans l’adresse de Groupement Loire, mandataire du lot."
    ]
    assert "Demandez-lui de compléter" in page(client, asked, "demande_verifier")


def test_a_text_that_names_an_employer_is_seen_before_sending() -> None:
    intention = waiting_intention(5)
    posts = list(intention.posts.order_by("rank"))
    asked = SessionRequestFactory(complete=True, posts=posts, content=f"Visite chez {intention.employer.name}.")

    with pytest.raises(Refused, match="retirez ce nom"):
        requests.send(asked, asked.created_by)


def test_the_texts_of_a_session_in_quarantine_are_corrected_and_it_is_published(client: Client) -> None:
    region = hat("region", role="gestionnaire")
    intention = waiting_intention(5)
    posts = list(intention.posts.order_by("rank"))
    session = authorised_session(posts=posts, content=f"Visite chez {intention.employer.name}.")
    asked = session.request
    work()
    assert "Corriger la fiche publique" in page(client, asked, "demande_detail")
    assert "retirez ce nom" in page(client, asked, "demande_fiche")

    url = reverse("demande_fiche", args=[asked.pk])
    answer = client.post(url, corrected(asked, content="Visite d’un atelier."))
    assert answer.status_code == 302
    work()

    session = Session.objects.get()
    assert session.state == SessionState.PUBLIEE
    assert (
        session.publication.card["content"] == "Visite d’un atelier." if "content" in session.publication.card else True
    )
    line = history_of(asked).get(kind="demande.fiche_corrigee")
    assert line.label == "Fiche publique corrigée par l’organisme\u00a0: le contenu"
    assert intention.employer.name in line.detail["avant"]["content"]
    assert Notification.objects.filter(kind="session.fiche_corrigee", user=region.user).exists()
    assert client.get(url).status_code == 404  # nothing waits any more


def test_an_empty_text_comes_back_at_its_question_with_what_was_typed(client: Client) -> None:
    session = authorised_session(organisme=located_organisme(address=""))
    work()
    client.force_login(session.request.created_by.user)

    answer = client.post(
        reverse("demande_fiche", args=[session.request_id]), corrected(session.request, content="", title="Soudeur TIG")
    )

    assert answer.status_code == 422
    assert "Soudeur TIG" in answer.content.decode()
    assert Session.objects.get().title == session.title


def test_another_organisme_finds_no_sheet_to_correct(client: Client) -> None:
    session = authorised_session(organisme=located_organisme(address=""))
    work()
    client.force_login(hat("organisme").user)

    url = reverse("demande_fiche", args=[session.request_id])
    assert client.get(url).status_code == 404
    assert client.post(url, corrected(session.request)).status_code == 404
