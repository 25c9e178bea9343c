"""The month's end on one screen: what can be invoiced, what is missing, from whom; and all of it in one act."""

from datetime import date, timedelta

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.months import last_of, next_of
from core.ui.filters import ListFilter
from core.ui.french import liste, mois
from core.ui.pagination import Counted, paginate
from core.ui.parts import Crumb
from core.ui.tables import Column, Table, export_response
from invoices.filters import LOTS
from invoices.models import MonthBatch, MonthBatchRow
from invoices.queries.month_end import MonthEnd, Stands, counts, flow, month_ends, month_orders
from invoices.views.tables import find_order, month_of, reader
from invoices.workflow import month_batch, nudges
from orders.models import BonDeCommande
from orders.queries.market import kept_by, may_edit

organisme = hat_required(OrganisationKind.ORGANISME)
keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))
TONES = {
    Stands.A_FACTURER: "info",
    Stands.ORGANISME: "doute",
    Stands.REGION: "doute",
    Stands.CONTESTE: "doute",
    Stands.A_OUVRIR: "doute",
    Stands.HEURES: "doute",
    Stands.FACTURE: "ok",
    Stands.RIEN: "line",
}
WORDS = {
    MonthBatchRow.State.A_FAIRE: ("À faire", "line"),
    MonthBatchRow.State.EMISE: ("Fichier à faire", "info"),
    MonthBatchRow.State.FAITE: ("Faite", "ok"),
    MonthBatchRow.State.REFUSEE: ("À revoir", "doute"),
}
FIGURES = (
    ("à facturer", (Stands.A_FACTURER,)),
    ("en attente d’un organisme", (Stands.ORGANISME, Stands.HEURES)),
    ("en attente de la Région", (Stands.REGION, Stands.CONTESTE, Stands.A_OUVRIR)),
    ("avec facture", (Stands.FACTURE,)),
)
TABLE = Table(
    caption="Fin de mois",
    columns=[
        Column("commande", "Bon de commande", value="order.number"),
        Column("lot", "Lot", value="order.lot.number", kind="integer"),
        Column("mandataire", "Mandataire", value=lambda one: str(one.order.addressee or "")),
        Column("etat", "Où en est le mois", value="stands.label"),
        Column("accorde", "Accordé par les deux parties", value="agreed", kind="money"),
        Column("manque", "Il manque", value=lambda one: " ; ".join(missing.text for missing in one.missing)),
        Column("attendu", "Attendu de", value=lambda one: " ; ".join(whose(one))),
        Column("facture", "Facture", value=lambda one: one.invoice.number if one.invoice else ""),
    ],
)


def whose(row: MonthEnd) -> list[str]:
    """Those whom the month waits for, each once."""
    return list(dict.fromkeys(str(one.organisme) if one.organisme else str(one.by.label) for one in row.missing))


class MonthFilter(ListFilter):
    q = django_filters.CharFilter(
        label="Bon de commande ou organisme", method="search", widget=forms.TextInput({"type": "search"})
    )
    etat = django_filters.ChoiceFilter(
        label="Où en est le mois", method="stands", choices=Stands.choices, empty_label="Partout"
    )
    lots = django_filters.ChoiceFilter(label="Lots", method="own", choices=LOTS, empty_label="Tous les lots")

    class Meta:
        model = BonDeCommande
        fields: list[str] = []

    def search(self, queryset: QuerySet[BonDeCommande], name: str, value: str) -> QuerySet[BonDeCommande]:
        text = value.strip()[:100]
        return queryset.filter(Q(number__icontains=text) | Q(addressee__name__icontains=text))

    def stands(self, queryset: QuerySet[BonDeCommande], name: str, value: str) -> QuerySet[BonDeCommande]:
        return queryset.filter(stands=value)  # type: ignore[misc]

    def own(self, queryset: QuerySet[BonDeCommande], name: str, value: str) -> QuerySet[BonDeCommande]:
        return queryset.filter(kept_by(hat_of(self.request), "lot"))


def _rows(request: HttpRequest, month: date) -> tuple[MonthFilter, QuerySet[BonDeCommande]]:
    hat = hat_of(request)
    seen = month_orders(hat, month).select_related("lot", "addressee")
    bound = MonthFilter(request.GET, queryset=seen, request=request)
    if hat.kind != OrganisationKind.REGION:
        del bound.filters["lots"]
    return bound, bound.qs if bound.is_valid() else seen


@reader
@require_safe
def month_end(request: HttpRequest, month: str) -> HttpResponse:
    """Every order that trained in the month: where it stands, what it lacks, and who is waited for."""
    hat, first = hat_of(request), month_of(month)
    bound, rows = _rows(request, first)
    page = paginate(rows, request)
    found = counts(month_orders(hat, first))
    context = {
        "month": first,
        "key": month,
        "page": page,
        "rows": [(one, TONES[one.stands]) for one in month_ends(page.rows, first, hat)],
        "figures": [(label, _sum(found, states)) for label, states in FIGURES],
        "ready": _ready(found),
        "batch": month_batch.visible_batches(hat).filter(month=first).first(),
        "is_region": hat.kind == OrganisationKind.REGION,
        "may_nudge": may_edit(hat) and last_of(first) < timezone.localdate(),
        **bound.head("fin_de_mois_export", month),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{next_of(first):%Y-%m}",
        "crumbs": [Crumb("Factures", reverse("facture_liste")), Crumb(mois(first).capitalize())],
    }
    return render(request, "invoices/fin_de_mois.html", context)


def _sum(found: dict[Stands, Counted], states: tuple[Stands, ...]) -> str:
    known = [found[one] for one in states if one in found]
    return Counted(sum(one.number for one in known), any(one.capped for one in known)).figure


def _ready(found: dict[Stands, Counted]) -> str:
    """« 3 bons de commande sont accordés », or nothing."""
    known = found.get(Stands.A_FACTURER)
    return known.text("bon de commande est accordé", "bons de commande sont accordés") if known else ""


@reader
@require_safe
def month_export(request: HttpRequest, month: str, fmt: str) -> HttpResponseBase:
    """The same rows as the screen, all pages of it, as a file."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    first = month_of(month)
    return export_response(TABLE, flow(_rows(request, first)[1], first, hat_of(request)), f"fin-de-mois-{month}", fmt)


@keeper
@require_POST
def month_nudge(request: HttpRequest, month: str, pk: int) -> HttpResponse:
    """Tell the organismes what an order's month still waits for."""
    try:
        told = nudges.nudge(find_order(request, pk), month_of(month), hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"Relance envoyée à {liste(told)}.")
    return redirect(reverse("fin_de_mois", args=[month]) + (f"?{request.GET.urlencode()}" if request.GET else ""))


@organisme
@require_POST
def month_invoice(request: HttpRequest, month: str) -> HttpResponse:
    """Make every invoice that is ready."""
    try:
        with once(request, "factures.mois") as claim:
            if not claim.done:
                batch = month_batch.start(month_of(month), hat_of(request))
                claim.keep(reverse("factures_du_mois", args=[batch.pk]))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("fin_de_mois", month)
    return redirect(claim.location)


@organisme
@require_safe
def month_batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, each invoice made, and why one was not. htmx asks the same address for the progress alone."""
    batch = get_object_or_404(month_batch.visible_batches(hat_of(request)), pk=pk)
    running = batch.state == MonthBatch.State.EN_COURS
    context = {
        "batch": batch,
        "running": running,
        "done": month_batch.steps_done(month_batch.counts(batch)),
        "steps": 2 * batch.row_count,
    }
    if request.headers.get("HX-Request"):
        response = render(request, "invoices/parts/avancement.html", context)
        if not running:
            response["HX-Refresh"] = "true"  # finished: show the whole page
        return response
    rows = batch.rows.select_related("table__order", "invoice").defer(
        "table__order__pdf", "table__order__content", "invoice__pdf", "invoice__content"
    )
    page = paginate(rows.order_by("pk"), request)
    key = f"{batch.month:%Y-%m}"
    crumbs = [
        Crumb("Factures", reverse("facture_liste")),
        Crumb(mois(batch.month).capitalize(), reverse("fin_de_mois", args=[key])),
        Crumb("Factures du mois"),
    ]
    shown = [(one, *WORDS[MonthBatchRow.State(one.state)]) for one in page.rows]
    context |= {"page": page, "rows": shown, "key": key, "crumbs": crumbs}
    return render(request, "invoices/factures_du_mois.html", context)
