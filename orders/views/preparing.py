"""A bon de commande before it is sent: chosen on its lot, changed, given up, or sent after a page that shows it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import heures
from core.ui.parts import Crumb, Fact
from orders import queries
from orders.enums import OrderState
from orders.facts import agreed, facts_of_order, granted_by, judged
from orders.models import BonDeCommande, Lot
from orders.order_forms import AgreementForm, OrderForm
from orders.queries import lot as lot_hours
from orders.queries import orders as orders_of
from orders.views.judged import told
from orders.workflow import bons

keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))


@keeper
@require_http_methods(["GET", "POST"])
def order_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what an order of this lot carries. The address may name composantes chosen already."""
    hat = hat_of(request)
    lot = get_object_or_404(queries.visible_to(hat), pk=pk)
    form = OrderForm(
        request.POST if request.method == "POST" else None,
        ready=lot_hours.to_order(lot),
        initial={"composantes": request.GET.getlist("composantes")},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "commande.preparer") as claim:
                if not claim.done:
                    order = bons.prepare(lot, said["composantes"], hat, title=said["title"], note=said["note"])
                    claim.keep(reverse("commande_detail", args=[order.pk]))
        except Refused as refused:
            form.add_error("composantes", refused.message)
        else:
            messages.success(request, "Le bon de commande est préparé. Relisez-le, puis émettez-le.")
            return redirect(claim.location)
    return _page(request, form, lot, "Préparer un bon de commande", reverse("lot_detail", args=[pk]))


@keeper
@require_http_methods(["GET", "POST"])
def order_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a draft carries and says."""
    hat, order = hat_of(request), _draft(request, pk)
    form = OrderForm(
        request.POST if request.method == "POST" else None,
        ready=lot_hours.ready_for(order),
        initial={"composantes": list(order.composantes.values_list("pk", flat=True)), "title": order.title,
                 "note": order.note},
    )  # fmt: skip
    back = reverse("commande_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            bons.revise(order, said["composantes"], hat, title=said["title"], note=said["note"])
        except Refused as refused:
            form.add_error("composantes", refused.message)
        else:
            messages.success(request, "Le bon de commande est modifié.")
            return redirect(back)
    return _page(request, form, order.lot, "Modifier le bon de commande", back)


def _page(request: HttpRequest, form: OrderForm, lot: Lot, title: str, back: str) -> HttpResponse:
    context = {
        "form": form,
        "lot": lot,
        "title": title,
        "back": back,
        "crumbs": [
            Crumb("Lots", reverse("lot_liste")),
            Crumb(f"Lot {lot.number}", reverse("lot_detail", args=[lot.pk])),
            Crumb(title),
        ],
        "any": form.offers,
    }
    return render(request, "orders/preparer.html", context, status=422 if form.is_bound else 200)


@keeper
@require_http_methods(["GET", "POST"])
def order_abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a draft, after a page that says what becomes of its composantes."""
    order = _draft(request, pk)
    if request.method == "POST":
        try:
            bons.abandon(order, hat_of(request))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("commande_detail", pk=pk)
        messages.success(request, "La préparation est abandonnée : ses composantes sont de nouveau à commander.")
        return redirect("lot_detail", pk=order.lot_id)
    context = {
        "title": "Abandonner ce bon de commande ?",
        "text": "Il n’a pas été émis. Ses composantes gardent leurs heures et restent à commander sur le lot.",
        "action": "Abandonner la préparation",
        "back": reverse("commande_detail", args=[pk]),
        "danger": True,
        "form": "",
    }
    return render(request, "ui/confirm.html", context)


@keeper
@require_http_methods(["GET", "POST"])
def order_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the order to the mandataire, after a page that shows what its rules say and what will not change again."""
    order = get_object_or_404(_orders(request), pk=pk)
    rows = list(carried(order))
    if order.state != OrderState.BROUILLON:
        if request.method == "GET":
            raise Http404
        messages.error(request, f"{order}\u00a0: il n’est plus en préparation. Rien n’a été changé.")
        return redirect("commande_detail", pk=pk)
    given = agreed(rows)
    judgement = judged(facts_of_order(order, rows), granted_by(given))
    form = AgreementForm(request.POST if request.method == "POST" else None, to_agree=judgement.to_decide)
    if request.method == "POST" and form.is_valid():
        try:
            bons.issue(order, hat_of(request), granted=form.cleaned_data.get("granted", ()))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Le bon de commande est émis. Le mandataire en est averti.")
            return redirect("commande_detail", pk=pk)
    context = {
        "order": order,
        "form": form,
        "told": told(judgement, given=given),
        "lines": lot_hours.Lines(rows),
        "facts": [
            Fact("Destinataire", queries.mandataire_of(order.lot), rule="R117"),
            Fact("Lot", order.lot),
            Fact("Objet", order.title),
            Fact("Observations", order.note),
        ],
        "back": reverse("commande_detail", args=[pk]),
    }
    return render(request, "orders/emettre.html", context, status=422 if form.is_bound else 200)


@keeper
@require_POST
def order_price(request: HttpRequest, pk: int) -> HttpResponse:
    """The composantes of a draft take the price of the lot at their dates (R123)."""
    try:
        bons.apply_price(_draft(request, pk), hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Les composantes sont au prix du lot.")
    return redirect("commande_emettre", pk=pk)


def carried(order: BonDeCommande) -> Any:
    """The composantes of an order as its page lists them."""
    return order.composantes.select_related("balance", "organisme", "completes").order_by("number")


@keeper
@require_http_methods(["GET", "POST"])
def order_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an order whose trainings are over, after a page that says what goes back to the lot."""
    order = get_object_or_404(_orders(request), pk=pk)
    if request.method == "POST":
        try:
            bons.close(order, hat_of(request))
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "Le bon de commande est soldé.")
        return redirect("commande_detail", pk=pk)
    if order.state not in (OrderState.EMIS, OrderState.ACCUSE):
        raise Http404
    context = {
        "title": f"Solder le bon de commande {order.number} ?",
        "text": f"{_given_back(order)} Plus rien ne s’y réalise ensuite.",
        "action": "Solder le bon de commande",
        "back": reverse("commande_detail", args=[pk]),
        "danger": True,
        "form": "",
    }
    return render(request, "ui/confirm.html", context)


def _given_back(order: BonDeCommande) -> str:
    """What closing the order gives back to the lot."""
    left = sum((one.balance.commande for one in order.composantes.select_related("balance")), Decimal(0))
    if not left:
        return "Toutes ses heures sont réalisées\u00a0: aucune ne revient au lot."
    return f"{heures(left)} commandées et pas réalisées reviennent au lot."


def _orders(request: HttpRequest) -> Any:
    return orders_of.visible_to(hat_of(request)).select_related("lot__marche", "period__balance", "addressee")


def _draft(request: HttpRequest, pk: int) -> BonDeCommande:
    order: BonDeCommande = get_object_or_404(_orders(request), pk=pk)
    if order.state != OrderState.BROUILLON:
        raise Http404
    return order
