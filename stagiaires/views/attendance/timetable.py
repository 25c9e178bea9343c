"""The timetable is made: a week repeated, a table pasted, one half-day changed, called off, a person exempted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.access import hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.french import accord, pluriel
from core.ui.parts import Crumb
from sessions.models import Session
from stagiaires.enums import HalfDayState
from stagiaires.forms.attendance import ReasonForm
from stagiaires.forms.timetable import ExemptionForm, HalfDayForm, PastedForm, WeekForm
from stagiaires.models import HalfDay, Parcours
from stagiaires.queries import attendance
from stagiaires.views.attendance.access import form_page, organisme, own_session
from stagiaires.views.attendance.sessions import crumbs
from stagiaires.views.attendance.trainer import title_of
from stagiaires.workflow import timetable
from stagiaires.workflow.timetable import Planned


def _back(session: Session, day: Any = None) -> str:
    month = f"?mois={day:%Y-%m}" if day else ""
    return reverse("emargement_session", args=[session.number]) + month


def _told(made: Planned) -> str:
    said = [f"{pluriel(made.made, 'demi-journée ajoutée', 'demi-journées ajoutées')}"]
    if made.changed:
        said.append(f"{made.changed} {accord(made.changed, 'modifiée')}")
    if made.left:
        said.append(f"{made.left} {accord(made.left, 'laissée')} en l’état")
    return ", ".join(said) + "."


def _plan(request: HttpRequest, session: Session, form: Any, page: dict[str, str], *, replace: bool) -> HttpResponse:
    """The common end of the two ways to fill a timetable."""
    if request.method == "POST" and form.is_valid():
        slots = form.slots() if callable(form.slots) else form.slots
        try:
            with once(request, "emploi_du_temps") as claim:
                if not claim.done:
                    made = timetable.plan(session, slots, hat_of(request), replace=replace)
                    messages.success(request, _told(made))
                    claim.keep(_back(session, slots[0].on_date if slots else None))
        except Refused as no:
            form.add_error(None, no.message)
        else:
            return redirect(claim.location or _back(session))
    last = Crumb(page["title"])
    return form_page(request, form, back=_back(session), crumbs=crumbs(session, last), **page)


@organisme
@require_http_methods(["GET", "POST"])
def week(request: HttpRequest, number: str) -> HttpResponse:
    """A week repeated; jours fériés are passed over."""
    session = own_session(request, number)
    form = WeekForm(request.POST if request.method == "POST" else None, session=session)
    page = {
        "title": "Faire l’emploi du temps d’après une semaine",
        "lead": "Les demi-journées déjà prévues restent comme elles sont ; vous pourrez changer chacune ensuite.",
        "action": "Ajouter les demi-journées",
    }
    return _plan(request, session, form, page, replace=False)


@organisme
@require_http_methods(["GET", "POST"])
def pasted(request: HttpRequest, number: str) -> HttpResponse:
    """A table pasted from a spreadsheet; a half-day that is planned already takes the new words."""
    session = own_session(request, number)
    form = PastedForm(request.POST if request.method == "POST" else None)
    page = {
        "title": "Coller un emploi du temps",
        "lead": "Une demi-journée déjà prévue prend les heures du tableau, tant qu’elle n’a pas été ouverte.",
        "action": "Reprendre ces lignes",
    }
    return _plan(request, session, form, page, replace=True)


def _own(request: HttpRequest, pk: int) -> HalfDay:
    found: HalfDay = get_object_or_404(attendance.half_days_of(hat_of(request)), pk=pk)
    return found


@organisme
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One half-day."""
    half_day = _own(request, pk)
    form = HalfDayForm(request.POST if request.method == "POST" else None, initial=HalfDayForm.answers_of(half_day))
    back = _back(half_day.session, half_day.on_date)
    if request.method == "POST" and form.is_valid():
        try:
            timetable.change(half_day, hat_of(request), form.slot())
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, "La demi-journée est modifiée.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Modifier une demi-journée",
        lead=f"{title_of(half_day)}, session {half_day.session.number}.",
        action="Enregistrer",
        back=back,
        crumbs=crumbs(half_day.session, Crumb("Modifier une demi-journée")),
    )


@organisme
@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """It will not take place, and why."""
    half_day = _own(request, pk)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Pourquoi elle n’a pas lieu",
        required="Dites pourquoi cette demi-journée n’a pas lieu.",
    )
    back = _back(half_day.session, half_day.on_date)
    if request.method == "POST" and form.is_valid():
        try:
            timetable.cancel(half_day, hat_of(request), form.cleaned_data["reason"])
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, "La demi-journée est annulée.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Annuler une demi-journée",
        lead=f"{title_of(half_day)}. Elle reste visible, barrée, avec son motif ; personne n’y est plus attendu.",
        action="Annuler la demi-journée",
        danger=True,
        back=back,
        crumbs=crumbs(half_day.session, Crumb("Annuler une demi-journée")),
    )


@organisme
@require_http_methods(["GET", "POST"])
def exempt(request: HttpRequest, number: str) -> HttpResponse:
    """A person's own timetable (R52): where she is not expected."""
    session = own_session(request, number)
    people = {one.pk: one for one in session.parcours.exclude(state="annule").select_related("stagiaire", "session")}
    form = ExemptionForm(
        request.POST if request.method == "POST" else None,
        people=[(pk, str(one.stagiaire)) for pk, one in people.items()],
        initial={"first": session.starts_on, "last": session.ends_on, "expected": False},
    )
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _exempted(session, people[form.cleaned_data["parcours"]], form, request))
        except Refused as no:
            form.add_error(None, no.message)
        else:
            return redirect(_back(session))
    return form_page(
        request,
        form,
        title="Emploi du temps d’une personne",
        lead="Les heures sont celles de la personne : dites quelles demi-journées du groupe ne sont pas les siennes.",
        action="Enregistrer",
        back=_back(session),
        crumbs=crumbs(session, Crumb("Emploi du temps d’une personne")),
        rule="R52",
    )


def _exempted(session: Session, one: Parcours, form: ExemptionForm, request: HttpRequest) -> str:
    said = form.cleaned_data
    rows = HalfDay.objects.filter(session=session, on_date__range=(said["first"], said["last"]))
    rows = rows.exclude(state=HalfDayState.ANNULEE)
    if said["kinds"]:
        rows = rows.filter(kind__in=said["kinds"])
    if said["expected"]:
        count = timetable.expect_again(rows, one, hat_of(request))
        return f"{one.stagiaire.short_name} est attendue de nouveau sur {pluriel(count, 'demi-journée')}."
    count = timetable.exempt(rows, one, hat_of(request))
    return f"{one.stagiaire.short_name} est dispensée de {pluriel(count, 'demi-journée')}."
