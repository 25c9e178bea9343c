"""The places of a session and their employers: what fell away, what may be done, who could come, the hours more.

One page for the organisme that carries the session, for the mandataire who reads it, and for the Région.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rulebook.explained import cited, held
from core.rules import Audience, rule_texts
from core.ui.french import heures, pluriel
from core.ui.parts import Cited, Crumb
from core.ui.parts import Finding as Held
from intentions.models import Intention
from orders.enums import ComposanteState
from orders.queries import composantes_of
from sessions.enums import ExtraHoursState, OfferState, SessionState
from sessions.forms.cascade import CostForm, ExtraHoursForm, OfferForm
from sessions.models import PlaceOffer, SessionRequest
from sessions.queries import cascade
from sessions.queries import requests as queries
from sessions.queries.cascade import Option, Situation
from sessions.views.requests.common import mine, reader
from sessions.workflow import decisions, extra_hours, losses, offers

OFFER_TONES = {
    OfferState.PROPOSEE: "info",
    OfferState.ACCEPTEE: "ok",
    OfferState.DECLINEE: "non",
    OfferState.REPRISE: "line",
    OfferState.PERIMEE: "doute",
}
HOURS_TONES = {ExtraHoursState.DEMANDEE: "info", ExtraHoursState.ACCORDEE: "ok", ExtraHoursState.REFUSEE: "non"}


@dataclass(frozen=True)
class Way:
    """One lawful way before the start: what the rules say of it, what it changes on the lot, and where it is done."""

    key: str
    title: str
    tone: str
    word: str
    text: str
    cites: list[Cited]
    held: list[Held]
    url: str = ""
    action: str = ""


@reader
@require_GET
def places_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the session stands, and what each may do about it."""
    hat = hat_of(request)
    return render(request, "sessions/places/page.html", _context(request, _asked(hat, pk), hat))


def _asked(hat: Membership, pk: int) -> SessionRequest:
    asked: SessionRequest = get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk, session__isnull=False)
    return asked


def _context(
    request: HttpRequest,
    asked: SessionRequest,
    hat: Membership,
    *,
    offering: OfferForm | None = None,
    asking: ExtraHoursForm | None = None,
) -> dict[str, Any]:
    now = cascade.situation(asked)
    if now is None:
        raise Http404
    found = cascade.candidates(asked) if now.free else []
    decides = hat.kind == OrganisationKind.REGION and hat.role in decisions.DECIDERS
    audience = Audience.REGION if hat.kind == OrganisationKind.REGION else Audience.ORGANISME
    return {
        "asked": asked,
        "now": now,
        "session": now.session,
        "is_region": hat.kind == OrganisationKind.REGION,
        "is_mine": hat.organisation_id == asked.organisme_id,
        "crumbs": _crumbs(asked, hat),
        "state_words": _state_words(now),
        "texts": {key: rule_texts()[key] for key in ("R18", "R19")},
        "ways": [_way(option, now, audience, decides) for option in cascade.options(now, found)]
        if now.is_frozen
        else [],
        "may_give_back": now.is_frozen and hat.kind == OrganisationKind.REGION and hat.role in decisions.INSTRUCTORS,
        "candidates": found,
        "may_offer": bool(now.free) and offers.may_offer(asked, hat),
        "offering": offering or OfferForm(),
        "offers": [_dressed(row) for row in cascade.dressed_offers().filter(request=asked)],
        **_hours(request, now, hat, asking),
    }


def _crumbs(asked: SessionRequest, hat: Membership) -> list[Crumb]:
    if hat.kind == OrganisationKind.REGION:
        first = [Crumb("À réexaminer", reverse("region_reexamens"))]
        file = Crumb(f"Demande {asked.number}", reverse("region_demande", args=[asked.pk]))
    else:
        first = [Crumb("Demandes", reverse("demande_liste") if hat.organisation_id == asked.organisme_id else "")]
        file = Crumb(str(asked), reverse("demande_detail", args=[asked.pk]))
    return [*first, file, Crumb("Places et employeurs")]


def _state_words(now: Situation) -> tuple[str, str]:
    """(tone, sentence): where the session stands."""
    if now.is_frozen:
        return "doute", "La session est suspendue : elle ne commence ni ne recrute avant la décision de la Région."
    if now.free and now.session.has_begun:
        return "info", "La session a commencé : elle va à son terme. Ses places sans employeur peuvent être reprises."
    if now.free:
        return "doute", "L’organisme complète le groupe ; la Région décidera ensuite."
    if now.session.state == SessionState.ANNULEE:
        return "info", "La session n’aura pas lieu."
    if now.request.is_socle:
        return "info", "Une session du socle n’attend pas d’employeur pour ses places."
    if now.session.state in losses.OVER and (empty := now.places - now.posts) > 0:
        words = pluriel(empty, "place est restée sans employeur", "places sont restées sans employeur")
        return "info", f"La session est allée à son terme\u00a0; {words}."
    return "ok", "Chaque place a son employeur."


def _way(option: Option, now: Situation, audience: Audience, decides: bool) -> Way:
    parts = [option.life, *([option.asked] if option.asked else [])]
    blocking = cited((one for part in parts for one in part.blocking), "non", audience)
    # R18 calls for a decision: to end the session is one.
    asks = [one for part in parts for one in part.to_decide if option.key != "annuler" or one.id != "R18"]
    waiting = cited(asks, "doute", audience)
    tone = "non" if not option.is_lawful else "doute" if waiting else "ok"
    word = {"non": "Pas en l’état", "doute": "La Région décide", "ok": "Possible"}[tone]
    title, text = _said(option, now)
    url, action = _door(option, now) if decides else ("", "")
    if option.key == "garder" and not option.is_lawful:
        url = ""
    return Way(
        option.key,
        title,
        tone,
        word,
        text,
        [*blocking, *waiting],
        held(option.life.satisfied, "ok", audience),
        url,
        action,
    )


def _said(option: Option, now: Situation) -> tuple[str, str]:
    match option.key:
        case "garder":
            return f"La garder avec {pluriel(option.seats, 'place')}", _hours_back(now, option.hours)
        case "remplacer":
            return (
                "Remplacer l’employeur",
                (
                    "Les intentions qui attendent et conviennent sont plus bas. Chaque employeur accepte ou décline ; "
                    "quand chaque place a le sien, la Région confirme la session."
                ),
            )
    return "L’annuler", _hours_back(now, Decimal(0)) + " Les autres employeurs sont de nouveau en attente."


def _hours_back(now: Situation, after: Decimal) -> str:
    """What the lot gets back, and how."""
    known = composantes_of(now.session)
    if not known:
        return "Le lot garde ses heures telles qu’elles sont."
    before = known[0].balance.held
    back = before - after
    how = (
        "par un avenant que le gestionnaire émet" if known[0].state == ComposanteState.COMMANDEE else "dès la décision"
    )
    return f"{heures(before)} sur le lot aujourd’hui, {heures(after)} ensuite : {heures(back)} lui reviennent {how}."


def _door(option: Option, now: Situation) -> tuple[str, str]:
    match option.key:
        case "garder":
            return reverse("region_maintenir", args=[now.request.pk]), "Garder la session…"
        case "remplacer":
            return "#intentions", "Voir les intentions"
    return reverse("region_retirer_session", args=[now.request.pk]), "Annuler la session…"


def _dressed(row: PlaceOffer) -> PlaceOffer:
    row.tone = OFFER_TONES[OfferState(row.state)]  # type: ignore[attr-defined]
    return row


def _employers(now: Situation) -> QuerySet[Intention]:
    """The employers who stand in the session: it is at their demand that hours are added."""
    held = cascade.standing(now.request).values("post__intention")
    return Intention.objects.filter(pk__in=held).select_related("employer").order_by("employer__name", "pk")


def _hours(request: HttpRequest, now: Situation, hat: Membership, asking: ExtraHoursForm | None) -> dict[str, Any]:
    """The hours more: what they would cost on the lot, what was asked, and the form that asks."""
    known = extra_hours.of_session(now.session) if now.session.has_begun else None
    rows = list(now.session.extra_hours.select_related("intention__employer", "composante", "decided_by__user"))
    for row in rows:
        row.tone = HOURS_TONES[ExtraHoursState(row.state)]  # type: ignore[attr-defined]
    waits = any(row.state == ExtraHoursState.DEMANDEE for row in rows)
    typed = request.GET if request.GET.keys() & {"places", "hours_each"} else None
    form = CostForm(typed, initial={"places": now.session.seats})
    cost = None
    if typed is not None and form.is_valid():
        cost = extra_hours.cost(now.session, form.cleaned_data["places"], form.cleaned_data["hours_each"])
    may_ask = known is not None and extra_hours.may_ask(now.session, hat) and not waits
    if asking is None and may_ask and cost is not None and cost.fits:
        start = {name: request.GET.get(name, "") for name in ("places", "hours_each")}
        asking = ExtraHoursForm(employers=_employers(now), initial=start)
    return {
        "has_begun": now.session.has_begun,
        "completes": known,
        "cost_form": form,
        "cost": cost,
        "asking": asking,
        "may_ask": may_ask,
        "extra_rows": rows,
        "may_decide_hours": extra_hours.may_decide(hat),
    }


@reader
@require_POST
def offer_places(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the places to the chosen employers, in one act."""
    hat = hat_of(request)
    asked = _asked(hat, pk)
    if not offers.may_offer(asked, hat):
        raise Http404
    form, back = OfferForm(request.POST), reverse("demande_places", args=[pk])
    chosen = [int(one) for one in request.POST.getlist("intentions") if one.isdecimal() and len(one) < 18]
    if form.is_valid():
        try:
            with once(request, "places.proposer") as claim:
                if claim.done:
                    return redirect(claim.location)
                made = offers.offer(asked, chosen, hat, form.cleaned_data["word"])
                claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            count = pluriel(len(made), "employeur est prévenu", "employeurs sont prévenus")
            messages.success(request, f"C’est proposé : {count}. Leur réponse s’affichera ici.")
            return redirect(back)
    context = _context(request, asked, hat, offering=form)
    context["chosen"] = set(chosen)
    return render(request, "sessions/places/page.html", context, status=422)


@reader
@require_POST
def take_back_offer(request: HttpRequest, pk: int, offer: int) -> HttpResponse:
    """An offer that waits is taken back; its employer is told."""
    hat = hat_of(request)
    asked = _asked(hat, pk)
    row = get_object_or_404(asked.offers.select_related("intention__employer", "request"), pk=offer)
    if not offers.may_offer(asked, hat):
        raise Http404
    try:
        offers.take_back(row, hat)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"La proposition à {row.intention.employer} est reprise.")
    return redirect("demande_places", pk=pk)


@reader
@require_POST
def ask_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the Région for hours more (R51)."""
    hat, asked = mine(request, pk)
    now = cascade.situation(asked)
    if now is None or not extra_hours.may_ask(now.session, hat):
        raise Http404
    form, back = ExtraHoursForm(request.POST, employers=_employers(now)), reverse("demande_places", args=[pk])
    if form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "heures.demander") as claim:
                if claim.done:
                    return redirect(claim.location)
                extra_hours.ask(now.session, hat, **said)
                claim.keep(f"{back}#heures")
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "La Région a votre demande d’heures ; elle vous répondra ici.")
            return redirect(f"{back}#heures")
    return render(request, "sessions/places/page.html", _context(request, asked, hat, asking=form), status=422)
