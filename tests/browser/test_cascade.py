"""An employer withdraws before the start: the organisme offers his places, another takes them, the Région confirms."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from sessions.models import Session
from tests.factories.accounts import hat
from tests.factories.sessions import published_session, waiting_intention

pytestmark = pytest.mark.django_db(transaction=True)


def test_places_go_from_an_employer_to_another(page_as: Callable[..., Page]) -> None:
    decider, leaving, coming = hat("region"), waiting_intention(2), waiting_intention(2)
    with transaction.atomic():
        posts = [*waiting_intention(4).posts.all(), *leaving.posts.all()]
        session = published_session(posts=posts, seats=6, decider=decider)
    places = f"/demandes/{session.request_id}/places/"

    employer = page_as(leaving.filed_by)
    employer.goto(f"/intentions/{leaving.pk}/retirer/")
    employer.get_by_label("Pourquoi").fill("Le chantier est reporté.")
    employer.get_by_role("button", name="Retirer l’intention").click()
    expect(employer.get_by_text("L’intention est retirée.")).to_be_visible()

    organisme = page_as(session.request.created_by)
    organisme.goto(f"/demandes/{session.request_id}/")
    message = organisme.get_by_label("Votre message")
    message.fill("Nous cherchons un autre employeur.")
    message.evaluate("box => { box.style.height = '20rem'; }")  # resized by hand: no inline style may come back
    organisme.get_by_role("button", name="Envoyer le message").click()
    expect(organisme.locator("#echanges")).to_contain_text("Nous cherchons un autre employeur.")
    organisme.get_by_role("link", name="Places et employeurs").click()
    expect(organisme.get_by_text("Le chantier est reporté.")).to_be_visible()
    organisme.get_by_label(str(coming.employer)).check()
    organisme.get_by_role("button", name="Proposer les places").click()
    expect(organisme.get_by_text("1 employeur est prévenu")).to_be_visible()

    another = page_as(coming.filed_by)
    another.goto("/")
    another.get_by_role("link", name="Répondre").click()
    another.get_by_label("J’accepte").check()
    another.get_by_role("button", name="Envoyer ma réponse").click()
    expect(another.get_by_text("2 postes entrent dans la session")).to_be_visible()

    region = page_as(decider)
    region.goto("/region/reexamens/")
    expect(region.get_by_text("Groupe complet")).to_be_visible()
    region.goto(f"/region/demandes/{session.request_id}/autoriser/")
    region.get_by_role("button", name="Autoriser et publier").click()
    region.goto(places)
    expect(region.get_by_text("Postes repris par un autre employeur")).to_be_visible()
    assert Session.objects.get().seats == 6
