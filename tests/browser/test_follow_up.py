"""Six months after, on a phone: the link of the message, one minute, and what the advisor makes of it."""

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import BrowserContext, Page, expect

from stagiaires.models import Survey
from stagiaires.workflow import links
from tests.stagiaires.test_followup import asked


def test_a_person_answers_from_his_link_and_the_advisor_looks(
    new_context: Callable[..., BrowserContext], page_as: Callable[..., Page]
) -> None:
    with transaction.atomic():
        survey = asked()
        token = links.make(survey.parcours.stagiaire)
    phone = new_context(viewport={"width": 360, "height": 740}, has_touch=True).new_page()
    phone.goto(f"/espace/{token}/suivi/{survey.pk}/")
    expect(phone.get_by_label("Contrat", exact=True)).to_be_hidden()
    phone.get_by_label("Je travaille chez un autre employeur").check()
    phone.get_by_label("Contrat", exact=True).select_option("CDI")
    phone.get_by_label("Nom de l’employeur").fill("Chantiers Rivière")
    phone.get_by_role("group", name="Ce travail").get_by_label("Oui").check()
    phone.get_by_role("button", name="Envoyer ma réponse").click()
    expect(phone.get_by_role("status")).to_contain_text("Merci")

    advisor = page_as(survey.parcours.positioning.advisor)
    advisor.goto("/suivi/?suivi=embauches")
    advisor.get_by_role("link", name=str(survey.parcours.stagiaire)).click()
    expect(advisor.locator("main")).to_contain_text("Cette personne dit avoir un emploi")
    assert Survey.objects.get().contract == "cdi"
