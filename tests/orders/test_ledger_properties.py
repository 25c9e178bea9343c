"""Whatever is done on a lot, in whatever order: books balance, nothing is negative, replaying gives the balances."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.journal.refusals import Refused
from orders import ledger, proof
from orders.enums import ComposanteState, OperationKind
from orders.models import BonDeCommande, Composante, LedgerEntry, LotBalance
from orders.workflow import avenants, bons, composantes, hours
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged
from tests.factories.orders import LotFactory

MONTHS = [dt.date(2027, month, 1) for month in (1, 2, 3)]
amounts = st.decimals(min_value="0.01", max_value="400", places=2)
picks = st.integers(min_value=0, max_value=5)
acts = st.one_of(
    st.tuples(st.just("engage"), st.integers(1, 6), amounts),
    st.tuples(st.just("drop"), picks, st.none()),
    st.tuples(st.just("order"), picks, st.none()),
    st.tuples(st.just("avenant"), picks, st.tuples(st.sampled_from(OperationKind.values), picks, amounts)),
    st.tuples(st.just("hours"), picks, st.tuples(st.sampled_from(MONTHS), st.integers(1, 3), amounts)),
    st.tuples(st.just("terms"), st.none(), st.integers(0, 2500)),
)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(acts, min_size=4, max_size=14))
def test_the_books_balance_after_any_sequence_of_acts(db: None, done: list[Any]) -> None:
    with transaction.atomic():
        lot, hat = LotFactory(period=("0", "2000")), hat_of("region", "gestionnaire")
        for act in done:
            with suppress(Refused), transaction.atomic():
                play(lot, hat, act)
            check(lot)
        transaction.set_rollback(True)


def play(lot: Any, hat: Any, act: tuple[Any, ...]) -> None:
    """Do one act; those that are not lawful raise Refused and leave nothing."""
    kind, pick, said = act
    made = list(Composante.objects.filter(lot=lot).order_by("pk"))
    if kind == "engage":
        engaged(lot, hat, places=pick, hours=str(said))
    elif kind == "terms":
        ledger.set_terms(lot.periods.get(), Decimal(0), Decimal(said), hat)
    elif not made:
        return
    elif kind == "drop":
        composantes.release(made[pick % len(made)], hat=hat, reason="La session n’a plus lieu")
    elif kind == "order":
        bons.issue(bons.prepare(lot, [made[pick % len(made)]], hat), hat)
    elif kind == "hours":
        month, version, hours_done = said
        hours.record_hours(made[pick % len(made)], month, version, hours_done, source="relevé", hat=hat)
    else:
        amend(lot, hat, made, made[pick % len(made)], said)


def amend(lot: Any, hat: Any, made: list[Composante], one: Composante, said: tuple[str, int, Decimal]) -> None:
    order = one.order or BonDeCommande.objects.filter(lot=lot).order_by("pk").first()
    if order is None:
        return
    operation, pick, amount = said
    draft, other = avenants.open_avenant(order, hat), made[pick % len(made)]
    moved = operation not in (OperationKind.AJOUTER, OperationKind.RETIRER)
    transfer = operation == OperationKind.TRANSFERER
    avenants.add_operation(
        draft, operation, one, hat, hours=amount if moved else None, other=other if transfer else None
    )
    avenants.issue(draft, hat, "Un ajustement")


def check(lot: Any) -> None:
    """The promises of the ledger, read from the tables and not from what was asked."""
    balance = LotBalance.objects.get(period__lot=lot)
    held = [balance.disponible, balance.engage, balance.commande, balance.realise, balance.facture]
    assert min(held) >= 0
    assert sum(held) == balance.maxi == lot.periods.get().maxi
    assert not list(proof.disagreements())
    for one in Composante.objects.filter(lot=lot).select_related("balance"):
        free = one.state in (ComposanteState.ANNULEE, ComposanteState.SOLDEE)
        assert not (free and (one.balance.engage or one.balance.commande))
        assert one.state != ComposanteState.ENGAGEE or one.balance.ordered == 0
    assert all(entry.document for entry in LedgerEntry.objects.all())
