"""The clock reminds once, those whom it concerns, and falls silent when the thing is done."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from core.journal.models import Notification
from orders import ledger, reminders
from orders.enums import OperationKind
from orders.models import LotPeriod
from orders.queries import mandataire_of
from orders.tasks import remind
from orders.workflow import avenants, bons
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory

pytestmark = pytest.mark.django_db


def on(*day: int):
    return time_machine.travel(dt.datetime(*day, 9, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def lot(keeper):
    return LotFactory(period=("0", "1000"), gestionnaire=keeper.user)


def told(kind: str) -> list[str]:
    return list(Notification.objects.filter(kind=kind).order_by("pk").values_list("text", flat=True))


def test_an_order_not_acknowledged_is_told_once_to_both_sides(lot, keeper):
    hat_of("region", "gestionnaire")  # keeps other lots
    mandataire = hat_of("organisme", organisation=mandataire_of(lot))
    with on(2026, 6, 1):
        order = ordered(lot, keeper)
    with on(2026, 6, 8):
        assert reminders.remind_acknowledgements() == 0
    with on(2026, 6, 9):
        assert reminders.remind_acknowledgements() == 2
        assert reminders.remind_acknowledgements() == 0

    who = Notification.objects.filter(kind="commande.sans_accuse").values_list("user", flat=True)
    assert set(who) == {keeper.user_id, mandataire.user_id}
    assert order.number in told("commande.sans_accuse")[0]


def test_an_avenant_is_reminded_in_its_turn_and_what_is_acknowledged_is_not(lot, keeper):
    mandataire = hat_of("organisme", organisation=mandataire_of(lot))
    with on(2026, 6, 1):
        order = bons.acknowledge(ordered(lot, keeper), mandataire)
        draft = avenants.open_avenant(order, keeper)
        avenants.add_operation(draft, OperationKind.DIMINUER, order.composantes.get(), keeper, hours=Decimal(1))
        avenants.issue(draft, keeper, "Une heure de moins")
    with on(2026, 6, 20):
        reminders.remind_acknowledgements()

    assert [text.startswith("Avenant 1") for text in told("commande.sans_accuse")] == [True, True]


def test_a_lot_near_its_maxi_is_told_once_and_again_when_the_maxi_changes(lot, keeper):
    engaged(lot, keeper, places=8)
    assert reminders.remind_near_maxi() == 0
    engaged(lot, keeper, places=1)

    assert [reminders.remind_near_maxi(), reminders.remind_near_maxi()] == [1, 0]
    assert "90" in told("lot.pres_du_maxi")[0]

    ledger.set_terms(LotPeriod.objects.get(lot=lot), Decimal(0), Decimal(950))
    assert reminders.remind_near_maxi() == 1


def test_a_lot_late_on_its_mini_is_told_from_the_middle_of_its_period(keeper):
    lot = LotFactory(period=("800", "1000"), gestionnaire=keeper.user)
    period = LotPeriod.objects.get(lot=lot).period
    half = period.lower + (period.upper - period.lower) / 2
    with on(*(half - dt.timedelta(days=3)).timetuple()[:3]):
        assert reminders.remind_under_mini() == 0
    with on(*(half + dt.timedelta(days=3)).timetuple()[:3]):
        assert [reminders.remind_under_mini(), reminders.remind_under_mini()] == [1, 0]


def test_a_lot_that_goes_as_its_time_goes_is_not_told(keeper):
    lot = LotFactory(period=("800", "1000"), gestionnaire=keeper.user)
    engaged(lot, keeper, places=8)
    with on(2031, 1, 1):
        assert reminders.remind_under_mini() == 0


def test_the_end_of_a_marche_is_told_once_to_those_who_keep_its_lots(keeper):
    lot = LotFactory(gestionnaire=keeper.user)
    LotFactory(marche=lot.marche, gestionnaire=keeper.user)
    end = lot.marche.ends_on
    with on(*(end - dt.timedelta(days=181)).timetuple()[:3]):
        assert reminders.remind_ending() == 0
    with on(*(end - dt.timedelta(days=100)).timetuple()[:3]):
        assert [reminders.remind_ending(), reminders.remind_ending()] == [1, 0]


def test_the_task_of_the_day_does_them_all(lot, keeper):
    with on(2026, 6, 1):
        ordered(lot, keeper, {"places": 10})
    with on(2026, 11, 1):
        assert remind() == 2  # the order, and the maxi; a mini of nothing is never missed
