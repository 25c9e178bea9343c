"""« Conservation des données »: what will be erased and when, what was, and what suspends it."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.journal.idempotency import once
from core.journal.models import Erasure
from core.journal.refusals import Refused
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from core.ui.tables import Column, Table, export_response
from stagiaires.forms.retention import HoldForm, LiftForm
from stagiaires.models import Hold
from stagiaires.queries import retention as queries
from stagiaires.views.around import form_page, posted
from stagiaires.workflow import retention

keeper = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))
FARTHEST = 3660  # days ahead
SHOWN_HOLDS = 25
LABELS = {"demande": "Droits des personnes"} | {one.setting: one.label for one in retention.CATEGORIES}
JOURNAL = Table(
    caption="Ce qui a été effacé",
    columns=[
        Column("quand", "Quand", value="at", kind="moment"),
        Column("donnees", "Données", value=lambda line: LABELS.get(line.setting, line.setting)),
        Column("quoi", "Ce qui est effacé", value="what"),
        Column("avant", "Fini avant le", value="before", kind="date"),
        Column("nombre", "Nombre", value="rows", kind="integer"),
    ],
)


@keeper
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What a pass would take away on a day (the next one when none is asked), what waits, what was taken."""
    today = timezone.localdate()
    on = _asked_day(request.GET.get("le", ""), today)
    page = paginate(Erasure.objects.order_by("-at", "-id"), request)
    context = {
        "on": on,
        "foreseen": retention.foresee(on),
        "holds": [(named(held), held) for held in queries.holds()[:SHOWN_HOLDS]],
        "page": page,
        "table": JOURNAL.bind(page.rows),
        "total": page.total_text("ligne"),
    }
    return render(request, "stagiaires/conservation/page.html", context)


def _asked_day(text: str, today: date) -> date:
    """The day asked for, within ten years; tomorrow's pass otherwise."""
    next_pass = today + timedelta(days=1)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return next_pass
    return asked if next_pass <= asked <= today + timedelta(days=FARTHEST) else next_pass


@keeper
@require_GET
def journal_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The whole journal: counts, never identities."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    return export_response(JOURNAL, Erasure.objects.order_by("-at", "-id"), "effacements", fmt)


@keeper
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Suspend the clock for a person or a session."""
    back, form = reverse("conservation"), HoldForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "conservation.suspendre") as claim:
                if not claim.done:
                    retention.hold(hat_of(request), form.cleaned_data["reason"], **form.cleaned_data["subject"])
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "L’effacement est suspendu pour ce dossier.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Suspendre l’effacement",
        lead="Un litige, un contrôle, une demande de la personne : rien de ce dossier n’est effacé tant que la "
        "suspension n’est pas levée.",
        action="Suspendre l’effacement",
        back=back,
        crumbs=_crumbs("Suspendre"),
    )


@keeper
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the clock go on."""
    held = get_object_or_404(queries.living_holds().select_related("session"), pk=pk)
    back, form = reverse("conservation"), LiftForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "conservation.lever") as claim:
                if not claim.done:
                    retention.lift(held, hat_of(request), form.cleaned_data["reason"])
                    claim.keep(back)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "La suspension est levée.")
        return redirect(back)
    return form_page(
        request,
        form,
        title="Lever la suspension",
        lead=f"{named(held)}. Ce qui a passé son délai sera effacé la nuit prochaine.",
        action="Lever la suspension",
        back=back,
        crumbs=_crumbs("Lever la suspension"),
    )


def named(held: Hold) -> str:
    """« Session S2026-0012 », « Dossier 56 »: never a name."""
    return f"Session {held.session.number}" if held.session else f"Dossier {held.stagiaire_id}"


def _crumbs(last: str) -> list[Crumb]:
    return [Crumb("Conservation des données", reverse("conservation")), Crumb(last)]
