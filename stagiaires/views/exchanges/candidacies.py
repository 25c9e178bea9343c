"""Candidacies in the columns of Kairos and Ouiform: taken away, or brought in and looked at row by row."""

import io

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import pluriel
from core.ui.parts import Crumb
from stagiaires.exchanges.positionings import BY_SLUG
from stagiaires.exchanges.shape import to_csv, to_json
from stagiaires.forms.positionings import PastedListForm
from stagiaires.queries.exchanges import candidacies as queries
from stagiaires.views.exchanges.common import CSV, JSON, attached, crumbs, proposers, readers
from stagiaires.workflow.exchanges import candidacies
from stagiaires.workflow.exchanges.candidacies import Seen, Sheet
from stagiaires.workflow.lists import ERROR

TRAIL = Crumb("Positionnements")


@readers
@require_GET
def export(request: HttpRequest, slug: str, fmt: str) -> HttpResponse:
    """The candidacies that this hat sees, in the columns of a tool."""
    shape, hat = BY_SLUG.get(slug), hat_of(request)
    if shape is None or fmt not in ("csv", "json"):
        raise Http404
    rows = [shape.row(queries.record(one, hat)) for one in queries.rows(hat).iterator(chunk_size=500)]
    if fmt == "json":
        return attached(f"positionnements-{slug}.json", to_json(shape, rows), JSON)
    return attached(f"positionnements-{slug}.csv", to_csv(shape.names, rows), CSV)


@proposers
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponseBase:
    """A file of Kairos or Ouiform: looked at, corrected or given back, then proposed. Nothing is kept before."""
    hat = hat_of(request)
    bound = request.method == "POST"
    form = PastedListForm(request.POST if bound else None, request.FILES or None)
    sheet: Sheet | None = None
    seen: list[Seen] = []
    if bound and form.is_valid():
        try:
            sheet = _read(form)
            if "confirmer" in request.POST:
                return _confirm(request, sheet)
            seen = candidacies.look(sheet, hat)
            if "refusees" in request.POST:
                file = candidacies.to_correct(sheet, seen)
                return FileResponse(file, as_attachment=True, filename="positionnements-a-corriger.xlsx")
        except Refused as refused:
            form.add_error("text", refused.message)
            sheet = None
        else:
            form = PastedListForm(initial={"text": sheet.as_text()})
    context = {
        "form": form,
        "sheet": sheet,
        "seen": seen,
        "passing": sum(one.looked.passes for one in seen),
        "wrong": sum(one.looked.status == ERROR for one in seen),
        "shapes": BY_SLUG.values(),
        "most": candidacies.MOST,
        "crumbs": crumbs(TRAIL),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "stagiaires/echanges/positionnements.html", context, status=status)


def _read(form: PastedListForm) -> Sheet:
    if file := form.sent:
        return candidacies.read(file, file.size or 0)
    content = form.cleaned_data["text"].strip("\n\r").encode()
    return candidacies.read(io.BytesIO(content), len(content))


def _confirm(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    back = reverse("positionnements")
    with once(request, "positionnement.fichier") as claim:
        if claim.done:
            return redirect(claim.location)
        done, left = candidacies.propose(sheet, hat_of(request))
        if not done:
            raise Refused("Aucune ligne ne peut être proposée : corrigez le fichier, puis vérifiez de nouveau.")
        claim.keep(back)
    said = pluriel(done, "personne est proposée", "personnes sont proposées")
    messages.success(request, f"{said} : les organismes vous répondront pour chacune.")
    if left:
        aside = pluriel(len(left), "ligne est laissée de côté", "lignes sont laissées de côté")
        messages.warning(request, f"{aside} : {', '.join(str(one.looked.line.line) for one in left[:20])}.")
    return redirect(back)
