"""The price of a lot changes by a request that the Région decides, case by case (R124); the first is simply dated."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.ui.french import euros
from orders.enums import LotRole, PriceRequestMove
from orders.models import Lot, PriceRequest
from orders.notices import PriceAnswered, PriceAsked
from orders.queries import mandataire_of, may_edit, role_on
from orders.workflow.market import date_price
from orders.workflow.people import members_of

_WAITING = {"price_request_one_waiting": "Une demande de prix attend déjà sa décision sur ce lot."}


def may_ask_price(lot: Lot, hat: Membership) -> bool:
    """The mandataire asks for his group; the lot's keepers may write down what he sent them."""
    return may_edit(hat) or role_on(lot, hat.organisation) == LotRole.MANDATAIRE


def may_decide_price(hat: Membership) -> bool:
    """The Région's décideurs, and they alone."""
    return hat.kind == OrganisationKind.REGION and hat.role == Role.DECIDEUR


def ask_price(lot: Lot, amount: Decimal, wished_on: date, argument: str, hat: Membership) -> PriceRequest:
    """Ask for another price (euros per heure-stagiaire). Raises Refused: not his, no argument, one waits already."""
    if not may_ask_price(lot, hat):
        raise Refused("Un changement de prix est demandé par le mandataire du lot.")
    if not argument.strip():
        raise Refused("Dites ce qui justifie ce prix : la demande est étudiée au cas par cas.")
    with transaction.atomic():
        with lost_race(_WAITING):
            made = PriceRequest.objects.create(
                lot=lot, amount=amount, wished_on=wished_on, argument=argument.strip(), asked_by=hat
            )
        label = f"Prix demandé : {euros(amount)}"
        events.record(lot, "lot.prix_demande", label, hat=hat, reason=made.argument)
        deciders = Membership.objects.filter(
            organisation__kind=OrganisationKind.REGION, role=Role.DECIDEUR, is_active=True
        ).select_related("user")
        url = reverse("lot_prix_decider", args=[lot.pk, made.pk])
        notify(PriceAsked, deciders, made, f"Lot {lot.number} · {label}", url)
    return made


def grant_price(request: PriceRequest, amount: Decimal, starts_on: date, hat: Membership, reason: str) -> PriceRequest:
    """Grant it, at that amount from that day on; the group is told. Raises Refused: not his, decided already."""
    with transaction.atomic():
        locked = _waiting(request, hat)
        if amount > locked.amount:
            raise Refused(f"Le prix accordé ne dépasse pas le prix demandé, {euros(locked.amount)}.")
        locked.price = date_price(locked.lot, amount, starts_on, hat, reason=reason)
        locked.decided_by, locked.decided_at, locked.reason = hat, timezone.now(), reason.strip()
        locked.accorder()
        locked.save()
    return locked


def refuse_price(request: PriceRequest, hat: Membership, reason: str) -> PriceRequest:
    """Refuse it, with the reason that the group will read."""
    if not reason.strip():
        raise Refused("Écrivez le motif : le groupement le lira.")
    with transaction.atomic():
        locked = _waiting(request, hat)
        locked.decided_by, locked.decided_at, locked.reason = hat, timezone.now(), reason.strip()
        locked.refuser()
        locked.save()
        lot, label = locked.lot, f"Prix demandé refusé : {euros(locked.amount)}"
        events.record(lot, "lot.prix_refuse", label, hat=hat, reason=locked.reason)
        told = {locked.asked_by}
        if mandataire := mandataire_of(lot):
            told |= set(members_of(mandataire))
        notify(PriceAnswered, told, locked, f"Lot {lot.number} · {label}", reverse("lot_detail", args=[lot.pk]))
    return locked


def _waiting(request: PriceRequest, hat: Membership) -> PriceRequest:
    if not may_decide_price(hat):
        raise Refused("Un prix est décidé par les décideurs de la Région.")
    locked = PriceRequest.objects.select_for_update(of=("self",)).select_related("lot", "asked_by").get(pk=request.pk)
    if locked.state not in PriceRequestMove.ACCORDER.sources:
        raise Refused(f"Cette demande de prix est déjà « {locked.get_state_display().lower()} ».")
    return locked
