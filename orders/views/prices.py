"""A change of a lot's price: asked by the mandataire, decided by a décideur (R124)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import euros, jour
from core.ui.parts import Crumb, Fact
from orders import queries, workflow
from orders.enums import PriceRequestState
from orders.facts import facts_of_price, judged
from orders.forms import PriceForm
from orders.models import Lot, PriceRequest
from orders.order_forms import PriceDecisionForm, PriceRequestForm
from orders.views.judged import told
from orders.workflow import prices

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)
keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))
decider = hat_required(OrganisationKind.REGION, roles=("decideur",))


def _crumbs(lot: Lot, last: str) -> list[Crumb]:
    return [
        Crumb("Lots", reverse("lot_liste")),
        Crumb(f"Lot {lot.number}", reverse("lot_detail", args=[lot.pk])),
        Crumb(last),
    ]


@keeper
@require_http_methods(["GET", "POST"])
def price_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The first price of a lot, from a day on (R123)."""
    hat, lot = hat_of(request), get_object_or_404(queries.visible_to(hat_of(request)), pk=pk)
    form = PriceForm(request.POST if request.method == "POST" else None)
    back = reverse("lot_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "lot.prix") as claim:
                if not claim.done:
                    workflow.set_price(lot, hat=hat, **form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error("starts_on", refused.message)
        else:
            messages.success(request, "Le prix est daté.")
            return redirect(back)
    context = {
        "form": form,
        "title": f"Dater un prix · lot {lot.number}",
        "lead": "Un seul prix pour le groupement et ses sessions. Il change ensuite par une demande décidée.",
        "action": "Dater ce prix",
        "back": back,
        "crumbs": _crumbs(lot, "Dater un prix"),
    }
    return render(request, "orders/formulaire.html", context, status=422 if form.is_bound else 200)


@reader
@require_http_methods(["GET", "POST"])
def price_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The mandataire asks for another price, and says why."""
    hat = hat_of(request)
    lot = get_object_or_404(queries.visible_to(hat), pk=pk)
    if not prices.may_ask_price(lot, hat):
        raise Http404
    form = PriceRequestForm(request.POST if request.method == "POST" else None)
    back = reverse("lot_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "prix.demander") as claim:
                if not claim.done:
                    prices.ask_price(lot, hat=hat, **form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "La demande de prix est envoyée à la Région.")
            return redirect(back)
    price = queries.price_at(lot)
    context = {
        "form": form,
        "title": f"Demander un autre prix · lot {lot.number}",
        "lead": "La Région étudie chaque demande au cas par cas\u00a0; aucune hausse n’est automatique. "
        + (f"Prix d’aujourd’hui\u00a0: {euros(price)}." if price else ""),
        "action": "Envoyer la demande",
        "back": back,
        "crumbs": _crumbs(lot, "Demander un autre prix"),
    }
    return render(request, "orders/formulaire.html", context, status=422 if form.is_bound else 200)


@decider
@require_http_methods(["GET", "POST"])
def price_decide(request: HttpRequest, pk: int, demande: int) -> HttpResponse:
    """Grant a price from a day on, or refuse it with a reason."""
    hat = hat_of(request)
    lot = get_object_or_404(queries.visible_to(hat), pk=pk)
    asked = get_object_or_404(lot.price_requests.select_related("asked_by__organisation"), pk=demande)
    back = reverse("lot_detail", args=[pk])
    if asked.state != PriceRequestState.DEMANDEE:
        messages.info(request, "Cette demande de prix est déjà décidée.")
        return redirect(back)
    initial = {"amount": asked.amount, "starts_on": asked.wished_on}
    form = PriceDecisionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if said["decision"] == PriceDecisionForm.GRANT:
                prices.grant_price(asked, said["amount"], said["starts_on"], hat, said["reason"])
            else:
                prices.refuse_price(asked, hat, said["reason"])
        except Refused as refused:
            form.add_error("decision", refused.message)
        else:
            messages.success(request, "La décision est prise. Le groupement en est averti.")
            return redirect(back)
    context = {
        "form": form,
        "title": f"Décider d’un prix · lot {lot.number}",
        "lead": f"{asked.asked_by.organisation} demande {euros(asked.amount)} par heure-stagiaire à partir du "
        f"{jour(asked.wished_on, weekday=False)}.",
        "facts": _facts(asked),
        "told": told(judged(facts_of_price(asked))),
        "action": "Décider",
        "back": back,
        "crumbs": _crumbs(lot, "Décider d’un prix"),
    }
    return render(request, "orders/formulaire.html", context, status=422 if form.is_bound else 200)


def _facts(asked: PriceRequest) -> list[Fact]:
    """What the group says, and what transport has to do with it."""
    price = queries.price_for(asked.lot, asked.wished_on)
    facts = [
        Fact("Prix du lot à cette date", euros(price) if price else "", rule="R123"),
        Fact("Prix demandé", euros(asked.amount)),
        Fact("Ce qui le justifie", asked.argument, rule="R124"),
    ]
    if asked.transport_cost is not None and asked.company_share is not None:
        share = f"{euros(asked.transport_cost)}, dont {euros(asked.company_share)} pris par l’entreprise"
        facts += [Fact("Surcoût de transport", share, rule="R125"), Fact("Son chiffrage", asked.transport_estimate)]
    return facts
