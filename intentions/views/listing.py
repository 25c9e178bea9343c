"""The list: what this hat carries, filtered by the address, exported as it stands."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.accounts.access import fits, hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.ui.html import badge
from core.ui.pagination import paginate
from core.ui.tables import SORT_PARAM, Column, Empty, Table, export_response
from intentions import queries
from intentions.enums import IntentionState
from intentions.filters import IntentionFilter
from intentions.importing.batches import may_import
from intentions.models import Intention
from intentions.views.detail import STATE_TONES
from intentions.views.seats import list_title
from intentions.views.wizard import FILERS

DEFAULT_ORDER = ("-filed_at", "-created_at", "-id")


def _state(intention: Intention) -> SafeString:
    return badge(intention.get_state_display(), STATE_TONES[IntentionState(intention.state)])


def _number(intention: Intention) -> SafeString:
    return format_html('<span class="nb">{}</span>', intention.number)


TABLE = Table(
    caption="Intentions d’embauche",
    columns=[
        Column(
            "intention",
            "Poste",
            value=lambda i: i.job_title or "Poste à préciser",
            link=lambda i: i.get_absolute_url(),
            order="job_title",
        ),
        Column("numero", "Numéro", value="number", show=_number, order="number"),
        Column("employeur", "Employeur", value="employer.name", order="employer__name"),
        Column("lieu", "Lieu", value="workplace_commune.name", order="workplace_commune__search"),
        Column("departement", "Département", value="workplace_commune.departement_id", on_screen=False),
        Column("postes", "Postes", value="post_count", kind="integer", order="post_count"),
        Column("contrat", "Contrat", value="get_contract_type_display"),
        Column("mois", "Mois", value="contract_months", kind="integer", on_screen=False),
        Column("heures", "Heures par semaine", value="weekly_hours", kind="number", on_screen=False),
        Column("formation", "Formation", value="training_title", on_screen=False),
        Column("origine", "Origine", value="get_origin_display", on_screen=False),
        Column("depot", "Déposée le", value="filed_at", kind="date", order="filed_at"),
        Column("organisme", "Organisme", value="engaged_organisme.name", on_screen=False),
        Column("etat", "État", value="get_state_display", show=_state, order="state"),
    ],
)


def _rows(request: HttpRequest) -> tuple[IntentionFilter, QuerySet[Intention]]:
    """The filter bound to the address, and the rows that it leaves, in the order asked."""
    hat = hat_of(request)
    bound = IntentionFilter(request.GET, queryset=queries.own(hat), request=request)
    rows = bound.qs if bound.is_valid() else queries.own(hat)
    return bound, queries.for_list(rows).order_by(*TABLE.order_by(request.GET.get(SORT_PARAM, ""), DEFAULT_ORDER))


@hat_required(*FILERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What my organisation carries, twenty-five by page."""
    hat = hat_of(request)
    bound, rows = _rows(request)
    page = paginate(rows, request)
    context = {
        "page": page,
        "table": TABLE.bind(page.rows, request=request, empty=_empty(bound.active, hat.kind)),
        **bound.head("intention_export"),
        "may_import": may_import(hat),
        "title": list_title(hat),
    }
    return render(request, "intentions/liste.html", context)


def _empty(active: int, kind: str) -> Empty:
    if active:
        return Empty(
            "Aucune intention ne répond à ces filtres",
            "Ôtez un filtre pour en voir davantage.",
            "?",
            "Ôter les filtres",
        )
    if kind == OrganisationKind.EMPLOYEUR:
        text = "Dites-nous qui vous voulez recruter et ce qu’il faut apprendre. Cinq questions, une dizaine de minutes."
    else:
        text = "Déposez le besoin d’un employeur que vous connaissez, ou reprenez un tableau."
    return Empty("Aucune intention pour l’instant", text, "/intentions/nouvelle/", "Déposer une intention")


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows as the screen, all pages of it, as a file."""
    if fmt not in ("csv", "xlsx") or not fits(hat_of(request), FILERS):
        raise Http404
    _bound, rows = _rows(request)
    return export_response(TABLE, rows, "intentions", fmt)
