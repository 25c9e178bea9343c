"""The price of a lot changes by a request that the Région decides, case by case (R124); the first is simply dated.

What transport costs more goes the same way: worked out, with the share of the company, and paid by the price (R125).
"""

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
from core.rulebook import receipts
from core.ui.french import euros
from orders.enums import LotRole, PriceRequestMove
from orders.facts import facts_of_price, judged
from orders.models import Lot, PriceRequest
from orders.notices import PriceAnswered, PriceAsked
from orders.queries import mandataire_of, may_edit, role_on
from orders.workflow.lawful import must_be_lawful, must_be_told
from orders.workflow.market import date_price
from orders.workflow.people import members_of

ACT = "prix"
DECIDED = ("R124", "R125")  # what granting a price agrees to
_WAITING = {"price_request_one_waiting": "Une demande de prix attend déjà sa décision sur ce lot."}


def may_ask_price(lot: Lot, hat: Membership) -> bool:
    """The mandataire asks for his group; the lot's keepers may write down what he sent them."""
    return may_edit(hat) or role_on(lot, hat.organisation) == LotRole.MANDATAIRE


def may_decide_price(hat: Membership) -> bool:
    """The Région's décideurs, and they alone."""
    return hat.kind == OrganisationKind.REGION and hat.role == Role.DECIDEUR


def ask_price(
    lot: Lot,
    amount: Decimal,
    wished_on: date,
    argument: str,
    hat: Membership,
    *,
    transport_cost: Decimal | None = None,
    transport_estimate: str = "",
    company_share: Decimal | None = None,
) -> PriceRequest:
    """Ask for another price (euros per heure-stagiaire), with what transport costs in it, if it does (euros).

    Raises Refused: not his, one waits already, or what the rules want to be told (R124, R125).
    """
    if not may_ask_price(lot, hat):
        raise Refused("Un changement de prix est demandé par le mandataire du lot.")
    if not argument.strip():
        raise Refused("Dites ce qui justifie ce prix\u00a0: la demande est étudiée au cas par cas.")
    made = PriceRequest(
        lot=lot,
        amount=amount,
        wished_on=wished_on,
        argument=argument.strip(),
        transport_cost=transport_cost or None,
        transport_estimate=transport_estimate.strip() if transport_cost else "",
        company_share=company_share if transport_cost else None,
        asked_by=hat,
    )
    must_be_told(judged(facts_of_price(made)))
    with transaction.atomic():
        with lost_race(_WAITING):
            made.save()
        label = f"Prix demandé\u00a0: {euros(amount)}"
        events.record(lot, "lot.prix_demande", label, hat=hat, reason=made.argument)
        deciders = Membership.objects.filter(
            organisation__kind=OrganisationKind.REGION, role=Role.DECIDEUR, is_active=True
        ).select_related("user")
        url = reverse("lot_prix_decider", args=[lot.pk, made.pk])
        notify(PriceAsked, deciders, made, f"Lot {lot.number} · {label}", url)
    return made


def grant_price(request: PriceRequest, amount: Decimal, starts_on: date, hat: Membership, reason: str) -> PriceRequest:
    """Grant it, at that amount from that day on: what its rules leave to the Région is agreed, and the group is told.

    A receipt keeps what was judged. Raises Refused: not his, decided already, more than was asked.
    """
    with transaction.atomic():
        receipts.hold_chain()
        locked = _waiting(request, hat)
        if amount > locked.amount:
            raise Refused(f"Le prix accordé ne dépasse pas le prix demandé, {euros(locked.amount)}.")
        judgement = judged(facts_of_price(locked, amount), DECIDED)
        must_be_lawful(judgement)
        receipts.issue(locked, ACT, judgement, hat=hat)
        locked.price = date_price(locked.lot, amount, starts_on, hat, reason=reason)
        locked.decided_by, locked.decided_at, locked.reason = hat, timezone.now(), reason.strip()
        locked.accorder()
        locked.save()
    return locked


def refuse_price(request: PriceRequest, hat: Membership, reason: str) -> PriceRequest:
    """Refuse it, with the reason that the group will read."""
    if not reason.strip():
        raise Refused("Écrivez le motif\u00a0: le groupement le lira.")
    with transaction.atomic():
        receipts.hold_chain()
        locked = _waiting(request, hat)
        receipts.issue(locked, ACT, judged(facts_of_price(locked)), hat=hat)
        locked.decided_by, locked.decided_at, locked.reason = hat, timezone.now(), reason.strip()
        locked.refuser()
        locked.save()
        lot, label = locked.lot, f"Prix demandé refusé\u00a0: {euros(locked.amount)}"
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
        raise Refused(f"Cette demande de prix est déjà «\u00a0{locked.get_state_display().lower()}\u00a0».")
    return locked
