"""The year of a lot as its ledger tells it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from orders import ledger
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


def test_the_page_tells_each_figure_with_how_it_is_worked_out_and_what_more_hours_would_do(client, lot) -> None:
    keeper = hat_of("region", "gestionnaire")
    live(lot, keeper)
    client.force_login(keeper.user)
    address = reverse("lot_trajectoire", args=[lot.pk])

    with on("2026-05-02"):
        plain = client.get(address)
        asked = client.get(address, {"heures": "1 200"})
        beyond = client.get(address, {"heures": "1 400,01"}).content.decode()
        wrong = client.get(address, {"heures": "beaucoup"})

    labels = [one.label for one in plain.context["said"]]
    assert labels == [
        "Rythme", "Fin de période", "Maxi atteint", "Risque de ne pas atteindre le mini", "Pénalité à provisionner"
    ]  # fmt: skip
    text = plain.content.decode().replace("\u00a0", " ")
    assert "Moyenne des 4 mois entiers passés" in text
    drawing = plain.context["drawing"]
    keys = re.findall(r"</svg>([^<]+)</li>", drawing)
    assert keys == ["Autorisé", "Commandé", "Réalisé", "Facturé", "Prévision, au rythme des mois passés"]
    assert re.findall(r"<title>([^<]+)</title>", drawing)[:5] == keys
    assert drawing.index(keys[-1]) < drawing.index('role="img"'), "each stroke is named before the drawing"
    assert "l’heure × 10 %" in text
    assert "Un mini ne justifie jamais une commande" in text
    assert asked.context["then"][0].value == "2\u00a0000,00\u00a0heures"  # the maxi, not beyond
    assert "dépasseraient le maxi" in beyond
    assert wrong.context["form"].errors
    assert 'value="beaucoup"' in wrong.content.decode()
    assert wrong.status_code == 200


def test_a_lot_without_orders_or_without_a_period_says_what_to_expect(client, lot) -> None:
    client.force_login(hat_of("region", "gestionnaire").user)
    address = reverse("lot_trajectoire", args=[lot.pk])
    with on("2026-05-02"):
        fresh = client.get(address).content.decode()
    bare = client.get(reverse("lot_trajectoire", args=[LotFactory(marche=lot.marche, period=False).pk]))
    assert "Aucune heure autorisée sur cette période" in fresh
    assert "<svg" not in fresh[fresh.index("<h1") : fresh.index("<h2")].replace('<svg class="ic', "")
    assert "Aucune période n’est ouverte" in bare.content.decode()


def test_each_period_has_its_own_curve_and_a_finished_one_its_penalty(client, lot) -> None:
    keeper = hat_of("region", "gestionnaire")
    live(lot, keeper)
    first = lot.periods.get()
    with transaction.atomic():
        ledger.set_terms(first, Decimal(1000), Decimal(2000))
        second = ledger.open_period(lot, DateRange(dt.date(2027, 1, 1), dt.date(2028, 1, 1)), Decimal(0), Decimal(500))
    address = reverse("lot_trajectoire", args=[lot.pk])

    with on("2027-02-03"):
        client.force_login(keeper.user)
        running, over = client.get(address), client.get(address, {"periode": first.pk})
        absent = client.get(address, {"periode": 10**6})

    assert running.context["period"] == second
    (penalty,) = over.context["said"]
    assert penalty.value == "374,00\u00a0€"  # 400 hours missing at 9.35 €, a tenth of it
    assert over.context["form"] is None
    assert absent.status_code == 404
