"""The Région's page: how many answer, how many work, three, six and twelve months after (P12, R109)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.accounts.access import hat_required
from core.accounts.enums import OrganisationKind
from core.rulebook import parameters
from core.rulebook.explained import held
from core.rules import Audience
from core.ui.parts import Finding
from core.ui.tables import Empty, Table, export_response
from stagiaires.facts import judge_programme
from stagiaires.followup_filters import FiguresFilter
from stagiaires.models import Survey
from stagiaires.queries.figures import CUTS, Group, groups
from stagiaires.views.followup_tables import figures_table

region = hat_required(OrganisationKind.REGION)
USUAL = {"par": "filiere", "terme": "6"}
EMPTY = Empty(
    "Personne n’est encore à ce terme",
    "Les chiffres viennent trois mois après la fin des premiers parcours. Essayez un autre terme ou une autre année.",
)


def _read(request: HttpRequest) -> tuple[FiguresFilter, Table, list[Group], int]:
    asked = request.GET.copy()
    for name, value in USUAL.items():
        asked.setdefault(name, value)
    bound = FiguresFilter(asked, queryset=Survey.objects.all(), request=request)
    if not bound.is_valid():
        bound = FiguresFilter(USUAL, queryset=Survey.objects.all(), request=request)
    cut = bound.data["par"]
    least = int(parameters.current()["followup_least_count"])
    return bound, figures_table(CUTS[cut][0], least), groups(bound.qs, cut, least), least


def _watched() -> list[Finding]:
    """What the rules say of the whole programme this year: its mean length (R50), its disabled people (P10)."""
    judged = judge_programme(timezone.localdate().year)
    return [*held(judged.warnings, "doute", Audience.REGION), *held(judged.satisfied, "ok", Audience.REGION)]


@region
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Rates with the counts that they come from; what is too small to be told is not."""
    bound, table, rows, least = _read(request)
    context = {
        "table": table.bind(rows, empty=EMPTY),
        "rows": rows,
        "least": least,
        "term": bound.data["terme"],
        "year": timezone.localdate().year,
        "programme": _watched(),
        **bound.head("insertion_export"),
    }
    return render(request, "stagiaires/suivi/insertion.html", context)


@region
@require_GET
def figures_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same lines, the same silences."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    _bound, table, rows, _least = _read(request)
    return export_response(table, rows, "insertion", fmt)
