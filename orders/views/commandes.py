"""Bons de commande: what the Région has sent on each lot, and what the mandataire must acknowledge."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.rulebook.letters import code_of
from core.rulebook.receipts import last_receipt
from core.ui.french import euros, heures
from core.ui.html import badge
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Column, Empty, Table, export_response
from orders import queries
from orders.documents import file_of
from orders.enums import Account, ComposanteState, OrderMove, OrderState
from orders.filters import OrderFilter
from orders.models import BonDeCommande, Composante
from orders.queries import hours as hours_of
from orders.queries import orders as orders_of
from orders.queries.lot import Lines
from orders.workflow import bons

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)

TONES = {
    OrderState.BROUILLON: "line",
    OrderState.EMIS: "doute",
    OrderState.ACCUSE: "ok",
    OrderState.SOLDE: "acc",
    OrderState.ABANDONNE: "line",
}
TABLE = Table(
    caption="Bons de commande",
    columns=[
        Column(
            "numero",
            "Numéro",
            value=lambda order: order.number or "À émettre",
            link=lambda order: reverse("commande_detail", args=[order.pk]),
        ),
        Column("objet", "Objet", value="title", on_screen=False),
        Column("lot", "Lot", value=lambda order: str(order.lot)),
        Column("destinataire", "Destinataire", value=lambda order: str(order.addressee or "")),
        Column("composantes", "Composantes", value="count", kind="integer"),
        Column("heures", "Heures commandées", value="hours", kind="hours"),
        Column("emis", "Émis le", value="issued_at", kind="date"),
        Column("accuse", "Réception accusée le", value="acknowledged_at", kind="date", on_screen=False),
        Column(
            "etat",
            "État",
            value=lambda order: order.get_state_display(),
            show=lambda order: badge(order.get_state_display(), TONES[order.state]),
        ),
    ],
    empty=Empty("Aucun bon de commande", "Une session autorisée se commande depuis la page de son lot."),
)


def _rows(request: HttpRequest) -> tuple[OrderFilter, QuerySet[BonDeCommande]]:
    """The filter bound to the address, and the orders that it leaves, last first."""
    seen = orders_of.visible_to(hat_of(request))
    bound = OrderFilter(request.GET, queryset=seen, request=request)
    return bound, orders_of.with_totals(bound.qs if bound.is_valid() else seen, hat_of(request))


@reader
@require_GET
def order_list(request: HttpRequest) -> HttpResponse:
    """The orders that the hat may see, last first."""
    bound, rows = _rows(request)
    page = paginate(rows, request)
    hat = hat_of(request)
    context = {
        "page": page,
        "table": TABLE.bind(page.rows, empty=FILTERED if bound.active else None),
        **bound.head("commande_export"),
        "may_order": queries.may_edit(hat),
    }
    return render(request, "orders/commandes.html", context)


FILTERED = Empty("Aucun bon de commande ne répond à ces filtres", "Ôtez un filtre pour en voir davantage.", "?",
                 "Ôter les filtres")  # fmt: skip


@reader
@require_GET
def order_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows as the screen, all pages of it, as a file."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    _bound, rows = _rows(request)
    return export_response(TABLE, rows, "bons-de-commande", fmt)


def find_order(request: HttpRequest, pk: int) -> BonDeCommande:
    rows = orders_of.visible_to(hat_of(request)).select_related("lot__marche", "period__balance", "addressee")
    return get_object_or_404(rows, pk=pk)


@reader
@require_GET
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what it buys, where its hours stand, its avenants, what the reader may do."""
    hat, order = hat_of(request), find_order(request, pk)
    whole = orders_of.reads_whole(order, hat)
    composantes = orders_of.lines_of(order, hat).select_related("balance", "organisme", "completes")
    is_region = hat.kind == OrganisationKind.REGION
    return render(
        request,
        "orders/commande.html",
        {
            "order": order,
            "crumbs": [Crumb("Bons de commande", reverse("commande_liste")), Crumb(str(order))],
            "facts": _facts(order, whole=whole),
            "whole": whole,
            "composantes": composantes,
            "lines": Lines(list(composantes)),
            "tone": TONES[OrderState(order.state)],
            "avenants": orders_of.avenants_of(order, hat),
            "may_order": queries.may_edit(hat),
            "holds": whole and not is_region,
            "may_close": order.state in OrderMove.SOLDER.sources,
            "receipt": _receipt_code(order) if is_region else "",
            "events": timeline(order, with_internal=True) if is_region else [],
        },
    )


def _receipt_code(order: BonDeCommande) -> str:
    receipt = last_receipt(order)
    return code_of(receipt) if receipt else ""


def _facts(order: BonDeCommande, *, whole: bool) -> list[Fact]:
    facts = [
        Fact("Lot", order.lot, url=reverse("lot_detail", args=[order.lot_id])),
        Fact("Destinataire", order.addressee or queries.mandataire_of(order.lot), rule="R117"),
        Fact("Objet", order.title),
    ]
    return [*facts, Fact("Observations", order.note)] if whole else facts


@reader
@require_POST
def order_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The mandataire has the order."""
    return _act(request, pk, lambda order: bons.acknowledge(order, hat_of(request)), "La réception est accusée.")


def _act(request: HttpRequest, pk: int, act: Any, said: str) -> HttpResponse:
    order = find_order(request, pk)
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
    """The sealed file of an issued order, for those who read the whole of it."""
    order = _find_whole(request, pk)
    return _pdf(file_of(order), f"bon-de-commande-{order.number}.pdf")


@reader
@require_GET
def avenant_file(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    """The sealed file of an issued avenant."""
    order = _find_whole(request, pk)
    avenant = get_object_or_404(order.avenants, number=rank)
    return _pdf(file_of(avenant), f"bon-de-commande-{order.number}-avenant-{rank}.pdf")


def _find_whole(request: HttpRequest, pk: int) -> BonDeCommande:
    order = find_order(request, pk)
    if not orders_of.reads_whole(order, hat_of(request)):
        raise Http404
    return order


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
    bought = composante.state in (ComposanteState.COMMANDEE, ComposanteState.SOLDEE)
    may_state = hat.kind == OrganisationKind.ORGANISME and composante.state == ComposanteState.COMMANDEE
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
                Fact("Prix", f"{euros(composante.price)} par heure-stagiaire", rule="R123"),
                *_completes(composante),
            ],
            "entries": orders_of.entries_of(composante),
            "accounts": Account,
            "done": hours_of.done_by_month(composante),
            "statements": hours_of.statements_of(composante),
            "complements": composante.complements.order_by("number"),
            "may_complete": queries.may_edit(hat) and bought,
            "may_state": may_state,
            "months": hours_of.months_to_state(composante) if may_state else [],
        },
    )


def _completes(composante: Composante) -> list[Fact]:
    if composante.completes is None:
        return []
    url = reverse("composante_detail", args=[composante.completes_id])
    return [Fact("Complète", composante.completes, url=url), Fact("Motif", composante.reason)]


def _crumbs(composante: Composante) -> list[Crumb]:
    trail = [Crumb("Bons de commande", reverse("commande_liste"))]
    if composante.order is not None:
        trail.append(Crumb(str(composante.order), reverse("commande_detail", args=[composante.order_id])))
    return [*trail, Crumb(composante.number)]
