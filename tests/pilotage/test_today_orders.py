"""What the home page says of the orders and of the hours, to each of those who must act on them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange

from orders import ledger
from orders.enums import OperationKind
from orders.queries import mandataire_of
from orders.workflow import avenants, bons, composantes, hours
from orders.workflow.prices import ask_price, refuse_price
from pilotage.today import todos_of
from stagiaires.enums import HalfDayState
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory, MarcheFactory
from tests.factories.stagiaires import HalfDayFactory, parcours

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return hat_of("region", "gestionnaire")


@pytest.fixture
def lot():
    return LotFactory()


@pytest.fixture
def mandataire(lot):
    return hat_of("organisme", organisation=mandataire_of(lot))


def said(hat) -> list[str]:
    return [one.title.replace("\u00a0", " ") for one in todos_of(hat)]


def test_the_gestionnaire_is_led_to_what_waits_to_be_ordered_and_to_be_acknowledged(lot, keeper, mandataire):
    engaged(lot, keeper)
    assert said(keeper) == ["Des composantes sont à commander"]

    order = ordered(lot, keeper)
    assert "Un bon de commande attend son accusé de réception" in said(keeper)
    assert said(mandataire) == ["Un bon de commande vous est adressé"]

    bons.acknowledge(order, mandataire)
    assert said(keeper) == ["Des composantes sont à commander"]
    assert said(mandataire) == []


def test_a_training_that_fell_away_comes_first(lot, keeper):
    engaged(lot, keeper)
    one = ordered(lot, keeper).composantes.get()
    composantes.drop(one, hat=keeper, reason="L’employeur s’est retiré")

    assert said(keeper)[0] == "Une formation commandée n’a plus lieu : un avenant est à faire"


def test_an_avenant_is_acknowledged_too(lot, keeper, mandataire):
    order = bons.acknowledge(ordered(lot, keeper), mandataire)
    draft = avenants.open_avenant(order, keeper)
    avenants.add_operation(draft, OperationKind.AUGMENTER, order.composantes.get(), keeper, hours=Decimal(1))
    assert said(mandataire) == []

    avenants.issue(draft, keeper, "Une heure de plus", granted=["R51"])

    assert said(mandataire) == ["Un avenant vous est adressé"]


@time_machine.travel(dt.datetime(2027, 2, 2, 9, tzinfo=dt.UTC), tick=False)
def test_the_month_that_is_over_is_stated_then_checked(lot, keeper):
    organisme = hat_of("organisme")
    one = ordered(lot, keeper, {"organisme": organisme.organisation}).composantes.get()
    assert said(organisme) == ["Les heures de janvier 2027 sont à déclarer"]

    statement = hours.state_hours(one, dt.date(2027, 1, 1), Decimal(10), organisme)
    assert said(organisme) == []
    assert "1 relevé d’heures est à contrôler" in said(keeper)

    hours.accept(statement, keeper)
    assert "contrôler" not in " ".join(said(keeper))


@time_machine.travel(dt.datetime(2027, 2, 2, 9, tzinfo=dt.UTC), tick=False)
def test_hours_that_the_attendance_will_give_are_asked_of_nobody(lot, keeper):
    organisme = hat_of("organisme")
    one = ordered(lot, keeper, {"organisme": organisme.organisation}).composantes.get()
    there = parcours(composante=one)
    assert said(organisme) == ["Les heures de janvier 2027 sont à déclarer"]

    half_day = HalfDayFactory(session=there.session, on_date=dt.date(2027, 1, 12))
    assert said(organisme) == []

    type(half_day).objects.update(state=HalfDayState.ANNULEE)
    assert said(organisme) == ["Les heures de janvier 2027 sont à déclarer"]


def test_a_decideur_is_led_to_the_price_that_is_asked(lot, mandataire):
    decider = hat_of("region", "decideur")
    asked = ask_price(lot, Decimal("9.90"), dt.date(2027, 6, 1), "L’énergie a augmenté", mandataire)
    assert said(decider) == ["Un autre prix de l’heure est demandé"]

    refuse_price(asked, decider, "Pas cette année")

    assert said(decider) == []


def test_other_lots_and_other_roles_are_left_in_peace(lot, keeper):
    lot.gestionnaire = hat_of("region", "gestionnaire").user
    lot.save()
    engaged(lot, keeper)
    ordered(lot, keeper)

    assert said(keeper) == []
    assert said(hat_of("region", "decideur")) == []
    assert said(hat_of("organisme")) == []


def test_the_gestionnaire_sees_what_the_clock_reminds_of(keeper):
    marche = MarcheFactory(number="M", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2027, 12, 31), renewals_planned=1)
    near = LotFactory(marche=marche, gestionnaire=keeper.user, period=False)
    late = LotFactory(marche=marche, gestionnaire=keeper.user, period=False)
    year = DateRange(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    for lot, mini in ((near, 0), (late, 800)):
        ledger.open_period(lot, year, Decimal(mini), Decimal(1000))
    LotFactory(marche=marche)  # of nobody, and quiet: its period is that of the marché
    with time_machine.travel(dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC), tick=False):
        composantes.release(engaged(near, keeper, places=9), hat=keeper, reason="Essai")
        engaged(near, keeper, places=9)
        todos = todos_of(keeper)

    told = {one.title: one.text for one in todos}
    assert "900,00 heures sur 1 000,00 heures" in told["Un lot approche de son maxi"].replace("\u00a0", " ")
    assert str(late) in told["Un lot est en retard sur son mini"]
    assert "31 décembre 2026" in told["La période d’un lot finit, et aucune autre ne la suit"].replace("\u00a0", " ")
    assert "Un marché arrive à sa fin" not in told  # more than six months away
    with time_machine.travel(dt.datetime(2027, 11, 20, 9, tzinfo=dt.UTC), tick=False):
        (last,) = [one for one in todos_of(keeper) if one.title == "Un marché arrive à sa fin"]
    assert "il peut encore être reconduit 1 fois" in last.text


@pytest.mark.parametrize("count", [1, 3])
def test_its_cost_does_not_grow(lot, keeper, mandataire, count, django_assert_num_queries):
    for _ in range(count):
        ordered(lot, keeper, {"places": 1})
        engaged(LotFactory(), keeper)
    with django_assert_num_queries(REGION_QUERIES):
        todos_of(keeper)
    with django_assert_num_queries(ORGANISME_QUERIES):
        todos_of(mandataire)


REGION_QUERIES, ORGANISME_QUERIES = 5, 6
