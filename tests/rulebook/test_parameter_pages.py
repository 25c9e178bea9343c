"""The pages of the dated values: read by all, edited by one role, through a preview."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.rulebook.models import Parameter
from core.rulebook.workflow import editions
from core.rules import default_parameters
from tests.factories.accounts import hat
from tests.factories.rulebook import dated, days

pytestmark = pytest.mark.django_db
EDIT = reverse("parametre_modifier", args=["weekly_hours_min"])
GIVEN = {"value": "20", "source": "Délibération 12", "reason": "Alléger"}


@pytest.fixture
def keeper() -> Any:
    return hat("region", "administrateur")


@pytest.fixture
def desk(keeper: Any, client: Client) -> Client:
    client.force_login(keeper.user)
    return client


def given(**changes: str) -> dict[str, str]:
    return {**GIVEN, "starts_on": f"{days(30):%d/%m/%Y}", **changes}


def test_a_value_is_dated_after_a_preview(desk: Client) -> None:
    preview = desk.post(EDIT, given()).content.decode()
    assert "24\u00a0heures par semaine → <b>20\u00a0heures par semaine</b>" in preview
    assert not Parameter.objects.exists()

    answer = desk.post(EDIT, given(confirme="oui"), follow=True).content.decode()

    assert "La nouvelle valeur est datée" in answer
    assert "Délibération 12" in answer
    assert "À venir" in answer


def test_the_preview_leads_back_to_the_form_with_what_was_typed(desk: Client) -> None:
    page = desk.post(EDIT, given(corriger="oui")).content.decode()

    assert 'value="20"' in page
    assert "Voir ce que cela change" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "cent"}, "Écrivez un nombre entier"),
        ({"value": "99"}, "entre 1 et 35"),
        ({"starts_on": "01/01/2020"}, "Choisissez un jour à venir"),
        ({"starts_on": "demain"}, "Écrivez une date du calendrier"),
        ({"reason": ""}, "Répondez à cette question"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(desk: Client, changes: dict[str, str], said: str) -> None:
    answer = desk.post(EDIT, given(confirme="oui", **changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Délibération 12" in answer.content.decode()


def test_a_double_click_dates_one_value(desk: Client) -> None:
    page = desk.post(EDIT, given()).content.decode()
    key = page.split('name="cle" value="')[1].split('"')[0]

    for _ in range(2):
        assert desk.post(EDIT, given(confirme="oui", cle=key)).status_code == 302

    assert Parameter.objects.count() == 1


def test_a_value_to_come_is_withdrawn_with_its_reason(desk: Client, keeper: Any) -> None:
    row = editions.set_value("weekly_hours_min", "20", days(30), hat=keeper, reason="Délibération")
    url = reverse("parametre_retirer", args=["weekly_hours_min", row.pk])

    assert desk.post(url).status_code == 422
    page = desk.post(url, {"reason": "Faute de frappe"}, follow=True).content.decode()

    assert "Faute de frappe" in page
    assert "Retirée" in page
    assert desk.get(url).status_code == 404


def test_a_visitor_reads_the_values_and_nothing_to_act_with(client: Client) -> None:
    dated("weekly_hours_min", "20", -30)

    page = client.get(reverse("parametre", args=["weekly_hours_min"])).content.decode()

    assert "20\u00a0heures par semaine" in page
    assert "24\u00a0heures par semaine" in page  # the texts' own, before
    assert "Dater une nouvelle valeur" not in page


def test_two_days_are_compared_in_the_address(client: Client) -> None:
    dated("weekly_hours_min", "20", -30)
    url = reverse("parametres_comparer")

    page = client.get(url, {"du": f"{days(-40):%d/%m/%Y}", "au": f"{days(0):%d/%m/%Y}"}).content.decode()
    same = client.get(url, {"du": f"{days(-2):%d/%m/%Y}", "au": f"{days(0):%d/%m/%Y}"}).content.decode()

    assert "Durée hebdomadaire" in page
    assert "Rien ne diffère" in same
    assert "Écrivez une date du calendrier" in client.get(url, {"du": "x", "au": ""}).content.decode()


def test_every_value_leaves_as_a_file(client: Client) -> None:
    dated("weekly_hours_min", "20", -30, source="Délibération 12")

    answer = client.get(reverse("parametres_export"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert "weekly_hours_min" in text
    assert "Délibération 12" in text
    assert "intention_validity_months" in text


def test_a_value_that_cannot_be_read_is_shown_as_such(client: Client) -> None:
    dated("weekly_hours_min", "vingt", -30)

    assert "Une valeur ne se lit pas" in client.get(reverse("parametres")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    for name in ("weekly_hours_min", "months_min", "stagiaires_min")[:number]:
        dated(name, "7", 30)

    with django_assert_num_queries(1):
        client.get(reverse("parametres"))


def test_figures_are_listed_theme_by_theme_and_none_is_left_out(client: Client) -> None:
    page = client.get(reverse("parametres")).content.decode()

    assert page.index('href="#intention"') < page.index('<h2 id="intention">') < page.index('<h2 id="conservation">')
    assert [key for key in default_parameters() if reverse("parametre", args=[key]) not in page] == []
    assert "Délai de paiement d’une facture par la Région</a>" in page, "the title has already said « Facturation »"
