"""The whole market in one spreadsheet, on screen: send it, read what it would change, confirm, take back the rest."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui import html
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import Column, Empty, Table, export_response
from orders.forms import MarketConfirmForm, MarketFileForm
from orders.importing import batches, columns, records
from orders.importing.template import template
from orders.models import MarketImport, MarketImportRow

keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))
State, RowState = MarketImport.State, MarketImportRow.State
TONES = {
    RowState.NOUVELLE: "info",
    RowState.MODIFIEE: "info",
    RowState.INCHANGEE: "line",
    RowState.REFUSEE: "non",
    RowState.ENREGISTREE: "ok",
    RowState.A_LIRE: "line",
}
ROWS = Table(
    caption="Lignes du tableau",
    columns=[
        Column("ligne", "Ligne", value="line", kind="integer"),
        Column("type", "Type", value=lambda row: columns.Kind(row.kind).label if row.kind else ""),
        Column("sujet", "De quoi parle la ligne", value="subject"),
        Column(
            "etat",
            "Résultat",
            value="get_state_display",
            show=lambda row: html.badge(row.get_state_display(), TONES[RowState(row.state)]),
        ),
        Column(
            "detail",
            "Ce qui change, ou pourquoi non",
            value=lambda row: "\u00a0; ".join(row.changes) or " ".join(row.reasons),
        ),
    ],
    empty=Empty("Aucune ligne ici", "Choisissez un autre résultat ci-dessus."),
)


@keeper
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The files sent, the door for a new one, the model to start from and the export."""
    hat = hat_of(request)
    form = MarketFileForm(request.POST, request.FILES) if request.method == "POST" else MarketFileForm()
    if form.is_bound and form.is_valid():
        try:
            with once(request, "marche.reprise") as claim:
                if not claim.done:
                    batch = batches.receive(form.cleaned_data["file"], hat)
                    claim.keep(reverse("marche_reprise_lot", args=[batch.pk]))
            return redirect(claim.location)
        except Refused as refused:
            form.add_error("file", refused.message)
    page = paginate(batches.visible_batches(hat).order_by("-created_at", "-id"), request)
    crumbs = [Crumb("Lots", reverse("lot_liste")), Crumb("Reprendre un tableau")]
    guide = [Fact(kind.label.capitalize(), shape.guide) for kind, shape in columns.SHAPES.items()]
    return render(
        request,
        "orders/reprise.html",
        {"form": form, "page": page, "crumbs": crumbs, "guide": guide},
        status=422 if form.is_bound else 200,
    )


@keeper
@require_safe
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what the file would change, what came of it. htmx asks the same address for the progress alone."""
    batch = _batch(request, pk)
    counted = batch.counts()
    running = batch.state in (State.LECTURE, State.EN_COURS)
    left = sum(counted[state] for state in _left(batch))
    if request.headers.get("HX-Request"):
        context = {"batch": batch, "done": batch.row_count - left}
        response = render(request, "orders/parts/avancement.html", context)
        if not running:
            response["HX-Refresh"] = "true"  # finished: show the whole page
        return response
    states = [state for state in RowState if counted[state]]
    asked = request.GET.get("etat", "")
    shown = asked if asked in RowState.values else next((one for one in _FIRST if counted[one]), RowState.NOUVELLE)
    page = paginate(batch.rows.filter(state=shown).order_by("line"), request)
    to_write = sum(counted[state] for state in RowState.to_write())
    context = {
        "batch": batch,
        "crumbs": _crumbs(batch),
        "running": running,
        "done": batch.row_count - left,
        "counted": {state.name.lower(): counted[state] for state in RowState},
        "to_write": to_write,
        "form": MarketConfirmForm(),
        "page": page,
        "table": ROWS.bind(page.rows),
        "states": [(state.value, state.label, counted[state], state.value == shown) for state in states],
    }
    return render(request, "orders/reprise_lot.html", context)


_FIRST = (RowState.REFUSEE, RowState.ENREGISTREE, RowState.MODIFIEE, RowState.NOUVELLE, RowState.INCHANGEE)


def _left(batch: MarketImport) -> list[str]:
    return RowState.to_write() if batch.state == State.EN_COURS else [RowState.A_LIRE]


def _crumbs(batch: MarketImport) -> list[Crumb]:
    return [
        Crumb("Lots", reverse("lot_liste")),
        Crumb("Reprendre un tableau", reverse("marche_reprise")),
        Crumb(batch.file_name),
    ]


@keeper
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the file says."""
    batch = _batch(request, pk)
    form = MarketConfirmForm(request.POST)
    form.full_clean()
    try:
        with once(request, "marche.reprise.confirmer") as claim:
            if not claim.done:
                batches.confirm(batch, tell_group=form.cleaned_data["tell_group"], hat=hat_of(request))
                claim.keep(reverse("marche_reprise_lot", args=[pk]))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("marche_reprise_lot", pk)


@keeper
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Write nothing of the file."""
    try:
        batches.give_up(_batch(request, pk), hat=hat_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.info(request, "Le tableau est abandonné. Rien n’a été enregistré.")
    return redirect("marche_reprise")


@keeper
@require_safe
def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a spreadsheet to correct and send again."""
    batch = _batch(request, pk)
    if batch.state == State.LECTURE:
        raise Http404
    name = batch.file_name.rsplit(".", 1)[0]
    return FileResponse(batch.refused_file(), as_attachment=True, filename=f"{name}-a-corriger.xlsx")


@keeper
@require_safe
def model(_request: HttpRequest) -> HttpResponseBase:
    """The file to start from."""
    return FileResponse(template(), as_attachment=True, filename="modele-marches-et-lots.xlsx")


@keeper
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole market in the columns of the file: sent back as it is, it changes nothing."""
    fmt = request.GET.get("format", "xlsx")
    if fmt not in ("csv", "xlsx"):
        raise Http404
    return export_response(columns.TABLE, records.market(), f"marches-et-lots-{timezone.localdate():%Y-%m-%d}", fmt)


def _batch(request: HttpRequest, pk: int) -> MarketImport:
    return get_object_or_404(batches.visible_batches(hat_of(request)), pk=pk)
