"""A candidacy by four people in real pages: the valideur proposes, the employer says what he thinks, the organisme
answers, the valideur reads it.
"""

import re
from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect

from stagiaires.models import Positioning
from stagiaires.queries.positionings import employers_of
from tests.factories.accounts import hat
from tests.factories.sessions import published_session
from tests.factories.stagiaires import member_of


def test_a_person_is_proposed_heard_of_and_answered(page_as: Callable[..., Page]) -> None:
    with transaction.atomic():  # the decision and its receipt
        session = published_session()
    advisor, trainer = hat("valideur"), member_of(session.organisme)
    employer = member_of(employers_of(session).get())

    valideur = page_as(advisor)
    valideur.goto(f"/catalogue/{session.number}/")
    valideur.get_by_role("link", name="Proposer une personne").click()
    valideur.get_by_label("Nom", exact=True).fill("Zélandais")
    valideur.get_by_label("Prénom").fill("Aïssata")
    valideur.get_by_label("Date de naissance").fill("1994-05-17")
    valideur.get_by_label("Téléphone").fill("06 12 34 56 78")
    valideur.get_by_label("Présentation de la candidature").fill("Motivée par le soudage")
    valideur.get_by_role("button", name="Proposer la personne").click()
    expect(valideur.get_by_role("heading", level=1)).to_have_text("Aïssata Zélandais")

    boss = page_as(employer)
    boss.goto("/")
    boss.get_by_role("link", name="Donner votre avis").click()
    boss.get_by_role("link", name="Aïssata Z.").click()
    expect(boss.locator("main")).to_contain_text("Motivée par le soudage")
    expect(boss.locator("main")).not_to_contain_text("Zélandais")
    boss.get_by_role("group", name="Cette candidature vous convient-elle").get_by_label("Oui").check()
    boss.get_by_label(re.compile("^Votre avis")).fill("À rencontrer vite.")
    boss.get_by_role("button", name="Donner cet avis").click()
    expect(boss.get_by_role("status")).to_contain_text("Votre avis est gardé")

    school = page_as(trainer)
    school.goto("/")
    school.get_by_role("link", name="Étudier").click()
    school.get_by_role("link", name="Aïssata Zélandais").click()
    expect(school.locator("main")).to_contain_text("À rencontrer vite.")
    school.get_by_role("link", name="Refuser…").click()
    school.get_by_label("Le projet ne correspond pas").check()
    school.get_by_label("Expliquez en quelques mots").fill("Elle vise un autre métier.")
    school.get_by_label("Ce que vous proposez à la personne").fill("Une immersion, puis la session de mars.")
    school.get_by_role("button", name="Refuser la candidature").click()
    expect(school.get_by_role("status")).to_contain_text("La réponse est donnée")

    valideur.reload()
    expect(valideur.locator("main")).to_contain_text("Une immersion, puis la session de mars.")
    expect(valideur.get_by_text(re.compile("Candidature refusée")).first).to_be_visible()
    assert Positioning.objects.get().state == "refuse"
