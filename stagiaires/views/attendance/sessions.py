"""A session's attendance as its organisme keeps it and the Région reads it: half-days, trainers, months."""

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.months import first_of, last_of
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from stagiaires import tokens
from stagiaires.calendar import calendar, half_days_to_come
from stagiaires.enums import HalfDayState, LockState
from stagiaires.forms.timetable import LinkForm
from stagiaires.models import HalfDay, MonthLock, Parcours, TrainerLink
from stagiaires.queries import attendance
from stagiaires.views.attendance.access import form_page, keepers_of_sessions, organisme, own_session, session_seen
from stagiaires.workflow import half_days

TONES = {
    HalfDayState.PREVUE: "",
    HalfDayState.OUVERTE: "acc",
    HalfDayState.CLOSE: "ok",
    HalfDayState.ANNULEE: "line",
}
LOCK_TONES = {
    LockState.VERROUILLE: "info",
    LockState.CONFIRME: "ok",
    LockState.RENVOYE: "non",
    LockState.ROUVERT: "doute",
}


def crumbs(session: Any = None, *last: Crumb) -> list[Crumb]:
    """Émargement › session › …"""
    found = [Crumb("Émargement", reverse("emargement"))]
    if session is not None:
        found.append(Crumb(session.number, reverse("emargement_session", args=[session.number]) if last else ""))
    return [*found, *last]


@keepers_of_sessions
@never_cache
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Sessions whose attendance one keeps or reads: those that have people, the running ones first."""
    hat, today = hat_of(request), timezone.localdate()
    rows = attendance.sessions_of(hat).filter(Exists(Parcours.objects.filter(session=OuterRef("pk"))))
    if request.GET.get("quoi") != "toutes":
        rows = rows.filter(starts_on__lte=today, ends_on__gte=today)
    rows = rows.select_related("organisme", "commune").order_by("starts_on", "pk")
    page = paginate(rows, request)
    counted = {
        row["session"]: row["n"]
        for row in HalfDay.objects.filter(session__in=[one.pk for one in page.rows], on_date=today)
        .exclude(state=HalfDayState.ANNULEE)
        .values("session")
        .annotate(n=Count("pk"))
        .order_by("session")
    }
    context = {
        "page": page,
        "rows": [(one, counted.get(one.pk, 0)) for one in page.rows],
        "all": request.GET.get("quoi") == "toutes",
        "may_keep": hat.kind == OrganisationKind.ORGANISME,
        "is_region": hat.kind == OrganisationKind.REGION,
    }
    return render(request, "stagiaires/emargement/sessions.html", context)


@keepers_of_sessions
@never_cache
@require_GET
def session_page(request: HttpRequest, number: str) -> HttpResponse:
    """The timetable of a month, day by day, and where each month stands."""
    hat, session = hat_of(request), session_seen(request, number)
    months = sorted({first_of(day) for day in _days(session.pk)})
    shown = _month_asked(request, months)
    rows = list(HalfDay.objects.filter(session=session, on_date__range=(shown, last_of(shown))) if shown else [])
    tally: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for line in attendance.lines(half_days=[one.pk for one in rows]) if rows else []:
        tally[line.half_day][0] += line.is_known
        tally[line.half_day][1] += 1
    for one in rows:
        one.tone = TONES[HalfDayState(one.state)]  # type: ignore[attr-defined]
        one.known, one.expected = tally[one.pk]  # type: ignore[attr-defined]
    locks = {one.month: one for one in session.month_locks.defer("content").order_by("version")}
    keeps = hat.kind == OrganisationKind.ORGANISME
    links = list(session.trainer_links.all()[:30]) if keeps else []
    for link in links:
        link.url = tokens.link_url(link.pk)  # type: ignore[attr-defined]
    context = {
        "session": session,
        "months": [(month, locks.get(month), _tone(locks.get(month))) for month in months],
        "shown": shown,
        "days": [(day, list(group)) for day, group in groupby(rows, key=lambda one: one.on_date)],
        "may_keep": keeps,
        "links": links,
        "people": session.parcours.exclude(state="annule").count(),
        "crumbs": crumbs(session),
    }
    return render(request, "stagiaires/emargement/session.html", context)


def _tone(lock: MonthLock | None) -> str:
    return LOCK_TONES[LockState(lock.state)] if lock else ""


def _days(session: int) -> list[date]:
    rows = HalfDay.objects.filter(session=session).exclude(state=HalfDayState.ANNULEE)
    return list(rows.order_by().values_list("on_date", flat=True).distinct())


def _month_asked(request: HttpRequest, months: list[date]) -> date | None:
    """The month of the address, else this one, else the nearest."""
    asked = request.GET.get("mois", "")
    found = next((month for month in months if f"{month:%Y-%m}" == asked), None)
    if found is None and months:
        now = first_of(timezone.localdate())
        found = min(months, key=lambda month: abs((month - now).days))
    return found


@keepers_of_sessions
@require_GET
def session_ics(request: HttpRequest, number: str) -> HttpResponse:
    """The timetable, for a diary."""
    session = session_seen(request, number)
    return HttpResponse(
        calendar(session, half_days_to_come(session)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="emploi-du-temps-{number}.ics"'},
    )


@organisme
@require_http_methods(["GET", "POST"])
def link_give(request: HttpRequest, number: str) -> HttpResponse:
    """A trainer without an account: the organisme gives him a link."""
    session, today = own_session(request, number), timezone.localdate()
    initial = {"starts_on": max(today, session.starts_on), "ends_on": session.ends_on}
    form = LinkForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("emargement_session", args=[number])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "formateur.lien") as claim:
                if not claim.done:
                    half_days.give_link(session, hat=hat_of(request), **form.cleaned_data)
                    claim.keep(back)
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, "Le lien est prêt : copiez-le et envoyez-le au formateur.")
            return redirect(back + "#formateurs")
    return form_page(
        request,
        form,
        title="Donner un lien à un formateur",
        lead="Il ouvre les demi-journées de cette session sur son téléphone, sans compte ni mot de passe.",
        action="Créer le lien",
        back=back,
        crumbs=crumbs(session, Crumb("Lien de formateur")),
    )


@organisme
@require_POST
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The link opens nothing more."""
    rows = TrainerLink.objects.select_related("session").filter(session__organisme=hat_of(request).organisation_id)
    link = get_object_or_404(rows, pk=pk)
    half_days.revoke_link(link, hat_of(request))
    messages.success(request, f"Le lien de {link.trainer} n’ouvre plus rien.")
    return redirect(reverse("emargement_session", args=[link.session.number]) + "#formateurs")
