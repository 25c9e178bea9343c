"""One page per contradiction: its passages, the reading in force, and what flips under the other, computed."""

from datetime import date
from html import unescape

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from core.rulebook.models import Parameter
from core.rulebook.readings import computed, flips_of_cases, names_of
from core.rules import Verdict, contradictions
from tests.factories.rulebook import dated

pytestmark = pytest.mark.django_db


def page_of(client: Client, key: str) -> str:
    return unescape(client.get(f"/regles/contradictions/{key}/").content.decode())


@pytest.mark.parametrize("contradiction", contradictions().values(), ids=contradictions())
def test_both_readings_are_quoted_with_their_document_and_lines(client: Client, contradiction) -> None:
    page = page_of(client, contradiction.id)

    for reading in contradiction.readings:
        for citation in reading.citations:
            assert citation.reference in page
    assert contradiction.adopted in page
    assert contradiction.by in page


def test_the_witness_is_judged_under_both_readings(client: Client) -> None:
    page = page_of(client, "K1")

    assert "Un CDI à 35 heures dans un établissement de Rennes, en territoire frontalier." in page
    assert "À instruire" in page
    assert "Non éligible" in page
    assert "(dérogation possible)" in page
    assert "(condition)" in page


def test_the_cases_that_flip_are_counted(client: Client) -> None:
    count = flips_of_cases("K4", 1)

    assert count is not None
    assert {(flip.before, flip.after) for flip in count.flips} >= {(Verdict.ELIGIBLE, Verdict.NON_ELIGIBLE)}
    assert f"{count.flipped} sur {count.judged} changent de verdict" in page_of(client, "K4").replace(
        "\u202f", ""
    ).replace("\u00a0", "")


def test_a_reading_on_which_no_verdict_depends_says_why(client: Client) -> None:
    page = page_of(client, "K12")

    assert "Le nom du site d’affichage n’entre dans aucun verdict." in page
    assert "Ce qui change sous cette lecture" not in page


def test_the_figures_of_the_day_judge_the_witness(client: Client) -> None:
    Parameter.objects.create(
        name="weekly_hours_min", value="18", period=DateRange(date(2020, 1, 1)), reason="Essai", source="Essai"
    )

    other = computed(contradictions()["K13"])[1]
    assert other.witness is not None
    assert not other.witness.flips


def test_a_reading_that_the_region_has_adopted_is_said_in_force_with_its_day(client: Client) -> None:
    assert "décidé depuis" not in page_of(client, "K13")
    dated("R32", "retiree", -10, reason="Délibération d’automne")
    dated("R22", "B", 10)

    page = page_of(client, "K13")
    assert "La Région a adopté une autre lecture" in page
    assert "en vigueur, par décision de la Région" in page
    assert "celle des textes" in page
    assert page.count("Lecture en vigueur") == 0, "ce qui est en vigueur n’est plus ce que disent les textes"
    assert "Selon les textes" in page
    assert "Délibération d’automne" in page
    assert "La Région a adopté une autre lecture" in client.get("/regles/contradictions/").content.decode()
    coming = next(page_of(client, key) for key, one in contradictions().items() if "R22" in names_of(one))
    assert "Ce que la Région a décidé depuis" in coming  # dated, not begun
    assert "à partir du" in coming


def test_a_rule_that_the_region_has_switched_judges_the_witness_of_today(client: Client) -> None:
    dated("R32", "B", -10)

    other = computed(contradictions()["K13"])[1]
    assert other.witness is not None
    assert (other.adopted, other.witness.before.verdict) == (False, Verdict.NON_ELIGIBLE)


def test_a_contradiction_that_does_not_exist_is_an_absent_page(client: Client) -> None:
    assert client.get("/regles/contradictions/K99/").status_code == 404


def test_the_page_asks_for_the_parameters_and_the_last_count(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # and what the Région has dated since
        client.get("/regles/contradictions/K4/")


def test_the_list_leads_to_each_page(client: Client) -> None:
    page = client.get("/regles/contradictions/").content.decode()

    assert [key for key in contradictions() if f'href="/regles/contradictions/{key}/"' not in page] == []
