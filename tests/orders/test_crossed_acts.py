"""Two acts that cross on the same hours: locks come in one order, and what waits for an answer is not lost."""

from __future__ import annotations

import datetime as dt
import re
import threading
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.journal.refusals import Refused
from orders import ledger
from orders.enums import Account, ComposanteState, OperationKind, OrderState
from orders.models import LedgerEntry
from orders.queries import mandataire_of
from orders.workflow import avenants, bons, composantes, hours
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory

pytestmark = pytest.mark.django_db

MONTH = dt.date(2027, 2, 1)
# Whoever takes several takes them in this order: two acts wait for one another, and neither dies of it.
LOCKS = ("chain", "avenant", "bondecommande", "composante", "hoursstatement", "lotbalance")
_LOCKED = re.compile(r'FOR (?:NO KEY )?UPDATE OF "orders_(\w+)"|pg_advisory_xact_lock')


@pytest.fixture(autouse=True)
def _during_the_training():
    with time_machine.travel(dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def keeper():
    return hat_of("region", "gestionnaire")


@pytest.fixture
def lot():
    return LotFactory(period=("0", "4000"))


@pytest.fixture
def mandataire(lot):
    return hat_of("organisme", organisation=mandataire_of(lot))


def locks_of(act) -> list[str]:
    with CaptureQueriesContext(connection) as said:
        act()
    rows = dict.fromkeys(query["sql"] for query in said)  # a row that is held is taken again without waiting
    return [found[1] or "chain" for sql in rows if (found := _LOCKED.search(sql))]


def test_every_act_takes_its_locks_in_one_order(lot, keeper, mandataire):
    order = ordered(lot, keeper, {}, {}, {})
    one, two, three = order.composantes.order_by("pk")
    draft = bons.prepare(lot, [engaged(lot, keeper), engaged(lot, keeper)], keeper)
    avenant = avenants.open_avenant(order, keeper)
    avenants.add_operation(avenant, OperationKind.TRANSFERER, one, keeper, hours=Decimal(10), other=two)
    avenants.add_operation(avenant, OperationKind.RETIRER, three, keeper)

    acts = {
        "issue": lambda: bons.issue(draft, keeper),
        "avenant": lambda: avenants.issue(avenant, keeper, "Un départ"),
        "state": lambda: hours.state_hours(one, MONTH, Decimal(490), mandataire),
        "accept": lambda: hours.accept(one.statements.get(), keeper),
        "close": lambda: bons.close(draft, keeper),
    }
    with time_machine.travel(dt.datetime(2027, 5, 1, 9, tzinfo=dt.UTC), tick=False):
        taken = {name: locks_of(act) for name, act in acts.items()}

    assert {name: sorted(rows, key=LOCKS.index) for name, rows in taken.items()} == taken
    assert set(taken["accept"]) == {"composante", "hoursstatement", "lotbalance"}
    assert taken["close"].count("composante") == 2
    assert [taken[name][0] for name in ("issue", "avenant")] == ["chain", "chain"]  # a receipt keeps them


def test_a_composante_given_up_while_its_order_waited_stops_the_order(lot, keeper, monkeypatch):
    draft = bons.prepare(lot, [engaged(lot, keeper), engaged(lot, keeper)], keeper)
    fallen = draft.composantes.order_by("pk")[0]
    lock = bons.lock_composante

    def after_a_withdrawal(composante):
        """The row is free only once another act has given the composante up."""
        monkeypatch.setattr(bons, "lock_composante", lock)
        composantes.drop(fallen, hat=keeper, reason="L’employeur se retire")
        return lock(composante)

    monkeypatch.setattr(bons, "lock_composante", after_a_withdrawal)

    with pytest.raises(Refused, match=f"{fallen.number} n’est plus à commander"):
        bons.issue(draft, keeper)

    draft.refresh_from_db()
    assert draft.state == OrderState.BROUILLON


class TestAvenant:
    def test_a_composante_is_added_once(self, lot, keeper):
        avenant = avenants.open_avenant(ordered(lot, keeper), keeper)
        added = engaged(lot, keeper)
        avenants.add_operation(avenant, OperationKind.AJOUTER, added, keeper)

        with pytest.raises(Refused, match="une seule opération la concerne"):
            avenants.add_operation(avenant, OperationKind.AJOUTER, added, keeper)

    @pytest.mark.parametrize("kind", [OperationKind.AUGMENTER, OperationKind.TRANSFERER])
    def test_no_hours_go_to_a_composante_that_leaves(self, lot, keeper, kind):
        order = ordered(lot, keeper, {}, {})
        leaves, stays = order.composantes.order_by("pk")
        avenant = avenants.open_avenant(order, keeper)
        avenants.add_operation(avenant, OperationKind.RETIRER, leaves, keeper)
        moved = {"composante": leaves} if kind == OperationKind.AUGMENTER else {"composante": stays, "other": leaves}

        with pytest.raises(Refused, match="une seule opération la concerne"):
            avenants.add_operation(avenant, kind, hat=keeper, hours=Decimal(50), **moved)

    def test_a_composante_whose_hours_wait_for_their_check_stays(self, lot, keeper, mandataire):
        order = ordered(lot, keeper)
        one = order.composantes.get()
        hours.state_hours(one, MONTH, Decimal(100), mandataire)

        with pytest.raises(Refused, match="attend votre réponse"):
            avenants.add_operation(avenants.open_avenant(order, keeper), OperationKind.RETIRER, one, keeper)


def test_an_order_is_not_closed_while_stated_hours_wait_for_their_check(lot, keeper, mandataire):
    order = ordered(lot, keeper)
    one = order.composantes.get()
    hours.state_hours(one, MONTH, Decimal(100), mandataire)

    with (
        time_machine.travel(dt.datetime(2027, 5, 1, 9, tzinfo=dt.UTC), tick=False),
        pytest.raises(Refused, match="attend votre réponse"),
    ):
        bons.close(order, keeper)

    one.refresh_from_db()
    assert one.state == ComposanteState.COMMANDEE


def test_a_correction_sent_back_does_not_forget_the_hours_already_booked(lot, keeper, mandataire):
    one = ordered(lot, keeper).composantes.get()
    hours.accept(hours.state_hours(one, MONTH, Decimal(500), mandataire), keeper)
    hours.send_back(hours.state_hours(one, MONTH, Decimal(480), mandataire), keeper, "Joignez l’émargement")

    hours.accept(hours.state_hours(one, MONTH, Decimal(490), mandataire), keeper)

    one.balance.refresh_from_db()
    assert (one.balance.commande, one.balance.realise) == (10, 490)
    assert LedgerEntry.objects.filter(document_type="hoursdone").count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_holds_the_books_ends_his_act_while_another_holds_the_composante_and_waits() -> None:
    """An invoice only points to a composante; whoever accepts hours holds its row, then waits for the books."""
    keeper, lot = hat_of("region", "gestionnaire"), LotFactory(period=("0", "4000"))
    with transaction.atomic():
        one = ordered(lot, keeper).composantes.get()
    held, failed = threading.Event(), []

    def accepts() -> None:
        try:
            with transaction.atomic():
                composantes.lock_composante(one)
                held.set()
                ledger.lock(one.period)
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=accepts)
    with transaction.atomic():
        ledger.lock(one.period)
        other.start()
        assert held.wait(10)
        origin, target = (Account.COMMANDE, one), (Account.REALISE, one)
        ledger.move(one.period, Decimal(10), origin, target, document=one, key="facture", hat=keeper)
    other.join()

    assert failed == []
    one.balance.refresh_from_db()
    assert one.balance.realise == 10
