"""A month of attendance: what it lacks, its hours, its seal; the gestionnaire's answer; its file."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind, Role
from core.journal.events import history_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.months import last_of
from core.ui.french import de_mois, heures_courtes, mois
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from core.ui.pdf import render_pdf
from orders.queries import may_edit
from sessions.models import Session
from stagiaires.enums import LockState
from stagiaires.forms.attendance import LockForm, ReasonForm
from stagiaires.models import HalfDay, MonthLock, Parcours
from stagiaires.queries import attendance
from stagiaires.queries.attendance import Line
from stagiaires.views.attendance.access import (
    form_page,
    keepers_of_sessions,
    organisme,
    own_session,
    region,
    session_seen,
)
from stagiaires.views.attendance.sessions import LOCK_TONES, crumbs
from stagiaires.workflow import months

MISSING_SHOWN = 60


@dataclass
class Row:
    """One person's month."""

    parcours: Parcours
    done: Decimal = Decimal(0)
    company: Decimal = Decimal(0)
    missed: Decimal = Decimal(0)
    justified: Decimal = Decimal(0)
    unknown: int = 0
    late: int = 0
    lines: list[Line] = field(default_factory=list)


def _month(text: str) -> date:
    try:
        year, month = text.split("-")
        return date(int(year), int(month), 1)
    except ValueError:
        raise Http404 from None


def _is_missing(line: Line, today: date) -> bool:
    """Nothing is known of a half-day that has come; of one to come, nothing can be."""
    return not line.is_known and line.on_date <= today


def rows_of(lines: list[Line]) -> list[Row]:
    """The month of each person, by name. One query."""
    today = timezone.localdate()
    people = Parcours.objects.filter(pk__in={line.parcours for line in lines}).select_related("stagiaire", "composante")
    found = {one.pk: Row(one) for one in sorted(people, key=lambda one: str(one.stagiaire).lower())}
    for line in lines:
        row = found[line.parcours]
        row.lines.append(line)
        if line.is_company:
            row.company += line.presence.done
        else:
            row.done += line.presence.done
        row.missed += line.presence.missed
        row.justified += line.presence.justified
        row.unknown += _is_missing(line, today)
        row.late += line.late
    return list(found.values())


def _missing(session: Session, lines: list[Line], rows: list[Row]) -> list[tuple[HalfDay, list[Parcours]]]:
    """What the month lacks: each half-day with those of whom nothing is known."""
    names = {row.parcours.pk: row.parcours for row in rows}
    lacking: dict[int, list[Parcours]] = defaultdict(list)
    today = timezone.localdate()
    for line in lines:
        if _is_missing(line, today):
            lacking[line.half_day].append(names[line.parcours])
    half_days = HalfDay.objects.filter(pk__in=lacking).order_by("on_date", "starts_at", "pk")[:MISSING_SHOWN]
    return [(one, lacking[one.pk]) for one in half_days]


@keepers_of_sessions
@never_cache
@require_http_methods(["GET", "POST"])
def month_page(request: HttpRequest, number: str, month: str) -> HttpResponse:
    """The month: what is missing, then the hours of each; its seal when it is locked. A POST locks it."""
    hat, session, first = hat_of(request), session_seen(request, number), _month(month)
    keeps = hat.kind == OrganisationKind.ORGANISME
    form = LockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not keeps:
            raise Http404
        if form.is_valid():
            try:
                with once(request, "mois.verrouiller") as claim:
                    if not claim.done:
                        months.lock_month(session, first, hat, note=form.cleaned_data["note"])
                        claim.keep(request.path)
            except Refused as no:
                form.add_error(None, no.message)
            else:
                messages.success(request, f"L’émargement {de_mois(first)} est verrouillé et transmis à la Région.")
                return redirect(request.path)
    lines = attendance.lines(session=session.pk, first=first, last=last_of(first))
    if not lines and not session.month_locks.filter(month=first).exists():
        raise Http404
    rows = rows_of(lines)
    missing = _missing(session, lines, rows)
    locks = list(session.month_locks.filter(month=first).defer("content").select_related("locked_by__user"))
    for one in locks:
        one.tone = LOCK_TONES[LockState(one.state)]  # type: ignore[attr-defined]
    current = next((one for one in locks if one.state in LockState.living()), None)
    context = {
        "session": session,
        "month": first,
        "rows": rows,
        "total": sum((row.done for row in rows), Decimal(0)),
        "missing": missing,
        "missing_count": sum(row.unknown for row in rows),
        "coming": len({line.half_day for line in lines if not line.is_known and line.on_date > timezone.localdate()}),
        "locks": locks,
        "current": current,
        "events": history_of(locks[0]) if locks else [],
        "may_keep": keeps,
        "may_answer": current is not None and current.state == LockState.VERROUILLE and may_edit(hat),
        "form": form,
        "crumbs": crumbs(session, Crumb(mois(first).capitalize())),
    }
    return render(request, "stagiaires/emargement/mois.html", context, status=422 if form.is_bound else 200)


def _lock(request: HttpRequest, pk: int) -> MonthLock:
    rows = MonthLock.objects.filter(session__in=attendance.sessions_of(hat_of(request)))
    found: MonthLock = get_object_or_404(rows.select_related("session__organisme"), pk=pk)
    return found


@organisme
@require_http_methods(["GET", "POST"])
def month_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisme opens its month again, and says why."""
    lock = _lock(request, pk)
    own_session(request, lock.session.number)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Pourquoi rouvrir ce mois",
        help_text="La Région le lira. Les heures déjà confirmées restent jusqu’à la prochaine confirmation.",
        required="Dites pourquoi le mois est rouvert.",
    )
    back = months.url_of(lock)
    if request.method == "POST" and form.is_valid():
        try:
            months.reopen(lock, hat_of(request), form.cleaned_data["reason"])
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, "Le mois est rouvert : corrigez, puis verrouillez de nouveau.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Rouvrir {mois(lock.month)}",
        lead=f"{lock.session.title}, session {lock.session.number}, version {lock.version}.",
        action="Rouvrir le mois",
        back=back,
        crumbs=crumbs(lock.session, Crumb(mois(lock.month), back), Crumb("Rouvrir")),
    )


@region
@never_cache
@require_GET
def month_list(request: HttpRequest) -> HttpResponse:
    """Months that wait for the gestionnaire, the oldest first."""
    hat = hat_of(request)
    page = paginate(attendance.months_to_confirm(None if request.GET.get("lots") == "tous" else hat), request)
    context = {
        "page": page,
        "all_lots": request.GET.get("lots") == "tous",
        "may_answer": may_edit(hat),
        "crumbs": crumbs(None, Crumb("Mois à confirmer")),
    }
    return render(request, "stagiaires/emargement/mois_liste.html", context)


def _answering(request: HttpRequest, pk: int) -> MonthLock:
    hat = hat_of(request)
    if hat.role not in (Role.GESTIONNAIRE, Role.ADMINISTRATEUR):
        raise Http404
    return _lock(request, pk)


@region
@require_POST
def month_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of the month are booked."""
    lock = _answering(request, pk)
    try:
        months.confirm(lock, hat_of(request))
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, f"L’émargement {de_mois(lock.month)} est confirmé : ses heures sont enregistrées.")
    return redirect(months.url_of(lock))


@region
@require_http_methods(["GET", "POST"])
def month_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The month goes back to the organisme, with what is to be corrected."""
    lock = _answering(request, pk)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Ce qui est à corriger",
        help_text="L’organisme le lira tel quel.",
        required="Écrivez ce qui est à corriger.",
    )
    back = months.url_of(lock)
    if request.method == "POST" and form.is_valid():
        try:
            months.send_back(lock, hat_of(request), form.cleaned_data["reason"])
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, f"Le mois est renvoyé à {lock.session.organisme}.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Renvoyer {mois(lock.month)}",
        lead=f"{lock.session.title}, {lock.session.organisme}.",
        action="Renvoyer le mois",
        back=back,
        crumbs=crumbs(lock.session, Crumb(mois(lock.month), back), Crumb("Renvoyer")),
    )


@keepers_of_sessions
@never_cache
@require_GET
def month_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary of a sealed month: who was there, half-day by half-day, with the hash of the seal."""
    lock = _lock(request, pk)
    people = Parcours.objects.filter(pk__in={line["parcours"] for line in lock.content["lines"]})
    names = {one.pk: str(one.stagiaire) for one in people.select_related("stagiaire")}
    made = render_pdf("stagiaires/emargement/pdf/mois.html", summary(lock, names), "css/commande.css")
    name = f"emargement-{lock.session.number}-{lock.month:%Y-%m}-v{lock.version}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def summary(lock: MonthLock, names: dict[int, str]) -> dict[str, Any]:
    """A sealed month as its file says it, from its content alone; `names` by parcours, for those still known."""
    half_days = lock.content["half_days"]
    known: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for line in lock.content["lines"]:
        known[line["parcours"]][line["half_day"]] = line
    days: dict[str, list[int]] = defaultdict(list)
    for one in half_days:
        days[one["date"]].append(one["id"])
    people: list[dict[str, Any]] = [
        {
            "name": names.get(parcours, "Personne dont le dossier est effacé"),
            "days": [
                (date.fromisoformat(day), [_word(mine.get(half_day)) for half_day in rows])
                for day, rows in sorted(days.items())
            ],
            "done": sum((Decimal(line["done"]) for line in mine.values()), Decimal(0)),
            "missed": sum((Decimal(line["missed"]) for line in mine.values()), Decimal(0)),
            "justified": sum((Decimal(line["justified"]) for line in mine.values()), Decimal(0)),
        }
        for parcours, mine in sorted(known.items(), key=lambda pair: names.get(pair[0], "").lower())
    ]
    return {
        "lock": lock,
        "session": lock.session,
        "people": people,
        "half_days": len(half_days),
        "total": sum((one["done"] for one in people), Decimal(0)),
    }


def _word(line: dict[str, Any] | None) -> str:
    """One cell: hours done, or « abs. »; nothing when the person was not expected."""
    if line is None:
        return ""
    return heures_courtes(Decimal(line["done"])) if Decimal(line["done"]) else "abs."
