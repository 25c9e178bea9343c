"""Dated values: typed, bounded, never in the past, withdrawn before they begin; files keep the rules of their day."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from core.journal.refusals import Refused
from core.rulebook.models import Parameter, Receipt
from core.rulebook.parameters import current, differences, read, written
from core.rulebook.workflow import editions
from core.rules import default_parameters
from intentions.facts import day_of, judge_intention
from intentions.models import Intention
from sessions.facts import judge_request
from tests.factories.accounts import hat
from tests.factories.intentions import filed
from tests.factories.rulebook import dated, days
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Any:
    return hat("region", "administrateur")


def test_a_value_holds_from_its_day_and_the_one_before_ends_there(keeper: Any) -> None:
    editions.set_value("weekly_hours_min", "20", days(10), hat=keeper, reason="Délibération")
    editions.set_value("weekly_hours_min", "22", days(30), hat=keeper, reason="Délibération")

    assert [current(days(n))["weekly_hours_min"] for n in (0, 9, 10, 29, 30)] == [24, 24, 20, 20, 22]


def test_a_value_slipped_before_another_ends_where_that_one_begins(keeper: Any) -> None:
    editions.set_value("weekly_hours_min", "20", days(30), hat=keeper, reason="Délibération")
    editions.set_value("weekly_hours_min", "22", days(10), hat=keeper, reason="Délibération")

    assert [current(days(n))["weekly_hours_min"] for n in (9, 10, 30)] == [24, 22, 20]


@pytest.mark.parametrize("start", [-30, 0])
def test_the_past_is_not_rewritten(keeper: Any, start: int) -> None:
    with pytest.raises(Refused, match="jour à venir"):
        editions.set_value("weekly_hours_min", "20", days(start), hat=keeper, reason="Délibération")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("weekly_hours_min", "vingt", "nombre entier"),
        ("weekly_hours_min", "20,5", "nombre entier"),
        ("weekly_hours_min", "0", "entre 1 et 35"),
        ("weekly_hours_min", "36", "entre 1 et 35"),
        ("weekly_hours_min", "", "nombre entier"),
        ("weekly_hours_min", "1e3", "nombre entier"),
        ("departements", "44, , 49", "sans en laisser de vide"),
        ("departements", "Loire", "code de département"),
        ("departements", "44, 44", "deux fois"),
        ("inconnu", "3", "Aucun paramètre"),
        ("R31", "peut-être", "devient la règle"),
    ],
)
def test_a_value_of_another_sort_is_refused_in_french(name: str, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        editions.checked_value(name, text)


@pytest.mark.parametrize(("text", "kept"), [("20", "20"), (" 20 ", "20"), ("20,0", "20"), ("1", "1"), ("35", "35")])
def test_a_value_is_read_as_it_is_typed_in_french(text: str, kept: str) -> None:
    assert editions.checked_value("weekly_hours_min", text) == kept


def test_only_the_administrator_of_the_region_dates_a_value() -> None:
    for other in (hat("region", "decideur"), hat("organisme", "administrateur")):
        with pytest.raises(Refused, match="administrateur de la Région"):
            editions.set_value("weekly_hours_min", "20", days(10), hat=other, reason="Délibération")


def test_a_value_without_reason_or_without_effect_is_refused(keeper: Any) -> None:
    with pytest.raises(Refused, match="Dites pourquoi"):
        editions.set_value("weekly_hours_min", "20", days(10), hat=keeper, reason=" ")
    with pytest.raises(Refused, match="rien ne changerait"):
        editions.set_value("weekly_hours_min", "24", days(10), hat=keeper, reason="Délibération")


def test_two_values_cannot_begin_on_one_day(keeper: Any) -> None:
    editions.set_value("weekly_hours_min", "20", days(10), hat=keeper, reason="Délibération")

    with pytest.raises(Refused, match="déjà datée"):
        editions.set_value("weekly_hours_min", "22", days(10), hat=keeper, reason="Délibération")


def test_a_value_to_come_may_be_withdrawn_and_the_one_before_holds_again(keeper: Any) -> None:
    first = editions.set_value("weekly_hours_min", "20", days(10), hat=keeper, reason="Délibération")
    second = editions.set_value("weekly_hours_min", "22", days(30), hat=keeper, reason="Délibération")

    editions.withdraw(second, hat=keeper, reason="Erreur de frappe")

    assert current(days(40))["weekly_hours_min"] == 20
    first.refresh_from_db()
    assert first.period.upper is None
    assert Parameter.objects.count() == 2  # the withdrawn one stays in the history
    with pytest.raises(Refused, match="déjà retirée"):
        editions.withdraw(second, hat=keeper, reason="Encore")


def test_a_value_that_has_begun_is_no_longer_withdrawn(keeper: Any) -> None:
    begun = dated("weekly_hours_min", "20", -10)

    with pytest.raises(Refused, match="a commencé"):
        editions.withdraw(begun, hat=keeper, reason="Erreur")


@pytest.mark.parametrize(
    "change", [{"value": "1"}, {"withdrawn_at": timezone.now(), "withdrawal_reason": "x"}], ids=["value", "withdrawal"]
)
def test_the_database_itself_keeps_the_past(change: dict[str, Any]) -> None:
    begun = dated("weekly_hours_min", "20", -10)

    with pytest.raises(IntegrityError, match="the past is not rewritten"), transaction.atomic():
        Parameter.objects.filter(pk=begun.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        begun.delete()


@pytest.mark.parametrize("start", [-30, 0])
def test_the_database_refuses_a_value_slipped_into_days_that_have_begun(start: int) -> None:
    """Neither beside another value of that name, on days of its own, nor over days that something was judged on."""
    load = partial(Parameter.objects.create, value="5", reason="Délibération")
    load(name="weekly_hours_min", period=DateRange(days(-60), days(-50)))  # a first value, nothing being judged yet
    filed(hat("employeur"))  # judged today

    for name in ("weekly_hours_min", "months_min"):
        with pytest.raises(IntegrityError, match="the past is not rewritten"), transaction.atomic():
            load(name=name, period=DateRange(days(start), None))

    assert load(name="months_min", period=DateRange(days(-30), days(-10))).pk  # nothing was judged on those days
    assert load(name="weekly_hours_min", period=DateRange(days(1), None)).pk


@pytest.mark.parametrize("name", list(default_parameters()))
def test_what_the_texts_say_may_be_written_and_read_again(name: str) -> None:
    value = default_parameters()[name]
    assert read(written(value), value) == value
    assert editions.checked_value(name, written(value)) == written(value)


@pytest.mark.parametrize("value", ["vingt", "", "NaN", "1e9999", "None", "20.5"])
def test_a_value_badly_written_past_the_portal_never_stops_a_judgement(value: str) -> None:
    if value:
        dated("weekly_hours_min", value, -10)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            dated("weekly_hours_min", value, -10)
    dated("R32", "n’importe quoi", -10)

    assert current()["weekly_hours_min"] == 24
    assert current().switches == ()


# --- Files keep the rules of their day


def _filed_days_ago(number: int, **answers: Any) -> Intention:
    intention = filed(**answers)
    Intention.objects.filter(pk=intention.pk).update(filed_at=timezone.now() - timedelta(days=number))
    intention.refresh_from_db()
    return intention


def test_an_intention_is_judged_by_the_rules_of_its_deposit() -> None:
    old = _filed_days_ago(60, weekly_hours=Decimal(30))
    new = _filed_days_ago(1, weekly_hours=Decimal(30))
    dated("weekly_hours_min", "35", -30)

    assert day_of(old) == days(-60)
    assert judge_intention(old).finding("R32").is_satisfied
    assert judge_intention(new).finding("R32").is_to_decide


def test_a_draft_is_judged_by_the_rules_of_today() -> None:
    draft = SessionRequestFactory(complete=True)
    dated("stagiaires_min", "30", -30)

    judgement = judge_request(draft)

    assert judgement.parameters.on == timezone.localdate()
    assert judgement.parameters["stagiaires_min"] == 30


def test_a_request_is_judged_by_the_rules_of_its_completeness_and_its_intentions_by_theirs() -> None:
    request = SessionRequestFactory(in_queue=True)
    now = timezone.now()
    type(request).objects.filter(pk=request.pk).update(
        first_completed_at=now - timedelta(days=20), completed_at=now - timedelta(days=20)
    )
    request.refresh_from_db()
    intention = request.coverages.first().post.intention
    Intention.objects.filter(pk=intention.pk).update(
        filed_at=now - timedelta(days=60), weekly_hours=Decimal(30), contract_type="cdi"
    )
    dated("weekly_hours_min", "35", -40)  # after the deposit, before the completeness
    dated("stagiaires_min", "30", -10)  # after the completeness

    judgement = judge_request(request)

    assert judgement.parameters["stagiaires_min"] == 5
    assert judgement.parameters["weekly_hours_min"] == 35
    assert "R32" not in judgement.facts.intentions[0].pending


def test_a_rule_left_out_from_a_day_no_longer_speaks_of_what_came_after() -> None:
    old = _filed_days_ago(60, weekly_hours=Decimal(30))
    new = _filed_days_ago(1, weekly_hours=Decimal(30))
    dated("R32", "retiree", -30)

    assert judge_intention(old).finding("R32").is_satisfied
    assert judge_intention(new).finding("R32") is None


def test_a_rule_may_only_warn_from_a_day() -> None:
    new = _filed_days_ago(1, weekly_hours=Decimal(30))
    dated("weekly_hours_min", "35", -30)
    dated("R32", "W", -30)

    assert judge_intention(new).finding("R32").is_warning


def test_the_receipt_names_the_day_whose_rules_judged() -> None:
    filed()

    assert Receipt.objects.get().judged_on == timezone.localdate()


def test_the_file_says_by_which_rules_it_is_judged_and_what_changed_since() -> None:
    region = hat("region", "gestionnaire")
    old = _filed_days_ago(60, weekly_hours=Decimal(30))
    dated("weekly_hours_min", "35", -30)
    client = Client()
    client.force_login(region.user)

    page = " ".join(client.get(f"/intentions/{old.pk}/").content.decode().split())

    assert "Jugé selon les règles en vigueur le" in page
    assert "24 heures par semaine alors et 35 heures par semaine maintenant" in page.replace("\u00a0", " ")


def test_a_day_before_the_first_of_a_figure_reads_what_the_texts_said_then() -> None:
    """The rate of the European Central Bank on the first day of three half-years."""
    firsts = [date(2025, 7, 1), date(2026, 1, 1), date(2026, 7, 1)]
    assert [current(day)["ecb_rate"] for day in firsts] == [Decimal("2.15"), Decimal("2.15"), Decimal("2.40")]
    assert current(date(2026, 1, 1)).describe("ecb_rate").source.endswith("5 juin 2025")


def test_two_editions_side_by_side() -> None:
    dated("weekly_hours_min", "20", -30)
    dated("R31", "W", -30)

    found = differences(current(days(-31)), current())

    assert [(one.name, one.before, one.after) for one in found] == [
        ("weekly_hours_min", "24", "20"),
        ("R31", "dérogation possible", "point d’attention"),
    ]


def test_what_differs_is_read_in_french_with_its_unit() -> None:
    dated("weekly_hours_min", "20", -30)
    dated("ecb_rate", "2.65", -30)
    dated("aid_bonuses_add_up", "oui", -30)
    dated("departements", "44, 49", -30)
    dated("R31", "retiree", -30)

    found = {one.name: (one.was, one.now) for one in differences(current(days(-31)), current())}

    assert {name: tuple(said.replace("\u00a0", " ") for said in both) for name, both in found.items()} == {
        "weekly_hours_min": ("24 heures par semaine", "20 heures par semaine"),
        "ecb_rate": ("2,4 %", "2,65 %"),
        "aid_bonuses_add_up": ("non", "oui"),
        "departements": ("44, 49, 53, 72 et 85", "44 et 49"),
        "R31": ("dérogation possible", "ne s’applique plus"),
    }
