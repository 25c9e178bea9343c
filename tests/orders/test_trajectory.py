"""The year of a lot as its ledger tells it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from orders.queries.trajectory import trajectory
from orders.workflow import hours
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory, MarcheFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    marche = MarcheFactory(number="2026-T", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2027, 1, 1))
    return LotFactory(marche=marche, period=("600", "2000"))


def on(day: str):
    return time_machine.travel(dt.datetime.fromisoformat(f"{day}T09:00:00+00:00"), tick=False)


def live(lot, keeper) -> None:
    """500 hours ordered in January, 100 authorised in March, 80 done in April."""
    with on("2026-01-15"):
        order = ordered(lot, keeper, {"starts_on": dt.date(2026, 2, 1)})
    with on("2026-03-10"):
        engaged(lot, keeper, places=1)
    with on("2026-04-20"):
        hours.record_hours(order.composantes.get(), dt.date(2026, 4, 1), 1, Decimal(80), source="relevé", hat=keeper)


def test_each_month_says_how_far_the_hours_have_come(lot) -> None:
    keeper = hat_of("region", "gestionnaire")
    live(lot, keeper)

    goes = trajectory(lot.periods.get(), dt.date(2026, 5, 2))

    seen = [(month.first.month, month.used, month.ordered, month.done) for month in goes.months]
    assert seen == [(1, 500, 500, 0), (2, 500, 500, 0), (3, 600, 500, 0), (4, 600, 500, 80), (5, 600, 500, 80)]
    assert goes.forecast is not None
    assert goes.forecast.pace == 150  # 600 hours in four whole months


def test_the_page_tells_what_more_hours_would_do(client, lot, django_assert_num_queries) -> None:
    keeper = hat_of("region", "gestionnaire")
    live(lot, keeper)
    client.force_login(keeper.user)
    address = reverse("lot_trajectoire", args=[lot.pk])

    with on("2026-05-02"):
        page = client.get(address, {"heures": "1 200"}).content.decode()
        beyond = client.get(address, {"heures": "1 400,01"}).content.decode()
        wrong = client.get(address, {"heures": "beaucoup"}).content.decode()

    assert "Le lot finirait à" in page
    assert "dépasseraient le maxi" in beyond
    assert "par exemple 1" in wrong
    assert 'value="beaucoup"' in wrong


def test_a_lot_without_a_period_says_so(client, lot) -> None:
    keeper = hat_of("region", "gestionnaire")
    with on("2027-03-01"):
        client.force_login(keeper.user)
        page = client.get(reverse("lot_trajectoire", args=[lot.pk])).content.decode()
    assert "Aucune période ne court" in page
