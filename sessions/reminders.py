"""What the clock reminds people of, once each: files to complete, files undecided, sessions soon to start."""

from datetime import timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal.notices import Notice, notify, register
from core.rulebook import parameters
from core.rules import Audience
from core.ui.french import jour, pluriel
from intentions.workflow.tell import authors_of
from orders.workflow.people import members_of, region_of
from sessions.enums import OfferState, SessionState
from sessions.facts import judge_session
from sessions.models import Session, SessionRequest
from sessions.queries import desk
from sessions.queries.cascade import dressed_offers
from sessions.queries.requests import queue
from sessions.rules import SessionAct
from sessions.workflow import start
from sessions.workflow.around import valideurs_near


@register
class RequestToComplete(Notice):
    kind = "demande.a_completer"
    label = "Une demande attend que je la complète"
    audience = (OrganisationKind.ORGANISME,)


@register
class RequestUndecided(Notice):
    kind = "demande.sans_decision"
    label = "Une demande complète attend une décision depuis longtemps"
    audience = (OrganisationKind.REGION,)


@register
class PlaceUnanswered(Notice):
    kind = "session.place_sans_reponse"
    label = "Une place qui vous est proposée attend votre réponse"
    audience = (
        OrganisationKind.EMPLOYEUR,
        OrganisationKind.ORGANISME,
        OrganisationKind.VALIDEUR,
        OrganisationKind.RELAIS,
        OrganisationKind.REGION,
    )


@register
class EmptySeats(Notice):
    """R97: shared by the organisme and the valideurs around."""

    kind = "session.places_libres"
    label = "Une session va commencer avec des places libres"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR)


@register
class MeetingMissing(Notice):
    """R89: told before the start, never in the way of it."""

    kind = "session.sans_information"
    label = "Une session va commencer sans information collective"
    audience = (OrganisationKind.ORGANISME,)


def remind_to_complete() -> int:
    """Tell each organisme of the files that the Région gave back and that it has not completed. Returns how many."""
    since = timezone.now() - timedelta(days=int(parameters.current()["completion_reminder_days"]))
    told = 0
    for request in desk.given_back().filter(updated_at__lt=since).select_related("organisme"):
        text = f"La demande {request.number} attend vos compléments : {request.title}"
        told += notify(
            RequestToComplete, members_of(request.organisme), request, text, _page(request), str(request.updated_at)
        )
    return told


def remind_undecided() -> int:
    """Tell those who decide at the Région of the complete files that have waited too long (R101)."""
    deciders = list(
        Membership.objects.filter(
            organisation__kind=OrganisationKind.REGION, role=Role.DECIDEUR, is_active=True
        ).select_related("user")
    )
    told = 0
    for request in queue().filter(desk.is_late()).select_related("lot", "organisme"):
        since = timezone.localdate(request.completed_at) if request.completed_at else timezone.localdate()
        text = f"La demande {request.number} attend une décision depuis le {jour(since, weekday=False)}"
        people = {hat.pk: hat for hat in (*region_of(request.lot), *deciders)}
        told += notify(
            RequestUndecided,
            people.values(),
            request,
            text,
            reverse("region_demande", args=[request.pk]),
            str(request.completed_at),
        )
    return told


def remind_offers() -> int:
    """Tell each employer of the places that wait for his answer, as the day comes near. Returns how many."""
    today = timezone.localdate()
    until = today + timedelta(days=int(parameters.current(today)["offer_reminder_days"]))
    told = 0
    for row in dressed_offers().filter(state=OfferState.PROPOSEE, answer_by__range=(today, until)):
        text = (
            f"{row.request.organisme} attend votre réponse avant le {jour(row.answer_by, weekday=False)} : "
            f"{pluriel(row.posts, 'place')} dans la session « {row.request.session.title} »"
        )
        url = reverse("proposition", args=[row.pk])
        told += notify(PlaceUnanswered, authors_of(row.intention), row, text, url, str(row.answer_by))
    return told


def remind_empty_seats() -> int:
    """Tell the organisme and the valideurs of the département of sessions that start soon with places left (R97)."""
    today = timezone.localdate()
    until = today + timedelta(days=int(parameters.current()["empty_seats_days"]))
    soon = Session.objects.filter(
        state__in=[SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT],
        starts_on__range=(today, until),
        seats_taken__lt=F("seats"),
    ).select_related("organisme")
    told = 0
    for session in soon.order_by("starts_on", "pk"):
        free = pluriel(session.seats - session.seats_taken, "place libre", "places libres")
        text = f"{session.title} : {free}, début le {jour(session.starts_on, weekday=False)}"
        people = [*members_of(session.organisme), *valideurs_near(session)]
        told += notify(EmptySeats, people, session, text, reverse("session_fiche", args=[session.number]))
    return told


def remind_missing_meetings() -> int:
    """Tell the organisme of sessions about to start without a collective meeting, as R89 says. Returns how many."""
    today, figures = timezone.localdate(), parameters.current()
    soon = Session.objects.filter(
        state__in=[SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT],
        starts_on__range=(today, today + timedelta(days=int(figures["meeting_notice_days"]))),
    ).select_related("organisme", "request", "lot")
    told = 0
    for session in soon.order_by("starts_on", "pk"):
        finding = judge_session(session, figures).finding("R89")
        if finding and finding.is_warning:
            text = f"{session.title} : {finding.message(Audience.ORGANISME)}"
            told += notify(MeetingMissing, members_of(session.organisme), session, text, _page(session.request))
    return told


def remind_unprepared() -> int:
    """Tell who can settle it of sessions about to start that nobody follows (R104, R106). Returns how many."""
    today, figures = timezone.localdate(), parameters.current()
    soon = Session.objects.filter(
        state__in=[SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT],
        starts_on__range=(today, today + timedelta(days=int(figures["meeting_notice_days"]))),
    ).select_related("organisme", "request", "lot")
    told = 0
    for session in soon.order_by("starts_on", "pk"):
        for finding in judge_session(session, figures, SessionAct.DEMARRER).blocking:
            text = f"{session.title}\u00a0: {finding.message(Audience.ORGANISME)}"
            told += start.tell(session, finding, text, once=finding.id)
    return told


def _page(request: SessionRequest) -> str:
    return reverse("demande_detail", args=[request.pk])
