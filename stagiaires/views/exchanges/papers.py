"""AIS and AES: the list, and the same as data."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from core.ui.tables import Column, Empty, Table
from stagiaires.enums import DocumentKind
from stagiaires.exchange_filters import PaperFilter
from stagiaires.exchanges.attestations import BY_KIND
from stagiaires.exchanges.shape import Cells, to_csv, to_json
from stagiaires.models import ParcoursDocument
from stagiaires.queries import parcours as queries
from stagiaires.queries import people
from stagiaires.views.exchanges.common import CSV, JSON, attached, crumbs, readers

KINDS = (DocumentKind.AIS, DocumentKind.AES)
MOST = 5_000  # of one file; beyond, one narrows the list
TABLE = Table(
    caption="Attestations",
    columns=[
        Column("personne", "Stagiaire", value="parcours.stagiaire",
               link=lambda one: reverse("parcours_detail", args=[one.parcours_id])),
        Column("type", "Attestation", value=lambda one: one.kind.upper(),
               link=lambda one: reverse("parcours_document", args=[one.parcours_id, one.pk])),
        Column("version", "Version", value="version", kind="integer"),
        Column("session", "Session", value="parcours.session.number"),
        Column("faite", "Établie le", value="made_at", kind="moment"),
        Column("empreinte", "Empreinte", value=lambda one: one.sha256[:12]),
    ],
    empty=Empty("Aucune attestation", "L’AIS s’établit à l’admission, l’AES à l’entrée, d’elles-mêmes."),
)  # fmt: skip
FILTERED = Empty("Aucune attestation ne répond à ces filtres", "Ôtez un filtre pour en voir davantage.", "?",
                 "Ôter les filtres")  # fmt: skip


def _seen(hat: Membership) -> QuerySet[ParcoursDocument]:
    rows = ParcoursDocument.objects.filter(kind__in=KINDS, parcours__in=queries.visible_to(hat))
    return rows.defer("pdf").select_related("parcours__session", "parcours__stagiaire__created_by")


def _rows(request: HttpRequest) -> tuple[PaperFilter, QuerySet[ParcoursDocument]]:
    seen = _seen(hat_of(request))
    bound = PaperFilter(request.GET, queryset=seen, request=request)
    return bound, (bound.qs if bound.is_valid() else seen).order_by("-made_at", "-id")


@readers
@require_GET
def paper_list(request: HttpRequest) -> HttpResponse:
    """The AIS and AES that this hat may read, the last first."""
    bound, rows = _rows(request)
    page = paginate(rows.defer("pdf", "content"), request)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "filter": bound,
        "active": bound.active,
        "page": page,
        "table": TABLE.bind(page.rows, empty=FILTERED if bound.active else None),
        "exports": [
            (f"{kind.upper()} en {fmt.upper()}", reverse("attestation_export", args=[kind, fmt]) + query)
            for kind in BY_KIND
            for fmt in ("csv", "json")
        ],
        "crumbs": crumbs(Crumb("Attestations")),
    }
    return render(request, "stagiaires/echanges/attestations.html", context)


@readers
@require_GET
def paper_export(request: HttpRequest, kind: str, fmt: str) -> HttpResponse:
    """The rows of the screen of one kind, in its columns."""
    if kind not in BY_KIND or fmt not in ("csv", "json"):
        raise Http404
    hat, rows = hat_of(request), _rows(request)[1].filter(kind=kind)[:MOST]
    return _file(kind, fmt, kind, [_cells(one, hat) for one in rows])


@readers
@require_GET
def paper_data(request: HttpRequest, pk: int, document: int, fmt: str) -> HttpResponse:
    """One sealed AIS or AES as data."""
    hat = hat_of(request)
    found: Any = get_object_or_404(_seen(hat), pk=document, parcours=pk)
    if fmt not in ("csv", "json"):
        raise Http404
    name = f"{found.kind}-{found.parcours.session.number}-P{pk}-v{found.version}"
    return _file(found.kind, fmt, name, [_cells(found, hat)])


def _cells(one: ParcoursDocument, hat: Membership) -> Cells:
    """What the sealed paper says; a second valideur does not read the identifier of a person whom another keeps."""
    cells = BY_KIND[one.kind].row(one.content)
    person = one.parcours.stagiaire
    if hat.kind == OrganisationKind.VALIDEUR and not people.keeps(hat, person):
        cells["IDENTIFIANT_FT"] = ""
    return cells


def _file(kind: str, fmt: str, name: str, rows: list[Cells]) -> HttpResponse:
    shape = BY_KIND[kind]
    if fmt == "json":
        return attached(f"{name}.json", to_json(shape, rows), JSON)
    return attached(f"{name}.csv", to_csv(shape.names, rows), CSV)
