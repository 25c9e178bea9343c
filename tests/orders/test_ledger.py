"""The ledger: books that balance, a maxi that cannot be passed, entries that never change."""

from __future__ import annotations

import datetime as dt
import os
import threading
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from core.journal.refusals import Refused
from orders import ledger, proof
from orders.enums import Account, ComposanteKind, ComposanteState
from orders.models import Composante, LedgerEntry, LotBalance
from orders.workflow import composantes
from orders.workflow.composantes import Training
from tests.factories.accounts import OrganisationFactory
from tests.factories.accounts import hat as hat_of
from tests.factories.orders import LotFactory

pytestmark = pytest.mark.django_db
ASKERS = 200
ROUNDS = int(os.environ.get("LEDGER_ROUNDS", "2"))  # more when one measures


def training(organisme: Any, places: int = 5, hours: str = "100.00") -> Training:
    return Training(
        organisme=organisme,
        title="Soudage",
        places=places,
        hours_each=Decimal(hours),
        starts_on=dt.date(2027, 1, 11),
        ends_on=dt.date(2027, 3, 26),
        reference="S2026-0001",
    )


def test_an_authorisation_takes_its_hours_from_the_lot() -> None:
    lot, hat = LotFactory(period=("100", "1000")), hat_of("region", "gestionnaire")

    made = composantes.engage(lot, ComposanteKind.INTENTION, training(hat.organisation), hat=hat)

    balance = LotBalance.objects.get(period__lot=lot)
    assert (balance.maxi, balance.disponible, balance.engage) == (Decimal(1000), Decimal(500), Decimal(500))
    assert made.balance.held == Decimal(500)
    assert made.price == Decimal("9.35")
    assert not list(proof.disagreements())


def test_the_maxi_is_refused_in_french_and_nothing_is_left_behind() -> None:
    lot, hat = LotFactory(period=("0", "499.99")), hat_of("region", "gestionnaire")

    with pytest.raises(Refused, match="Il reste 499,99"), transaction.atomic():
        composantes.engage(lot, ComposanteKind.INTENTION, training(hat.organisation), hat=hat)

    assert not Composante.objects.exists()
    assert LotBalance.objects.get(period__lot=lot).disponible == Decimal("499.99")


def test_the_database_refuses_the_maxi_to_who_would_write_the_entry_himself() -> None:
    lot, hat = LotFactory(period=("0", "600")), hat_of("region", "gestionnaire")
    made = composantes.engage(lot, ComposanteKind.INTENTION, training(hat.organisation), hat=hat)

    with pytest.raises(DatabaseError, match="lot_maxi_kept"), transaction.atomic():
        LedgerEntry.objects.create(
            period=made.period,
            from_account=Account.DISPONIBLE,
            to_account=Account.ENGAGE,
            to_composante=made,
            hours=Decimal("100.01"),
            document="à la main",
            document_type="composante",
            document_id=made.pk,
            key="a-la-main",
        )


def test_entries_and_balances_are_never_rewritten() -> None:
    lot = LotFactory(period=("0", "600"))
    entry = LedgerEntry.objects.get()
    for act in (
        lambda: LedgerEntry.objects.update(hours=1),
        lambda: entry.delete(),
        lambda: LotBalance.objects.filter(period__lot=lot).update(disponible=10**6),
        lambda: LotBalance.objects.filter(period__lot=lot).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_same_movement_is_written_once() -> None:
    lot, hat = LotFactory(period=("0", "600")), hat_of("region", "gestionnaire")
    made = composantes.engage(lot, ComposanteKind.INTENTION, training(hat.organisation), hat=hat)
    free, engaged = (Account.DISPONIBLE, None), (Account.ENGAGE, made)

    first = ledger.move(made.period, Decimal(50), free, engaged, document=made, key="une fois", hat=hat)
    again = ledger.move(made.period, Decimal(50), free, engaged, document=made, key="une fois", hat=hat)

    assert first == again
    assert LotBalance.objects.get(period__lot=lot).disponible == Decimal(50)


def test_hours_never_pass_from_a_lot_to_another() -> None:
    hat = hat_of("region", "gestionnaire")
    one = composantes.engage(LotFactory(), ComposanteKind.INTENTION, training(hat.organisation), hat=hat)
    other = composantes.engage(LotFactory(), ComposanteKind.INTENTION, training(hat.organisation), hat=hat)

    with pytest.raises(Refused, match="R122"):
        ledger.move(
            one.period, Decimal(10), (Account.ENGAGE, one), (Account.ENGAGE, other), document=one, key="entre lots"
        )


def test_a_maxi_goes_down_to_what_is_used_and_no_lower() -> None:
    lot, hat = LotFactory(period=("0", "600")), hat_of("region", "gestionnaire")
    made = composantes.engage(lot, ComposanteKind.INTENTION, training(hat.organisation), hat=hat)

    with pytest.raises(Refused, match="ne peut pas descendre plus bas"):
        ledger.set_terms(made.period, Decimal(0), Decimal("499.99"), hat)
    ledger.set_terms(made.period, Decimal(0), Decimal(500), hat)

    assert LotBalance.objects.get(period__lot=lot).disponible == 0
    assert not list(proof.disagreements())


def test_two_periods_of_a_lot_do_not_overlap() -> None:
    lot = LotFactory()
    with pytest.raises(Refused, match="couvre déjà"):
        ledger.open_period(lot, DateRange(dt.date(2026, 1, 1), dt.date(2027, 1, 1)), Decimal(0), Decimal(10))


def test_an_authorisation_given_up_gives_its_hours_back() -> None:
    lot, hat = LotFactory(period=("0", "600")), hat_of("region", "gestionnaire")
    made = composantes.engage(lot, ComposanteKind.INTENTION, training(hat.organisation), hat=hat)

    composantes.drop(made, hat=hat, reason="L’employeur se retire")

    made.refresh_from_db()
    assert made.state == ComposanteState.ANNULEE
    assert LotBalance.objects.get(period__lot=lot).disponible == Decimal(600)


def test_books_that_disagree_are_found() -> None:
    lot = LotFactory(period=("0", "600"))
    with pgtrigger.ignore("orders.LotBalance:by_entries_alone"):
        LotBalance.objects.update(disponible=F("disponible") - 10, engage=F("engage") + 10)

    found = {(one.account, one.kept, one.booked) for one in proof.disagreements()}

    assert found == {("disponible", Decimal(590), Decimal(600)), ("engage", Decimal(10), Decimal(0))}
    assert lot.periods.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_for_the_last_hours_get_exactly_the_maxi() -> None:
    hat, organisme = hat_of("region", "gestionnaire"), OrganisationFactory(organisme=True)
    for _ in range(ROUNDS):
        lot = LotFactory(period=("0", "5000"))
        granted, refused = all_at_once(lot, organisme, hat)

        assert (granted, len(refused)) == (50, ASKERS - 50)
        assert all("Il reste 0" in message for message in refused)
        assert LotBalance.objects.get(period__lot=lot).disponible == 0
    assert not list(proof.disagreements())


def all_at_once(lot: Any, organisme: Any, hat: Any) -> tuple[int, list[str]]:
    """As many people as `ASKERS` authorise 100 hours in the same instant: how many did, and what the others read."""
    granted, refused, start = [], [], threading.Barrier(ASKERS)

    def ask() -> None:
        start.wait()
        try:
            with transaction.atomic():
                one = training(organisme, places=1, hours="100")
                granted.append(composantes.engage(lot, ComposanteKind.INTENTION, one, hat=hat))
        except Refused as why:
            refused.append(why.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(granted), refused
