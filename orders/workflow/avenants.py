"""An avenant: operations are collected in a draft, all checked, then done together, or none is.

Hours move between composantes of one lot (R122), never between lots. A transfer toward a composante of another order
of the lot says so on the avenant of the order that gives; the ledger names it on both sides.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events, outbox
from core.journal.refusals import Refused
from core.ui.french import heures
from orders import ledger
from orders.content import content_of_avenant, line_of
from orders.enums import Account, AvenantMove, ComposanteState, OperationKind, OrderState
from orders.models import Avenant, AvenantOperation, BonDeCommande, Composante
from orders.notices import OrderAcknowledged, OrderIssued
from orders.workflow.bons import locked_order, must_be_addressee, must_order, tell
from orders.workflow.composantes import give_back_ordered, lock_composante, order_hours, waits_for_check
from orders.workflow.people import members_of, region_of

MAKE_FILE = "avenant.fichier"


def open_avenant(order: BonDeCommande, hat: Membership) -> Avenant:
    """The draft avenant of an issued order: the one in preparation, or a new one."""
    must_order(hat)
    with transaction.atomic():
        locked = locked_order(order, (OrderState.EMIS, OrderState.ACCUSE))
        draft = locked.avenants.filter(state=OrderState.BROUILLON).first()
        return draft or Avenant.objects.create(order=locked, created_by=hat)


def add_operation(
    avenant: Avenant,
    kind: str,
    composante: Composante,
    hat: Membership,
    *,
    hours: Decimal | None = None,
    other: Composante | None = None,
) -> AvenantOperation:
    """Collect one operation. Raises Refused when the draft, with it, could not be done as things stand."""
    must_order(hat)
    with transaction.atomic():
        draft = _draft(avenant)
        rank = (draft.operations.aggregate(top=Max("rank"))["top"] or 0) + 1
        made = AvenantOperation(avenant=draft, rank=rank, kind=kind, composante=composante, hours=hours, other=other)
        if faults := problems(draft, [*_operations(draft), made]):
            raise Refused(" ".join(faults))
        made.save()
    return made


def drop_operation(operation: AvenantOperation, hat: Membership) -> None:
    """Take one operation out of a draft."""
    must_order(hat)
    with transaction.atomic():
        draft = _draft(operation.avenant)
        draft.operations.filter(pk=operation.pk).delete()


def abandon(avenant: Avenant, hat: Membership) -> Avenant:
    """Give up a draft avenant."""
    must_order(hat)
    with transaction.atomic():
        draft = _draft(avenant)
        draft.abandonner()
        draft.save()
    return draft


@dataclass(frozen=True)
class Side:
    """One composante of an avenant: its ordered hours before the operations and after them."""

    composante: Composante
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    @property
    def lost(self) -> Decimal:
        return -self.change


def before_and_after(avenant: Avenant) -> list[Side]:
    """Each composante of the order, and those that the operations touch, with both sides."""
    operations = _operations(avenant)
    touched = {one.pk: one for one in _living(avenant.order)}
    for operation in operations:
        for one in (operation.composante, operation.other):
            if one is not None:
                touched.setdefault(one.pk, one)
    change = _changes(operations)
    rows = sorted(touched.values(), key=lambda composante: composante.number)
    return [Side(one, one.balance.ordered, one.balance.ordered + change[one.pk]) for one in rows]


def free_before_and_after(avenant: Avenant, sides: list[Side]) -> tuple[Decimal, Decimal]:
    """The free hours of the lot before the operations and after them; those of an added composante are held already."""
    held = sum((one.composante.balance.engage for one in sides if one.change), Decimal(0))
    free = avenant.order.period.balance.disponible
    return free, free - sum((one.change for one in sides), Decimal(0)) + held


def problems(avenant: Avenant, operations: list[AvenantOperation]) -> list[str]:
    """What stands in the way of these operations, in French; empty when all can be done together."""
    order, found = avenant.order, []
    for operation in operations:
        found += _problems_of(operation, order)
    found += _twice(operations)
    change = _changes(operations)
    for one in {o.pk: o for op in operations for o in (op.composante, op.other) if o is not None}.values():
        balance = one.balance
        if balance.commande + change[one.pk] < 0:
            found.append(
                f"La composante {one.number} n’a que {heures(balance.commande)} commandées et pas encore réalisées."
            )
    more = sum((change[pk] for pk in change), Decimal(0)) - sum(
        (op.composante.balance.engage for op in operations if op.kind == OperationKind.AJOUTER), Decimal(0)
    )
    free = order.period.balance.disponible
    if more > free:
        found.append(ledger.too_much(order.period, more, free))
    return list(dict.fromkeys(found))


def _twice(operations: list[AvenantOperation]) -> list[str]:
    """A composante that enters or leaves does it once, and no hours move on it in the same avenant."""
    whole = [op.composante for op in operations if op.kind in (OperationKind.AJOUTER, OperationKind.RETIRER)]
    named = Counter(one.pk for op in operations for one in (op.composante, op.other) if one is not None)
    return [
        f"La composante {one.number} est ajoutée ou retirée en entier : une seule opération la concerne."
        for one in whole
        if named[one.pk] > 1
    ]


def _problems_of(operation: AvenantOperation, order: BonDeCommande) -> list[str]:
    one, other, kind = operation.composante, operation.other, operation.kind
    if one.lot_id != order.lot_id or (other is not None and other.lot_id != order.lot_id):
        return ["Des heures ne passent pas d’un lot à l’autre : la fongibilité s’arrête au lot (R122)."]
    if kind == OperationKind.AJOUTER:
        ready = one.state == ComposanteState.ENGAGEE and one.order_id is None
        return [] if ready else [f"La composante {one.number} n’est pas à commander."]
    if one.order_id != order.pk:
        return [f"La composante {one.number} n’est pas sur ce bon de commande."]
    if one.state != ComposanteState.COMMANDEE:
        return [f"La composante {one.number} n’est plus commandée."]
    if kind == OperationKind.RETIRER:
        if done := one.balance.realise + one.balance.facture:
            return [f"La composante {one.number} a {heures(done)} réalisées : elle ne se retire plus."]
        if waits_for_check(one):
            return [f"Un relevé d’heures de la composante {one.number} attend votre réponse."]
        return []
    if operation.hours is None or operation.hours <= 0:
        return ["Dites combien d’heures."]
    if kind == OperationKind.TRANSFERER:
        if other is None or other.pk == one.pk:
            return ["Dites vers quelle autre composante du lot vont les heures."]
        if other.state != ComposanteState.COMMANDEE:
            return [f"La composante {other.number} n’est pas commandée : elle ne peut rien recevoir."]
        if other.period_id != one.period_id:
            return [f"La composante {other.number} est d’une autre période du lot."]
    return []


def issue(avenant: Avenant, hat: Membership, reason: str) -> Avenant:
    """Do all the operations and send the avenant, numbered in its order. Raises Refused if one cannot be done."""
    must_order(hat)
    reason = reason.strip()
    if not reason:
        raise Refused("Écrivez le motif de l’avenant : le mandataire le lira.")
    with transaction.atomic():
        draft = _draft(avenant)
        order = locked_order(draft.order, (OrderState.EMIS, OrderState.ACCUSE))
        draft.order = order
        operations = _operations(draft)
        if not operations:
            raise Refused("Cet avenant ne change rien.")
        ids = {one.pk for op in operations for one in (op.composante, op.other) if one is not None}
        locked = {pk: lock_composante(Composante(pk=pk)) for pk in sorted(ids)}
        ledger.lock(order.period)  # after the composantes, as every other act does: no deadlock
        for operation in operations:
            operation.composante = locked[operation.composante_id]
            operation.other = locked[operation.other_id] if operation.other_id else None
        if faults := problems(draft, operations):
            raise Refused(" ".join(faults))
        before = [line_of(one, one.balance.ordered) for one in _living(order)]
        draft.number = (order.avenants.aggregate(top=Max("number"))["top"] or 0) + 1
        draft.reason, draft.issued_by, draft.issued_at = reason, hat, timezone.now()
        for operation in operations:
            _do(operation, draft, hat)
        after = [line_of(one, one.balance.ordered) for one in _living(order)]
        draft.content = content_of_avenant(draft, before, after) | {"operations": [_words(one) for one in operations]}
        draft.emettre()
        draft.save()
        outbox.enqueue(MAKE_FILE, draft, 1)
        label = f"Avenant {draft.number} émis"
        events.record(order, "commande.avenant", label, hat=hat, reason=reason)
        if order.addressee is not None:
            text = f"Avenant {draft.number} au {order} à accuser : {reason}"
            tell(OrderIssued, members_of(order.addressee), order, text, once=f"avenant:{draft.pk}")
    return draft


def acknowledge(avenant: Avenant, hat: Membership) -> Avenant:
    """The mandataire says that he has the avenant."""
    with transaction.atomic():
        locked = Avenant.objects.select_for_update(of=("self",)).select_related("order__lot").get(pk=avenant.pk)
        if locked.state not in AvenantMove.ACCUSER.sources:
            raise Refused("Cet avenant n’attend plus d’accusé de réception.")
        must_be_addressee(locked.order, hat)
        locked.acknowledged_at, locked.acknowledged_by = timezone.now(), hat
        locked.accuser()
        locked.save()
        label = f"Avenant {locked.number} : réception accusée par le mandataire"
        events.record(locked.order, "commande.avenant_accuse", label, hat=hat)
        tell(
            OrderAcknowledged, region_of(locked.order.lot), locked.order, f"{locked} : réception accusée",
            once=f"avenant-accuse:{locked.pk}",
        )  # fmt: skip
    return locked


def _do(operation: AvenantOperation, avenant: Avenant, hat: Membership) -> None:
    one, key = operation.composante, f"avenant:{avenant.pk}:{operation.pk}"
    if operation.kind == OperationKind.AJOUTER:
        order_hours(one, avenant, key=key, hat=hat)
        one.order = avenant.order
        one.commander()
        one.save()
    elif operation.kind == OperationKind.RETIRER:
        give_back_ordered(one, avenant, key=key, hat=hat)
        one.annuler()
        one.to_withdraw = ""
        one.save()
        events.record(one, "composante.annulee", f"Retirée par l’avenant {avenant.number}", hat=hat)
    else:
        origin, target = _places(operation)
        assert operation.hours is not None  # noqa: S101 checked with the others
        ledger.move(one.period, operation.hours, origin, target, document=avenant, key=key, hat=hat)
    one.balance.refresh_from_db()


def _places(operation: AvenantOperation) -> tuple[ledger.Place, ledger.Place]:
    held, free = (Account.COMMANDE, operation.composante), (Account.DISPONIBLE, None)
    if operation.kind == OperationKind.AUGMENTER:
        return free, held
    if operation.kind == OperationKind.DIMINUER:
        return held, free
    return held, (Account.COMMANDE, operation.other)


def _changes(operations: list[AvenantOperation]) -> "defaultdict[int, Decimal]":
    """Composante → hours that its ordered account gains or loses."""
    change: defaultdict[int, Decimal] = defaultdict(Decimal)
    for operation in operations:
        one, hours = operation.composante, operation.hours or Decimal(0)
        if operation.kind == OperationKind.AJOUTER:
            change[one.pk] += one.balance.engage
        elif operation.kind == OperationKind.RETIRER:
            change[one.pk] -= one.balance.commande
        elif operation.kind == OperationKind.AUGMENTER:
            change[one.pk] += hours
        else:
            change[one.pk] -= hours
            if operation.other is not None:
                change[operation.other.pk] += hours
    return change


def _living(order: BonDeCommande) -> list[Composante]:
    rows = order.composantes.exclude(state=ComposanteState.ANNULEE).select_related("balance", "organisme", "period")
    return list(rows.order_by("number"))


def _operations(avenant: Avenant) -> list[AvenantOperation]:
    rows = avenant.operations.select_related("composante__balance", "composante__period", "other__balance")
    return list(rows.order_by("rank"))


def _draft(avenant: Avenant) -> Avenant:
    locked = (
        Avenant.objects.select_for_update(of=("self",))
        .select_related("order__lot__marche", "order__period__balance", "order__period__lot", "order__addressee")
        .get(pk=avenant.pk)
    )
    if locked.state != OrderState.BROUILLON:
        raise Refused("Cet avenant n’est plus en préparation. Rien n’a été changé.")
    return locked


def _words(operation: AvenantOperation) -> dict[str, Any]:
    return {
        "kind": operation.get_kind_display(),
        "composante": operation.composante.number,
        "other": operation.other.number if operation.other else "",
        "hours": str(operation.hours) if operation.hours is not None else "",
    }
