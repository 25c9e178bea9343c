"""The questions are public, findable in words, and judged as the page is read."""

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from core.rulebook.faq import failures, share
from core.rulebook.models import Parameter
from core.rules.faq import Coverage, questions
from tests.factories.rulebook import dated

pytestmark = pytest.mark.django_db


def test_every_question_is_listed_and_has_its_page(client: Client) -> None:
    page = client.get("/questions/").content.decode()

    assert [slug for slug in questions() if f'href="/questions/{slug}/"' not in page] == []
    assert [slug for slug in questions() if client.get(f"/questions/{slug}/").status_code != 200] == []


def test_words_find_a_question_with_or_without_accents(client: Client) -> None:
    page = client.get("/questions/", {"q": "INTERIM cdi"}).content.decode()

    assert "/questions/agence-interim/" in page
    assert "/questions/fongibilite/" not in page


def test_an_audience_sees_its_own_questions(client: Client) -> None:
    page = client.get("/questions/", {"public": "employeurs"}).content.decode()

    assert "/questions/taille-entreprise/" in page
    assert "/questions/facturation/" not in page


@pytest.mark.parametrize("filters", [{"q": "zzz"}, {"q": "\0"}, {"public": "%00'"}])
def test_a_strange_filter_does_no_harm(client: Client, filters: dict[str, str]) -> None:
    assert client.get("/questions/", filters).status_code == 200


def test_a_page_says_the_passage_the_rules_and_the_verdict_in_words(client: Client) -> None:
    page = client.get("/questions/derogation-cdd/").content.decode()

    assert "CDD de 5\u00a0mois, 35\u00a0h" in page
    assert "À instruire" in page
    assert "la Région décide au cas par cas" in page
    assert "Foire aux questions des employeurs, non datée, lignes 290 à 294" in page
    assert "R31" in page
    assert "ne dit plus la même chose" not in page


def test_an_example_opens_in_the_simulator(client: Client) -> None:
    page = client.get("/questions/derogation-cdd/").content.decode()

    links = re.findall(r'href="(/simulateur/resultat/[^"]+)"', page)
    assert len(links) == len(questions()["derogation-cdd"].scenarios)
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_question_without_rule_says_so(client: Client) -> None:
    assert "Aucune règle n’en découle" in client.get("/questions/regard-des-entreprises/").content.decode()
    assert "fait accepter la charte avant l’entrée" in client.get("/questions/quitter-la-formation/").content.decode()


def test_a_threshold_of_the_region_that_belies_the_answer_is_said(client: Client) -> None:
    Parameter.objects.create(
        name="weekly_hours_min", value="20", period=DateRange(date(2026, 1, 5), None), reason="Essai"
    )

    assert "ne dit plus la même chose" in client.get("/questions/vingt-quatre-heures/").content.decode()


def test_a_rule_that_the_region_has_switched_belies_the_answer_too(client: Client) -> None:
    assert "ne dit plus la même chose" not in client.get("/questions/vingt-quatre-heures/").content.decode()
    dated("R32", "retiree", -30)

    assert "ne dit plus la même chose" in client.get("/questions/vingt-quatre-heures/").content.decode()


def test_an_unknown_question_is_absent(client: Client) -> None:
    assert client.get("/questions/inconnue/").status_code == 404


def test_pages_cost_few_queries(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        client.get("/questions/")
    with django_assert_num_queries(1):  # the figures of the day
        client.get("/questions/minimum-cinq/")


def test_the_command_prints_the_share() -> None:
    out = StringIO()
    call_command("rules", "--faq", stdout=out)

    assert f"{len(questions())} questions" in out.getvalue()
    assert share()[Coverage.NOTHING] == []
    assert failures() == []
