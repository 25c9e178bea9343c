"""A look over the receipts that an administrator asks for, beside that of each night; a worker takes it."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from core.accounts.models import Membership
from core.journal.models import OutboxMessage, OutboxState
from core.journal.notices import notify
from core.journal.outbox import enqueue, handles
from core.rulebook import controls
from core.rulebook.enums import ControlKind
from core.rulebook.models import Control
from core.rulebook.notices import ReceiptsAtFault, ReceiptsLookedAt
from core.rulebook.workflow.base import keepers, require_keeper
from core.ui.french import pluriel

TOPIC = "recus.controler"


@dataclass(frozen=True)
class Look:
    """A look that was asked for and is not over: how many of its steps are done."""

    done: int
    steps: int = len(ControlKind)


def ask(hat: Membership) -> bool:
    """Promise a look, now. False when one is already asked for and not over: it is the same.

    Raises Refused for whoever does not keep the rules.
    """
    require_keeper(hat)
    with transaction.atomic():
        if _waiting() is not None:
            return False
        enqueue(TOPIC, hat, OutboxMessage.objects.filter(topic=TOPIC, subject_id=hat.pk).count() + 1)
    return True


def under_way() -> Look | None:
    """The look that is asked for and not over."""
    asked = _waiting()
    return Look(Control.objects.filter(at__gte=asked.created_at).count()) if asked else None


def _waiting() -> OutboxMessage | None:
    return OutboxMessage.objects.filter(topic=TOPIC, state=OutboxState.A_FAIRE).order_by("id").last()


@handles(TOPIC, outside=True)  # each step is kept as soon as it is done, for whoever watches
def look(message: OutboxMessage) -> str:
    """Work of the outbox: both looks, each kept; who asked hears how they end, the others of what is wrong."""
    found = [controls.check_chain(), controls.check_replay()]
    faults = sum(control.faults for control in found)
    for control in found:
        if control.faults:
            tell_fault(control)
    text = f"Les reçus sont contrôlés\u00a0: {pluriel(found[0].count, 'reçu')}, "
    text += pluriel(faults, "anomalie") if faults else "la chaîne est entière et tout se juge de même"
    asker = Membership.objects.filter(pk=message.subject_id, is_active=True)
    with transaction.atomic():
        notify(ReceiptsLookedAt, asker, found[0], text, reverse("recus"))
    return text


def tell_fault(control: Control) -> None:
    """Tell the Région's administrators of a look that found something wrong."""
    fault = control.detail["faults"][0]
    found = pluriel(control.faults, "anomalie")
    text = f"{control.get_kind_display()}\u00a0: {found}, la première au reçu {fault['receipt']}"
    notify(ReceiptsAtFault, keepers(), control, text, reverse("recus"))
