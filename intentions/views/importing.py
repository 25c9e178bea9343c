"""The bulk arrival on screen: send the file, match the columns, watch it go, take back what is refused."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import hat_of
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from core.ui.tables import Column, Table
from intentions.forms.importing import ColumnsForm, UploadForm
from intentions.importing import batches
from intentions.models import ImportBatch, ImportRow

State = ImportRow.State
ROWS = Table(
    caption="Lignes du tableau",
    columns=[
        Column("ligne", "Ligne", value="line", kind="integer"),
        Column("etat", "Résultat", value="get_state_display"),
        Column(
            "intention",
            "Intention",
            value=lambda row: row.intention.number if row.intention else "",
            link=lambda row: row.intention.get_absolute_url() if row.intention else "",
        ),
        Column("motif", "Motif", value=lambda row: " ".join(row.reasons)),
    ],
)


def _importer(request: HttpRequest) -> Membership:
    """The hat, if it may take a spreadsheet over; the pages do not exist for the others."""
    hat = hat_of(request)
    if not batches.may_import(hat):
        raise Http404
    return hat


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The batches of my organisation, and the door for a new file."""
    hat = _importer(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "intention.reprise") as claim:
                if claim.done:
                    return redirect(claim.location)
                batch = batches.receive(form.cleaned_data["file"], hat)
                claim.keep(_url("intention_reprise_colonnes", batch))
            return redirect(claim.location)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    page = paginate(batches.visible_batches(hat).order_by("-created_at", "-id"), request)
    return render(
        request, "intentions/reprise.html", {"form": form, "page": page}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column means: guessed, or remembered from the last file of the same shape."""
    batch = _batch(request, pk)
    if batch.state != ImportBatch.State.A_ASSOCIER:
        return redirect("intention_reprise_lot", pk)
    form = ColumnsForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            tell = form.cleaned_data["tell_employers"]
            batches.start(batch, form.mapping(), tell_employers=tell, answers=form.for_all_rows())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("intention_reprise_lot", pk)
    context = {"batch": batch, "form": form}
    return render(request, "intentions/reprise_colonnes.html", context, status=422 if form.is_bound else 200)


@require_safe
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, then what came of it. htmx asks the same address for the progress alone."""
    batch = _batch(request, pk)
    if batch.state == ImportBatch.State.A_ASSOCIER:
        return redirect("intention_reprise_colonnes", pk)
    counted = batch.counts()
    shown = request.GET.get("etat", State.REFUSEE)
    rows = batch.rows.filter(state=shown if shown in State.values else State.REFUSEE).select_related("intention")
    page = paginate(rows.order_by("line"), request)
    context: dict[str, Any] = {
        "batch": batch,
        "running": batch.state == ImportBatch.State.EN_COURS,
        "done": batch.row_count - counted[State.A_TRAITER],
        "accepted": counted[State.ACCEPTEE],
        "refused": counted[State.REFUSEE],
        "known": counted[State.DOUBLON],
        "page": page,
        "table": ROWS.bind(page.rows),
        "states": [
            (state.value, state.label, counted[state], state.value == shown)
            for state in (State.REFUSEE, State.ACCEPTEE, State.DOUBLON)
        ],
    }
    fragment = bool(request.headers.get("HX-Request") and context["running"])
    context["fragment"] = fragment
    response = render(request, f"intentions/{'parts/avancement' if fragment else 'reprise_lot'}.html", context)
    if request.headers.get("HX-Request") and not context["running"]:
        response["HX-Refresh"] = "true"  # finished: show the whole page
    return response


@require_safe
def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a spreadsheet to correct and send again."""
    batch = _batch(request, pk)
    if batch.state != ImportBatch.State.TERMINE:
        raise Http404
    name = batch.file_name.rsplit(".", 1)[0]
    return FileResponse(batch.refused_file(), as_attachment=True, filename=f"{name}-a-corriger.xlsx")


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(batches.visible_batches(_importer(request)), pk=pk)


def _url(name: str, batch: ImportBatch) -> str:
    return reverse(name, args=[batch.pk])
