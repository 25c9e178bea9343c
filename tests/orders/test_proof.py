"""The proof of the books finds what was changed behind their back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import StringIO

import pgtrigger
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orders import proof
from orders.enums import ComposanteState, OperationKind
from orders.models import Avenant, BonDeCommande, Composante, HoursDone, LotPeriod
from orders.workflow import avenants, hours
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """An order with an avenant, a transfer toward another order of the lot, and hours done twice said."""
    keeper, lot = hat_of("region", "gestionnaire"), LotFactory(period=("0", "5000"))
    first, second = ordered(lot, keeper), ordered(lot, keeper)
    one = first.composantes.get()
    draft = avenants.open_avenant(first, keeper)
    avenants.add_operation(
        draft, OperationKind.TRANSFERER, one, keeper, hours=Decimal(50), other=second.composantes.get()
    )
    avenants.add_operation(draft, OperationKind.AUGMENTER, one, keeper, hours=Decimal(20))
    avenants.issue(draft, keeper, "Un stagiaire change de groupe", granted=["R51"])
    hours.record_hours(one, dt.date(2027, 1, 1), 1, Decimal(80), source="relevé", hat=keeper)
    hours.record_hours(one, dt.date(2027, 1, 1), 2, Decimal(60), source="relevé", hat=keeper)
    return first


def found() -> list[tuple[str, Decimal, Decimal]]:
    return [(one.account, one.kept, one.booked) for one in proof.disagreements()]


def test_true_books_agree_with_everything(order) -> None:
    assert found() == []
    out = StringIO()
    call_command("ledger", "--verify", stdout=out)
    assert "tout concorde" in out.getvalue()


def test_a_maxi_changed_by_hand(order) -> None:
    LotPeriod.objects.update(maxi=9000)
    assert found() == [("maxi", 9000, 5000)]
    with pytest.raises(CommandError, match="1\xa0désaccord"):
        call_command("ledger", "--verify", stdout=StringIO(), stderr=StringIO())


def test_an_order_that_says_other_hours(order) -> None:
    with pgtrigger.ignore("orders.BonDeCommande:frozen_once_issued"):
        BonDeCommande.objects.filter(pk=order.pk).update(content=order.content | {"total_hours": "400.00"})
    assert found() == [("commande", 400, 500)]


def test_an_avenant_that_says_other_hours(order) -> None:
    sent = order.avenants.get()
    with pgtrigger.ignore("orders.Avenant:frozen_once_issued"):
        Avenant.objects.update(content=sent.content | {"total_hours": "600.00"})
    assert found() == [("commande", 100, -30)]


def test_a_composante_whose_state_says_other_hours_than_its_books(order) -> None:
    closed = order.composantes.get()
    never_ordered = engaged(order.lot, hat_of("region", "gestionnaire"))

    Composante.objects.filter(pk=closed.pk).update(state=ComposanteState.SOLDEE)
    Composante.objects.filter(pk=never_ordered.pk).update(state=ComposanteState.COMMANDEE, order=order)

    assert found() == [("à commander", 0, 500), ("commandé", 0, 410)]


def test_hours_done_that_never_reached_the_books(order) -> None:
    HoursDone.objects.create(
        composante=order.composantes.get(), month=dt.date(2027, 2, 1), version=1, hours=Decimal(10), source="relevé"
    )
    assert found() == [("réalisé", 70, 60)]
