"""Bons de commande: what the Région has sent on each lot, and what the mandataire must acknowledge."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.events import history_of
from core.journal.refusals import Refused
from core.ui.french import heures
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Event, Fact
from core.ui.tables import Column, Empty, Table
from orders import queries
from orders.documents import file_of
from orders.enums import Account, OrderState
from orders.models import BonDeCommande, Composante
from orders.queries import orders as orders_of
from orders.workflow import bons

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)

TABLE = Table(
    caption="Bons de commande",
    columns=[
        Column(
            "numero",
            "Numéro",
            value=lambda order: order.number or "À émettre",
            link=lambda order: reverse("commande_detail", args=[order.pk]),
        ),
        Column("lot", "Lot", value=lambda order: str(order.lot)),
        Column("destinataire", "Destinataire", value=lambda order: str(order.addressee or "")),
        Column("composantes", "Composantes", value="count", kind="integer"),
        Column("heures", "Heures commandées", value="hours", kind="hours"),
        Column("emis", "Émis le", value="issued_at", kind="date"),
        Column("etat", "État", value=lambda order: order.get_state_display()),
    ],
    empty=Empty("Aucun bon de commande", "Une session autorisée se commande depuis la page de son lot."),
)


@reader
@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """The orders that the hat may see, last first."""
    page = paginate(orders_of.with_totals(orders_of.visible_to(hat_of(request))), request)
    context = {"page": page, "table": TABLE.bind(page.rows), "total": page.total_text("bon de commande")}
    return render(request, "orders/commandes.html", context)


def _order(request: HttpRequest, pk: int) -> BonDeCommande:
    rows = orders_of.visible_to(hat_of(request)).select_related("lot__marche", "period__balance", "addressee")
    return get_object_or_404(rows, pk=pk)


@reader
@require_GET
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what it buys, where its hours stand, its avenants, what the reader may do."""
    hat, order = hat_of(request), _order(request, pk)
    composantes = order.composantes.select_related("balance", "organisme").order_by("number")
    is_region = hat.kind == OrganisationKind.REGION
    return render(
        request,
        "orders/commande.html",
        {
            "order": order,
            "crumbs": [Crumb("Bons de commande", reverse("commande_liste")), Crumb(str(order))],
            "facts": _facts(order),
            "composantes": composantes,
            "avenants": order.avenants.exclude(state=OrderState.ABANDONNE).order_by("number", "id"),
            "may_order": queries.may_edit(hat),
            "may_acknowledge": order.state == OrderState.EMIS and orders_of.is_addressee(order, hat),
            "events": _history(order) if is_region else [],
        },
    )


def _facts(order: BonDeCommande) -> list[Fact]:
    return [
        Fact("Lot", order.lot, url=reverse("lot_detail", args=[order.lot_id])),
        Fact("Destinataire", order.addressee, rule="R117"),
        Fact("Objet", order.title),
        Fact("Observations", order.note),
    ]


def _history(subject: Any) -> list[Event]:
    lines = history_of(subject, with_internal=True)
    return [Event(one.at, one.label, one.reason, str(one.hat or one.actor or "Le portail")) for one in lines][::-1]


@reader
@require_POST
def order_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the order to the mandataire."""
    return _act(request, pk, lambda order: bons.issue(order, hat_of(request)), "Le bon de commande est émis.")


@reader
@require_POST
def order_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The mandataire has the order."""
    return _act(request, pk, lambda order: bons.acknowledge(order, hat_of(request)), "La réception est accusée.")


@reader
@require_POST
def order_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an order whose trainings are over."""
    return _act(request, pk, lambda order: bons.close(order, hat_of(request)), "Le bon de commande est soldé.")


def _act(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponse:
    order = _order(request, pk)
    try:
        act(order)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect("commande_detail", pk=pk)


@reader
@require_GET
def order_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed file of an issued order."""
    order = _order(request, pk)
    return _pdf(file_of(order), f"bon-de-commande-{order.number}.pdf")


@reader
@require_GET
def avenant_file(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    """The sealed file of an issued avenant."""
    order = _order(request, pk)
    avenant = get_object_or_404(order.avenants, number=rank)
    return _pdf(file_of(avenant), f"bon-de-commande-{order.number}-avenant-{rank}.pdf")


def _pdf(content: bytes | None, name: str) -> HttpResponse:
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@reader
@require_GET
def composante_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One composante: where its hours stand, the entries that say so, its months."""
    hat = hat_of(request)
    rows = orders_of.composantes_visible_to(hat).select_related("lot", "balance", "organisme", "order", "completes")
    composante = get_object_or_404(rows, pk=pk)
    return render(
        request,
        "orders/composante.html",
        {
            "composante": composante,
            "crumbs": _crumbs(composante),
            "facts": [
                Fact("Lot", composante.lot, url=reverse("lot_detail", args=[composante.lot_id])),
                Fact("Organisme", composante.organisme),
                Fact("Type", composante.get_kind_display()),
                Fact("Session", composante.reference),
                Fact("Parcours", f"{composante.places} × {heures(composante.hours_each)}"),
                Fact("Complète", composante.completes),
            ],
            "entries": orders_of.entries_of(composante),
            "accounts": Account,
            "statements": composante.statements.select_related("stated_by__user").order_by("-month", "-version"),
        },
    )


def _crumbs(composante: Composante) -> list[Crumb]:
    trail = [Crumb("Bons de commande", reverse("commande_liste"))]
    if composante.order is not None:
        trail.append(Crumb(str(composante.order), reverse("commande_detail", args=[composante.order_id])))
    return [*trail, Crumb(composante.number)]
