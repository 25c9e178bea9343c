"""An ordered training is looked at again: its order follows by an avenant, prepared here and sent by a gestionnaire."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui.french import heures
from orders.enums import OperationKind, OrderState
from orders.models import Avenant, AvenantOperation, Composante
from orders.notices import ToAmend
from orders.workflow.bons import locked_order
from orders.workflow.composantes import Training, lock_composante
from orders.workflow.people import region_of


def bring_to(composante: Composante, training: Training, *, hat: Membership) -> Composante:
    """Bring an ordered composante to a training: title and days at once, hours by the draft avenant of its order.

    What that draft changes already is counted; nothing is added when there is no difference. Raises Refused when the
    order is closed, when the draft takes the composante away, or when more would be taken than is not done yet.
    """
    order = composante.order
    assert order is not None  # noqa: S101 an ordered composante has its order
    with transaction.atomic():
        draft = order.avenants.select_for_update(of=("self",)).filter(state=OrderState.BROUILLON).first()
        held = locked_order(order, (OrderState.EMIS, OrderState.ACCUSE))  # locks in the order of every other act
        one = lock_composante(composante)
        one.title, one.starts_on, one.ends_on = training.title[:255], training.starts_on, training.ends_on
        one.save()
        one.balance.refresh_from_db()
        change = training.places * training.hours_each - one.balance.ordered - _pending(draft, one)
        if not change:
            return one
        if one.balance.commande + change < 0:
            raise Refused(
                f"La composante {one.number} n’a que {heures(one.balance.commande)} commandées et pas encore réalisées."
            )
        draft = draft or Avenant.objects.create(order=held, created_by=hat)
        made = AvenantOperation.objects.create(
            avenant=draft,
            rank=(draft.operations.aggregate(top=Max("rank"))["top"] or 0) + 1,
            kind=OperationKind.AUGMENTER if change > 0 else OperationKind.DIMINUER,
            composante=one,
            hours=abs(change),
        )
        label = f"{heures(abs(change))} à {'ajouter' if change > 0 else 'retirer'}, composante {one.number}"
        events.record(held, "commande.avenant_prepare", f"Avenant préparé : {label}", hat=hat)
        url = reverse("commande_detail", args=[held.pk])
        text = f"{held} : un avenant est à relire et à émettre, {label}"
        notify(ToAmend, region_of(held.lot), held, text, url, dedupe_key=f"avenant:{made.pk}")
    return one


def _pending(draft: Avenant | None, one: Composante) -> Decimal:
    """Hours that a draft avenant gives to this composante, or takes from it."""
    total = Decimal(0)
    for operation in draft.operations.order_by("rank") if draft else ():
        gives, takes = operation.other_id == one.pk, operation.composante_id == one.pk
        if takes and operation.kind == OperationKind.RETIRER:
            raise Refused(f"L’avenant en préparation retire la composante {one.number} de sa commande.")
        sign = 1 if gives or operation.kind == OperationKind.AUGMENTER else -1
        if gives or takes:
            total += sign * (operation.hours or Decimal(0))
    return total
