"""Information meetings: plan, change, call off, convoke, note who came, put in one's calendar."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Crumb
from stagiaires.enums import Attendance, PositioningMove, PositioningState
from stagiaires.forms.meetings import MeetingCandidatesForm, MeetingForm
from stagiaires.forms.positionings import ReasonForm
from stagiaires.invitations import calendar_of
from stagiaires.models import InformationMeeting, MeetingEmployer, MeetingInvitation, Positioning
from stagiaires.queries import meetings as queries
from stagiaires.queries import positionings as candidacies
from stagiaires.views.around import act, form_page, must, organisme, own_session, posted, readers, session_crumbs
from stagiaires.workflow import meetings


def _meeting(request: HttpRequest, pk: int, *, own: bool = False) -> tuple[Membership, InformationMeeting]:
    """A meeting that this hat sees; `own`: of its own session."""
    hat = hat_of(request)
    rows = queries.visible_to(hat).select_related("session__organisme", "session__commune", "session__lot")
    meeting = get_object_or_404(rows, pk=pk)
    must(not own or (meeting.session.organisme_id == hat.organisation_id and meeting.cancelled_at is None))
    return hat, meeting


def _crumbs(meeting: InformationMeeting, last: str = "") -> list[Crumb]:
    trail = session_crumbs(meeting.session, "Réunion d’information")
    if last:
        trail[-1] = Crumb("Réunion d’information", reverse("reunion_detail", args=[meeting.pk]))
        trail.append(Crumb(last))
    return trail


@organisme
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """A meeting of the session; `?report=1`: the new calendar agreed with the employers (R91)."""
    hat, session = own_session(request, number)
    new_calendar = request.GET.get("report") == "1"
    employers = candidacies.employers_of(session)
    has_employers = employers.exists()
    form = MeetingForm(
        posted(request),
        employers=employers if has_employers and not new_calendar else None,
        new_calendar=new_calendar,
        initial={"capacity": max(10, 2 * session.seats)},
    )
    if request.method == "POST" and form.is_valid():
        invited = list(employers) if new_calendar else list(form.cleaned_data.get("employers", []))
        try:
            with once(request, "reunion.prevoir") as claim:
                if not claim.done:
                    made = meetings.plan(session, hat, form.values(), invited)
                    claim.keep(reverse("reunion_detail", args=[made.pk]))
        except Refused as refused:
            form.add_error("day", refused.message)
        else:
            messages.success(request, "La réunion est prévue : convoquez-y les candidats.")
            return redirect(claim.location)
    return form_page(
        request,
        form,
        title="Convenir d’un nouveau calendrier" if new_calendar else "Prévoir une réunion d’information",
        lead="Des profils n’ont pas été retenus : dites ce qui est convenu, tous les employeurs sont prévenus."
        if new_calendar
        else "Avant le début, les employeurs viennent et choisissent les candidats avec vous.",
        action="Enregistrer le calendrier" if new_calendar else "Prévoir la réunion",
        rules=["R91"] if new_calendar else ["R89"],
        back=reverse("session_candidats", args=[number]),
        crumbs=session_crumbs(session, "Réunion d’information"),
    )


@readers
@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """When, where, who is invited, who came."""
    hat, meeting = _meeting(request, pk)
    is_trainer = meeting.session.organisme_id == hat.organisation_id
    invitations = list(queries.invitations(meeting, hat))
    gone = (PositioningState.REFUSE, PositioningState.RETIRE)
    expected = [one for one in invitations if one.positioning.state not in gone]
    employers = meeting.employers.select_related("employer").order_by("employer__name", "id")
    if hat.kind == OrganisationKind.EMPLOYEUR:
        employers = employers.filter(employer=hat.organisation_id)
    begun = meeting.starts_at <= timezone.now()
    context = {
        "hat": hat,
        "meeting": meeting,
        "session": meeting.session,
        "is_trainer": is_trainer,
        "begun": begun,
        "may_note": is_trainer and begun and not meeting.cancelled_at,
        "invitations": invitations,
        "employers": employers,
        "presences": Attendance.choices,
        "to_invite": _uninvited(meeting) if is_trainer and not meeting.cancelled_at else 0,
        "left": max(meeting.capacity - len(expected), 0),
        "crumbs": _crumbs(meeting),
    }
    return render(request, "stagiaires/positionnement/reunion.html", context)


def _uninvited(meeting: InformationMeeting) -> int:
    known = meeting.employers.values("employer")
    return candidacies.employers_of(meeting.session).exclude(pk__in=known).count()


@organisme
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    hat, meeting = _meeting(request, pk, own=True)
    form = MeetingForm(posted(request), employers=None, new_calendar=False, initial=MeetingForm.said_by(meeting))
    back = reverse("reunion_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            meetings.change(meeting, hat, form.values())
        except Refused as refused:
            form.add_error("day", refused.message)
        else:
            messages.success(request, "La réunion est à jour, les personnes invitées sont prévenues.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Changer la réunion",
        lead="Chaque candidat reçoit la nouvelle invitation ; elle remplace l’ancienne dans son agenda.",
        action="Enregistrer la réunion",
        back=back,
        crumbs=_crumbs(meeting, "Changer"),
    )


@organisme
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    hat, meeting = _meeting(request, pk, own=True)
    form = ReasonForm(posted(request))
    back = reverse("reunion_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return act(
            request, "reunion.annuler", back, "La réunion est annulée, les personnes invitées sont prévenues.",
            lambda: meetings.cancel(meeting, hat, reason),
        )  # fmt: skip
    return form_page(
        request,
        form,
        title="Annuler la réunion",
        lead="Les candidats et les employeurs invités sont prévenus, avec votre motif.",
        action="Annuler la réunion",
        danger=True,
        back=back,
        crumbs=_crumbs(meeting, "Annuler"),
    )


@organisme
@require_http_methods(["GET", "POST"])
def convoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the candidates of the session who come."""
    hat, meeting = _meeting(request, pk, own=True)
    able = [*PositioningMove.CONVOQUER.sources, PositioningState.CONVOQUE]
    known = MeetingInvitation.objects.filter(meeting=meeting).values("positioning")
    waiting = (
        Positioning.objects.filter(session=meeting.session, state__in=able)
        .exclude(pk__in=known)
        .select_related("stagiaire", "session")
        .order_by("stagiaire__last_name", "stagiaire__first_name", "id")
    )
    form = MeetingCandidatesForm(posted(request), candidates=waiting)
    back = reverse("reunion_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["candidates"])
        try:
            with once(request, "reunion.convoquer") as claim:
                if not claim.done:
                    meetings.convoke(meeting, hat, chosen)
                    claim.keep(back)
        except Refused as refused:
            form.add_error("candidates", refused.message)
        else:
            messages.success(request, "Les candidats sont convoqués : invitation par courriel, conseillers prévenus.")
            return redirect(back)
    return form_page(
        request,
        form,
        title="Convoquer des candidats à la réunion",
        lead="Chacun reçoit une invitation pour son agenda ; sans adresse, son conseiller le prévient.",
        action="Convoquer",
        back=back,
        crumbs=_crumbs(meeting, "Convoquer"),
    )


@organisme
@require_POST
def invite_employers(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite the employers of the session who are not yet."""
    hat, meeting = _meeting(request, pk, own=True)
    return act(
        request,
        "reunion.employeurs",
        reverse("reunion_detail", args=[pk]),
        "Les employeurs de la session sont invités.",
        lambda: meetings.invite_employers(meeting, hat, candidacies.employers_of(meeting.session)),
    )


@organisme
@require_POST
def presences(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came."""
    hat, meeting = _meeting(request, pk, own=True)

    def said(prefix: str, model: type[MeetingInvitation] | type[MeetingEmployer]) -> dict[int, str]:
        keys = model.objects.filter(meeting=meeting).values_list("pk", flat=True)
        return {key: request.POST[f"{prefix}-{key}"] for key in keys if f"{prefix}-{key}" in request.POST}

    return act(
        request,
        "reunion.presences",
        reverse("reunion_detail", args=[pk]),
        "Les présences sont notées.",
        lambda: meetings.note_presence(
            meeting, hat, said("candidat", MeetingInvitation), said("employeur", MeetingEmployer)
        ),
    )


@readers
@require_GET
def meeting_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reunions/<pk>/reunion.ics`: the meeting, for a calendar."""
    _, meeting = _meeting(request, pk)
    answer = HttpResponse(calendar_of(meeting), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="reunion-{meeting.pk}.ics"'
    return answer
