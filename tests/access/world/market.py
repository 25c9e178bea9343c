"""Lots, orders and invoices of two groups."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from invoices.models import MonthBatch
from orders.enums import OperationKind
from orders.models import HoursStatement, LotPlace, Renewal
from orders.workflow import avenants, bons
from orders.workflow.prices import ask_price
from tests.access.world.base import HATS, REGION, World, pairs
from tests.factories.commandes import engaged, ordered
from tests.factories.invoices import invoiced_month
from tests.factories.orders import LotFactory, LotMemberFactory, LotPlaceFactory, MarcheFactory
from tests.factories.rulebook import days


def build(world: World) -> None:
    mine, theirs = world.hats["organisme"].organisation, world.others["organisme"].organisation
    lot, other = LotFactory(mandataire=mine), LotFactory(mandataire=theirs)
    seen = {"organisme": lot, **dict.fromkeys(REGION, lot)}
    unseen = {role: other for role in HATS if role not in REGION}
    world.put("lot", seen, unseen)
    subcontractor = LotMemberFactory(lot=lot, sous_traitant=True)
    stranger = LotMemberFactory(lot=other, sous_traitant=True)
    world.put("member", pairs(seen, lot, subcontractor), pairs(unseen, other, stranger, "member"))
    places: list[LotPlace] = [LotPlaceFactory(lot=one, organisme=org) for one, org in ((lot, mine), (other, theirs))]
    world.put("place", pairs(seen, lot, places[0], "place"), pairs(unseen, other, places[1], "place"))
    world.put("marche", dict.fromkeys(REGION, lot.marche), {})
    world.put("period", pairs(dict.fromkeys(REGION), lot, lot.periods.get(), "period"), {})
    renewed = MarcheFactory(number="2019-R", starts_on=dt.date(2019, 1, 1), ends_on=dt.date(2021, 12, 31))
    Renewal.objects.create(
        marche=renewed,
        rank=1,
        starts_on=dt.date(2021, 1, 1),
        ends_on=renewed.ends_on,
        decided_on=dt.date(2020, 9, 1),
    )
    again = {"pk": renewed.pk, "rank": 1}
    world.put("renewal", dict.fromkeys(REGION, again), {})
    keeper = world.hats["gestionnaire"]
    orders = [ordered(one, keeper, {"organisme": org}) for one, org in ((lot, mine), (other, theirs))]
    world.put("order", dict.fromkeys(seen, orders[0]), dict.fromkeys(unseen, orders[1]))
    bought = [order.composantes.get() for order in orders]
    world.put("composante", dict.fromkeys(seen, bought[0]), dict.fromkeys(unseen, bought[1]))
    _orders(world, lot, other, seen, unseen)
    _invoices(world, lot, other, seen, unseen)


def _orders(world: World, lot: Any, other: Any, seen: dict[str, Any], unseen: dict[str, Any]) -> None:
    """A draft order, an order with an avenant in preparation, one with an avenant sent, and a month stated."""
    keeper = world.hats["gestionnaire"]
    draft = bons.prepare(lot, [engaged(lot, keeper)], keeper)
    world.put("order_draft", dict.fromkeys(REGION, draft), dict.fromkeys(seen.keys() - set(REGION), draft))
    amended = ordered(lot, keeper)
    opened = avenants.open_avenant(amended, keeper)
    one = amended.composantes.get()
    operation = avenants.add_operation(opened, OperationKind.AUGMENTER, one, keeper, hours=Decimal(1))
    world.put("amended", dict.fromkeys(REGION, amended), {})
    world.put("operation", {role: {"pk": amended.pk, "operation": operation.pk} for role in REGION}, {})
    sent = []
    for each in (lot, other):
        order = ordered(each, keeper)
        made = avenants.open_avenant(order, keeper)
        avenants.add_operation(made, OperationKind.DIMINUER, order.composantes.get(), keeper, hours=Decimal(1))
        avenants.issue(made, keeper, "Essai")
        sent.append({"pk": order.pk, "rank": 1})
    world.put("avenant", dict.fromkeys(seen, sent[0]), dict.fromkeys(unseen, sent[1]))
    asked = ask_price(lot, Decimal("9.90"), days(30), "L’énergie a augmenté", world.hats["organisme"])
    world.put("price_request", {"decideur": {"pk": lot.pk, "demande": asked.pk}}, {})
    statement = HoursStatement.objects.create(
        composante=one, month=one.starts_on.replace(day=1), hours=Decimal(1), stated_by=world.hats["organisme"]
    )
    world.put("statement", dict.fromkeys(REGION, statement), {})


def _invoices(world: World, lot: Any, other: Any, seen: dict[str, Any], unseen: dict[str, Any]) -> None:
    """A month that is invoiced and a month that is still to be agreed, on both sides."""
    made = [invoiced_month(each, world.hats["gestionnaire"], hat) for each, hat in (
        (lot, world.hats["organisme"]), (other, world.others["organisme"])
    )]  # fmt: skip
    for name, rank in (("invoice", 0), ("month_table", 1), ("month_line", 2)):
        world.put(name, dict.fromkeys(seen, made[0][rank]), dict.fromkeys(unseen, made[1][rank]))
    sheets = [{"pk": found[0].pk, "sheet": found[0].sheets.get().pk} for found in made]
    world.put("invoice_sheet", dict.fromkeys(seen, sheets[0]), dict.fromkeys(unseen, sheets[1]))
    typed = [
        {"pk": found[0].pk, "line": found[0].statuses.create(status="DEPOSEE", at=timezone.now(), typed_by=hat).pk}
        for found, hat in zip(made, (world.hats["organisme"], world.others["organisme"]), strict=True)
    ]
    world.put("typed_status", dict.fromkeys(seen, typed[0]), dict.fromkeys(unseen, typed[1]))
    batches = [_month_batch(hat, found[0]) for hat, found in zip(
        (world.hats["organisme"], world.others["organisme"]), made, strict=True
    )]  # fmt: skip
    world.put("month_batch", {"organisme": batches[0]}, {"organisme": batches[1]})


def _month_batch(hat: Any, invoice: Any) -> MonthBatch:
    """A month that its mandataire had invoiced in one act."""
    batch = MonthBatch.objects.create(
        organisme=hat.organisation,
        hat=hat,
        month=invoice.month,
        row_count=1,
        state="termine",
        finished_at=timezone.now(),
    )
    batch.rows.create(table=invoice.table, state="faite", invoice=invoice)
    return batch
