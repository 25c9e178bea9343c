"""From an order, an avenant or a price asked for to the facts that the rules read: the one bridge between the two.

Quantities are heures-stagiaires, prices euros per heure-stagiaire.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.rulebook.models import Receipt
from core.rulebook.parameters import current
from core.rules import Judgement
from orders.enums import ComposanteKind, OperationKind
from orders.models import AvenantOperation, BonDeCommande, Composante, Lot, LotPeriod, PriceRequest
from orders.queries import mandataire_of, price_for
from orders.queries.avenants import changes
from orders.rules import LotRole, OrderFacts, Unit, judge_order

ZERO, WHOLE = Decimal(0), Decimal(100)


def judged(facts: OrderFacts, granted: Collection[str] = ()) -> Judgement:
    """The verdict of the rules of today on these facts; of what is `granted`, only what had to be counts. One query."""
    parameters = current()
    judgement = judge_order(facts, parameters)
    needed = [one.id for one in judgement.to_decide if one.id in granted]
    return judge_order(facts, parameters, needed) if needed else judgement


def facts_of_order(order: BonDeCommande, composantes: Collection[Composante]) -> OrderFacts:
    """An order that carries these engaged composantes, as it would be sent now."""
    hours = sum((one.hours_asked for one in composantes), ZERO)
    return OrderFacts(
        **_of_the_lot(order.period, held=hours),
        **_addressed(order.lot),
        **_price(order.lot, composantes),
        **_complements(composantes),
        hours=hours,
    )


def facts_of_avenant(order: BonDeCommande, operations: Collection[AvenantOperation], reason: str = "") -> OrderFacts:
    """What these operations would ask of the lot if they were done now. `reason`: that of the avenant.

    Hours of an ordered composante keep the price of their order, which never changes: only what enters the order is
    held against the price of the lot.
    """
    entering = [op.composante for op in operations if op.kind == OperationKind.AJOUTER]
    moved = [op for op in operations if op.kind == OperationKind.TRANSFERER]
    more = [op for op in operations if op.kind == OperationKind.AUGMENTER]
    held = sum((one.balance.engage for one in entering), ZERO)
    touched = entering or [op.composante for op in operations]
    facts = _complements(entering)
    if any(op.places for op in more):  # parcours of the very same training
        facts["same_training"] = facts.get("same_training") is not False
    extra = facts.pop("extra_hours", ZERO) + sum((op.hours or ZERO for op in more if not op.places), ZERO)
    if extra:
        facts |= {"extra_hours": extra, "extra_hours_reason": reason or facts.get("extra_hours_reason")}
    return OrderFacts(
        **_of_the_lot(order.period, held=held),
        **_addressed(order.lot),
        **(_price(order.lot, entering) if entering else _kept_price(touched)),
        **facts,
        hours=max(sum(changes(operations).values(), ZERO), ZERO),
        moved_within_lot=_within_the_lot(moved, order) if moved else None,
    )


def facts_of_price(request: PriceRequest, amount: Decimal | None = None) -> OrderFacts:
    """A price asked for a lot, or the `amount` that the Région would grant. It orders nothing."""
    lot = request.lot
    standing = price_for(lot, request.wished_on)
    return OrderFacts(
        unit=Unit.HEURE_STAGIAIRE,
        hours=ZERO,
        employer_amount=ZERO,
        price=standing,
        lot_price=standing,
        price_asked=request.amount if amount is None else amount,
        price_reason=request.argument,
        transport_cost=request.transport_cost,
        transport_estimate=request.transport_estimate or None,
        company_share=request.company_share,
        **_addressed(lot),
    )


Agreements = Callable[[Collection[Composante]], Mapping[int, Receipt]]
_agreements: list[Agreements] = []


def register_agreements(found: Agreements) -> None:
    """Let a room above say which hours more the Région has agreed to there: the receipt of each composante (id)."""
    if found not in _agreements:
        _agreements.append(found)


def agreed(composantes: Iterable[Composante]) -> list[Receipt]:
    """The receipts by which the Région has agreed already to the hours more of these composantes (R51).

    Nothing when one of them still waits for its agreement: it is then given for all with the document.
    """
    extra = [one for one in composantes if one.kind == ComposanteKind.SUPPLEMENTAIRE]
    known: dict[int, Receipt] = {}
    for found in _agreements if extra else ():
        known |= found(extra)
    return [known[one.pk] for one in extra] if len(known) == len(extra) else []


def agreed_in(operations: Iterable[AvenantOperation]) -> list[Receipt]:
    """The same for what an avenant adds; hours that it adds to a composante by itself are agreed with it."""
    operations = list(operations)
    if any(op.kind == OperationKind.AUGMENTER and not op.places for op in operations):
        return []
    return agreed(op.composante for op in operations if op.kind == OperationKind.AJOUTER)


def granted_by(receipts: Collection[Receipt]) -> frozenset[str]:
    """The rules that these agreements lift."""
    return frozenset({"R51"} if receipts else ())


def _of_the_lot(period: LotPeriod, held: Decimal) -> dict[str, Any]:
    """Where the lot stands without what the act is about, which holds `held` hours already."""
    balance = period.balance
    return {
        "unit": Unit.HEURE_STAGIAIRE,
        "lot_maxi": balance.maxi,
        "lot_mini": period.mini,
        "lot_ordered": balance.used - held,
        "period_elapsed": elapsed(period),
        "employer_amount": ZERO,  # the portal has no place where one could be asked of the employer (R120)
    }


def elapsed(period: LotPeriod) -> Decimal | None:
    """The share of a period that is over today, from 0 to 100; None for a period without end."""
    first, end = period.period.lower, period.period.upper
    if first is None or end is None:
        return None
    share = WHOLE * (timezone.localdate() - first).days / (end - first).days
    return min(max(share, ZERO), WHOLE).quantize(Decimal("0.1"))


def _addressed(lot: Lot) -> dict[str, Any]:
    """To whom the document goes: the portal knows nobody but the mandataire (R117)."""
    return {"order_addressee": LotRole.MANDATAIRE if mandataire_of(lot) else LotRole.AUCUN}


def _price(lot: Lot, composantes: Iterable[Composante]) -> dict[str, Any]:
    """The price of the lines and that of the lot at their dates: of the first line that is off it, if one is (R123)."""
    pairs = [(one.price, price_for(lot, one.starts_on)) for one in composantes]
    off = [pair for pair in pairs if pair[0] != pair[1]]
    if not pairs:
        return {}
    price, standing = (off or pairs)[0]
    return {"price": price, "lot_price": standing}


def _kept_price(composantes: list[Composante]) -> dict[str, Any]:
    price = composantes[0].price if composantes else None
    return {"price": price, "lot_price": price}


def _complements(composantes: Iterable[Composante]) -> dict[str, Any]:
    """Parcours more of a training (R72), and hours that were not foreseen with what the employer expects (R51)."""
    facts: dict[str, Any] = {}
    parcours = [one for one in composantes if one.kind == ComposanteKind.COMPLEMENTAIRE]
    if parcours:
        facts["same_training"] = all(_same_training(one) for one in parcours)
    extra = [one for one in composantes if one.kind == ComposanteKind.SUPPLEMENTAIRE]
    if extra:
        facts["extra_hours"] = sum((one.hours_asked for one in extra), ZERO)
        facts["extra_hours_reason"] = " ".join(dict.fromkeys(one.reason for one in extra if one.reason)) or None
    return facts


def _same_training(one: Composante) -> bool:
    """Of the same lot, and of the training that it completes; or of a session of its own, authorised as such (R72)."""
    other = one.completes
    if other is None or one.lot_id != other.lot_id:
        return False
    if one.origin_id is not None and (one.origin_type, one.origin_id) != (other.origin_type, other.origin_id):
        return True
    return one.reference == other.reference if one.reference else one.title == other.title


def _within_the_lot(moved: Iterable[AvenantOperation], order: BonDeCommande) -> bool:
    return all(
        op.composante.lot_id == order.lot_id and (op.other is None or op.other.lot_id == order.lot_id) for op in moved
    )
