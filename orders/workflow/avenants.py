"""An avenant: operations are collected in a draft, all checked, then done together, or none is.

Hours move between composantes of one lot, as its rule allows (R122). A transfer toward a composante of another order
of the lot says so on the avenant of the order that gives; the ledger names it on both sides.
"""

from collections import Counter
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events, outbox
from core.journal.refusals import Refused
from core.rulebook import receipts
from core.ui.french import heures
from orders import ledger
from orders.content import content_of_avenant, line_of
from orders.enums import Account, AvenantMove, ComposanteState, OperationKind, OrderState
from orders.facts import agreed_in, facts_of_avenant, granted_by, judged
from orders.models import Avenant, AvenantOperation, BonDeCommande, Composante
from orders.notices import OrderAcknowledged, OrderIssued
from orders.queries import mandataire_of
from orders.queries.avenants import changes, living, operations_of, reading_of, touched_by
from orders.workflow.bons import locked_order, must_be_addressee, must_order, tell
from orders.workflow.composantes import give_back_ordered, lock_composante, order_hours, waits_for_check
from orders.workflow.lawful import cites, must_be_lawful, must_not_be_forbidden
from orders.workflow.people import members_of, region_of

MAKE_FILE = "avenant.fichier"
ACT = "avenant"


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
    places: int | None = None,
    other: Composante | None = None,
) -> AvenantOperation:
    """Collect one operation. `places` says the hours in whole parcours of the composante.

    Raises Refused when the draft, with it, could not be done as things stand; what an agreement would lift may wait.
    """
    must_order(hat)
    with transaction.atomic():
        draft = _draft(avenant)
        rank = (draft.operations.aggregate(top=Max("rank"))["top"] or 0) + 1
        made = AvenantOperation(
            avenant=draft,
            rank=rank,
            kind=kind,
            composante=composante,
            hours=places * composante.hours_each if places else hours,
            places=places,
            other=other,
        )
        whole = [*operations_of(draft), made]
        if faults := problems(draft, whole):
            raise Refused(" ".join(faults))
        must_not_be_forbidden(judged(facts_of_avenant(draft.order, whole)))
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


def problems(avenant: Avenant, operations: list[AvenantOperation]) -> list[str]:
    """What no rule says and stands in the way of these operations, in French: nothing when they can be done together.

    The rules of the order speak after that (`orders.facts.facts_of_avenant`).
    """
    order, found = avenant.order, []
    for operation in operations:
        found += _problems_of(operation, order)
    found += _twice(operations)
    touched = touched_by(operations)
    held = {pk: one.balance.commande for pk, one in touched.items()}
    for operation in operations:  # in the order in which they are done
        for pk, hours in changes([operation]).items():
            left, held[pk] = held[pk], held[pk] + hours
            if held[pk] < 0:
                found.append(
                    f"La composante {touched[pk].number} n’a que {heures(left)} commandées et pas encore réalisées."
                )
    return list(dict.fromkeys(found))


def _twice(operations: list[AvenantOperation]) -> list[str]:
    """A composante that enters or leaves does it once, and no hours move on it in the same avenant."""
    whole = [op.composante for op in operations if op.kind in (OperationKind.AJOUTER, OperationKind.RETIRER)]
    named = Counter(one.pk for op in operations for one in (op.composante, op.other) if one is not None)
    return [
        f"La composante {one.number} est ajoutée ou retirée en entier\u00a0: une seule opération la concerne."
        for one in whole
        if named[one.pk] > 1
    ]


def _problems_of(operation: AvenantOperation, order: BonDeCommande) -> list[str]:
    one, other, kind = operation.composante, operation.other, operation.kind
    if one.lot_id != order.lot_id:
        return [f"La composante {one.number} est d’un autre lot\u00a0: un bon de commande n’en porte qu’un."]
    if kind == OperationKind.AJOUTER:
        if one.period_id != order.period_id:
            return [f"La composante {one.number} est d’une autre période du lot."]
        ready = one.state == ComposanteState.ENGAGEE and one.order_id is None
        return [] if ready else [f"La composante {one.number} n’est pas à commander."]
    if one.order_id != order.pk:
        return [f"La composante {one.number} n’est pas sur ce bon de commande."]
    if one.state != ComposanteState.COMMANDEE:
        return [f"La composante {one.number} n’est plus commandée."]
    if kind == OperationKind.RETIRER:
        if done := one.balance.realise + one.balance.facture:
            return [f"La composante {one.number} a {heures(done)} réalisées\u00a0: elle ne se retire plus."]
        if waits_for_check(one):
            return [f"Un relevé d’heures de la composante {one.number} attend votre réponse."]
        return []
    if operation.hours is None or operation.hours <= 0:
        return ["Dites combien d’heures."]
    if kind == OperationKind.TRANSFERER:
        if other is None or other.pk == one.pk:
            return ["Dites vers quelle autre composante du lot vont les heures."]
        if other.state != ComposanteState.COMMANDEE:
            return [f"La composante {other.number} n’est pas commandée\u00a0: elle ne peut rien recevoir."]
        if other.lot_id == one.lot_id and other.period_id != one.period_id:
            return [f"La composante {other.number} est d’une autre période du lot."]
    return []


def issue(
    avenant: Avenant, hat: Membership, reason: str, *, granted: Collection[str] = (), reading: str | None = None
) -> Avenant:
    """Do all the operations and send the avenant to the mandataire of the lot, numbered in its order.

    The rules of the order judge it and a receipt keeps what they said. `granted`: the ids of the rules for which the
    Région gives its agreement with this act (R51), what it has agreed to already left out. `reading`: what was read
    before (`reading_of`), when that counts. Raises Refused if one operation cannot be done, or was never read.
    """
    must_order(hat)
    reason = reason.strip()
    if not reason:
        raise Refused("Écrivez le motif de l’avenant\u00a0: le mandataire le lira.")
    with transaction.atomic():
        receipts.hold_chain()  # before any row, as whoever prepares an avenant while he decides (`following`)
        draft = _draft(avenant)
        order = locked_order(draft.order, (OrderState.EMIS, OrderState.ACCUSE))
        draft.order = order
        operations = operations_of(draft)
        if not operations:
            raise Refused("Cet avenant ne change rien.")
        if reading is not None and reading != reading_of(operations):
            raise Refused("L’avenant a changé depuis que vous l’avez ouvert\u00a0: relisez-le, puis émettez-le.")
        locked = {pk: lock_composante(Composante(pk=pk)) for pk in sorted(touched_by(operations))}
        ledger.lock(order.period)  # after the composantes, as every other act does: no deadlock
        for operation in operations:
            operation.composante = locked[operation.composante_id]
            operation.other = locked[operation.other_id] if operation.other_id else None
        if faults := problems(draft, operations):
            raise Refused(" ".join(faults))
        given = agreed_in(operations)
        judgement = judged(facts_of_avenant(order, operations, reason), {*granted, *granted_by(given)})
        must_be_lawful(judgement)
        mandataire = mandataire_of(order.lot)
        assert mandataire is not None  # noqa: S101 judged with R117
        before = [line_of(one, one.balance.ordered) for one in living(order)]
        draft.number = (order.avenants.aggregate(top=Max("number"))["top"] or 0) + 1
        draft.reason, draft.issued_by, draft.issued_at = reason, hat, timezone.now()
        for operation in operations:
            _do(operation, draft, hat)
        after = [line_of(one, one.balance.ordered) for one in living(order)]
        words = [_words(one) for one in operations]
        draft.content = content_of_avenant(draft, mandataire, before, after) | {"operations": words}
        draft.emettre()
        draft.save()
        receipts.issue(draft, ACT, judgement, hat=hat, told=cites(given))
        outbox.enqueue(MAKE_FILE, draft, 1)
        label = f"Avenant {draft.number} émis"
        events.record(order, "commande.avenant", label, hat=hat, reason=reason)
        text = f"Avenant {draft.number} au {order} à accuser\u00a0: {reason}"
        tell(OrderIssued, members_of(mandataire), order, text, once=f"avenant:{draft.pk}")
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
        label = f"Avenant {locked.number}\u00a0: réception accusée par le mandataire"
        events.record(locked.order, "commande.avenant_accuse", label, hat=hat)
        tell(
            OrderAcknowledged, region_of(locked.order.lot), locked.order, f"{locked}\u00a0: réception accusée",
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
        "places": operation.places,
    }
