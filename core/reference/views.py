"""Proposals for the forms, open to all; the official lists, for the administrators of the Région."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.reference import queries, search, workflow
from core.reference.enums import Source
from core.reference.forms import EditionForm
from core.reference.importers import FileRefused
from core.reference.models import Edition, StagedEdition
from core.reference.tables import EDITIONS, LISTS, REFUSALS
from core.ui.french import pluriel
from core.ui.pagination import paginate

HOUR = 3600
administrators_only = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))

# --- Proposals: without sign-in, since the simulator and the catalogue use them -------------------


def _propose(request: HttpRequest, find: Callable[[str], list[search.Suggestion]]) -> JsonResponse:
    text = request.GET.get("q", "").strip()
    found = find(text) if len(text) >= search.MINIMUM else []
    return JsonResponse([suggestion.as_dict() for suggestion in found], safe=False)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def communes(request: HttpRequest) -> JsonResponse:
    """`?q=` → [{value: INSEE code, label: « Cholet (49300) », hint: département}]."""
    return _propose(request, search.communes)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def metiers(request: HttpRequest) -> JsonResponse:
    """`?q=` → [{value: ROME code, label: job title, hint: ROME code and title}]."""
    return _propose(request, search.metiers)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def certifications(request: HttpRequest) -> JsonResponse:
    """`?q=` → [{value: RNCP or RS code, label: title, hint: code, level, term}]."""
    return _propose(request, search.certifications)


# --- The official lists --------------------------------------------------------------------------


@require_safe
@administrators_only
def list_index(request: HttpRequest) -> HttpResponse:
    """Every list: how many rows may be chosen, which edition is loaded."""
    context = {
        "table": LISTS.bind(queries.lists()),
        "stand_in": queries.territoires_are_stand_ins(),
        "stand_in_note": queries.STAND_IN_NOTE,
    }
    return render(request, "reference/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def list_detail(request: HttpRequest, source: str) -> HttpResponse:
    """The editions of one list, and the form that sends another; a good file leads to its report."""
    if source not in Source:
        raise Http404
    form = EditionForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with once(request, "reference.deposer") as claim:
            if claim.done:
                return redirect(claim.location)
            try:
                staged = workflow.stage(
                    source,
                    data["file"].read(),
                    file_name=data["file"].name,
                    label=data["label"],
                    published_on=data["published_on"],
                    full=data["is_full"],
                )
            except FileRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                claim.keep(reverse("reference_depot", args=[staged.pk]))
                return redirect(claim.location)
    page = paginate(queries.editions_of(source), request)
    context = {"source": Source(source), "form": form, "page": page, "table": EDITIONS.bind(page.rows)}
    return render(request, "reference/list.html", context, status=422 if form.errors else 200)


@require_safe
@administrators_only
def edition_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one edition brought, and the rows that it could not load."""
    edition = get_object_or_404(Edition, pk=pk)
    return render(request, "reference/edition.html", {"edition": edition, "refusals": REFUSALS.bind(edition.refusals)})


@require_safe
@administrators_only
def staged_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a sent file would change, before anything is loaded."""
    staged = get_object_or_404(StagedEdition.objects.defer("content"), pk=pk)
    return render(
        request, "reference/staged.html", {"staged": staged, "refusals": REFUSALS.bind(staged.report["refusals"])}
    )


@require_POST
@administrators_only
def staged_load(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the file whose report was read."""
    with once(request, "reference.charger") as claim:
        if claim.done:
            return redirect(claim.location)
        staged = get_object_or_404(StagedEdition.objects.defer("content"), pk=pk)
        try:
            edition = workflow.load(staged, hat=hat_of(request))
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("reference_liste", source=staged.source)
        messages.success(request, f"La liste est chargée : {pluriel(edition.rows_loaded, 'fiche')}.")
        claim.keep(reverse("reference_edition", args=[edition.pk]))
    return redirect(claim.location)


@require_POST
@administrators_only
def staged_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file up."""
    staged = get_object_or_404(StagedEdition.objects.defer("content"), pk=pk)
    workflow.drop(staged)
    messages.info(request, "Le fichier est abandonné. Rien n’a été chargé.")
    return redirect("reference_liste", source=staged.source)
