"""Information meetings: employers invited, candidates convoked, presence noted (R89, R91, first step of R92)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.accounts.queries import active_hats
from core.journal import events, outbox
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui.french import moment, pluriel
from intentions.rules import Milestone as Step
from orders.workflow.people import region_of
from sessions.enums import SessionState
from sessions.models import Session
from sessions.workflow import life
from stagiaires.enums import Attendance, PositioningMove, PositioningState
from stagiaires.models import InformationMeeting, MeetingEmployer, MeetingInvitation, Positioning
from stagiaires.notices import MeetingNews, NewCalendar, tell_of_meeting
from stagiaires.queries import positionings as queries
from stagiaires.workflow import milestones
from stagiaires.workflow import positionings as candidacies

CONVOKE = "reunion.convoquer"
WHEN = ("starts_at", "ends_at", "place", "capacity", "note")


def plan(
    session: Session, hat: Membership, values: dict[str, Any], employers: Iterable[Organisation]
) -> InformationMeeting:
    """Plan a meeting and invite these employers of the session.

    `values`: starts_at, ends_at, place, capacity, note, and `agreed` when it is the new calendar of R91: then every
    employer of the session is told, and the lot's gestionnaire. Raises Refused for another hat than the organisme's,
    a date that is past, or a session that nobody enters any more.
    """
    _must_hold(session, hat)
    if session.state not in SessionState.public() or session.ends_on < timezone.localdate():
        raise Refused(f"La session {session.number} n’est plus à pourvoir.")
    _must_come(values["starts_at"])
    agreed = (values.get("agreed") or "").strip()
    with transaction.atomic():
        made = InformationMeeting.objects.create(
            session=session, created_by=hat, agreed=agreed, **{name: values[name] for name in WHEN}
        )
        when = moment(timezone.localtime(made.starts_at))
        label = f"Nouveau calendrier convenu : réunion le {when}" if agreed else f"Réunion d’information le {when}"
        events.record(session, "session.reunion", label, hat=hat, reason=agreed)
        invite_employers(made, hat, employers, tell=not agreed)
        if agreed:
            _tell_new_calendar(made, when)
        _tell_sheet(session)
    return made


def change(meeting: InformationMeeting, hat: Membership, values: dict[str, Any]) -> InformationMeeting:
    """Move the meeting, or say its place anew: invitations go out again under the next number."""
    with transaction.atomic():
        locked = _hold(meeting, hat)
        if all(getattr(locked, name) == values[name] for name in WHEN):
            return locked
        if values["starts_at"] != locked.starts_at:
            _must_come(values["starts_at"])
        invited, before = _expected(locked).count(), locked.starts_at
        if values["capacity"] < invited:
            already = pluriel(invited, "candidat est déjà convoqué", "candidats sont déjà convoqués")
            raise Refused(f"{already} : la capacité ne peut pas être plus petite.")
        for name in WHEN:
            setattr(locked, name, values[name])
        locked.sequence += 1
        locked.save()
        _move_appointments(locked, before)
        when = moment(timezone.localtime(locked.starts_at))
        events.record(
            locked.session, "session.reunion", f"Réunion d’information déplacée ou précisée : {when}", hat=hat
        )
        _send(locked)
        _tell(locked, f"la réunion d’information a changé : {when}, {locked.place}", f"v{locked.sequence}")
        _tell_sheet(locked.session)
    return locked


def cancel(meeting: InformationMeeting, hat: Membership, reason: str) -> InformationMeeting:
    """Call the meeting off, with a reason that everyone invited reads."""
    if not reason.strip():
        raise Refused("Dites pourquoi la réunion est annulée : les personnes invitées le liront.")
    with transaction.atomic():
        locked = _hold(meeting, hat)
        locked.cancelled_at, locked.cancellation_reason = timezone.now(), reason.strip()
        locked.sequence += 1
        locked.save()
        _move_appointments(locked, locked.starts_at)
        when = moment(timezone.localtime(locked.starts_at))
        events.record(
            locked.session, "session.reunion", f"Réunion d’information du {when} annulée", hat=hat, reason=reason
        )
        _send(locked)
        _tell(locked, f"la réunion d’information du {when} est annulée", "annulee")
        _tell_sheet(locked.session)
    return locked


def _tell_sheet(session: Session) -> None:
    """The sheet in the catalogue and in the feed says the next of the meetings that stand."""
    coming = InformationMeeting.objects.filter(session=session, cancelled_at=None, starts_at__gte=timezone.now())
    life.note_meeting(session, coming.order_by("starts_at").values_list("starts_at", flat=True).first())


def invite_employers(
    meeting: InformationMeeting, hat: Membership, employers: Iterable[Organisation], *, tell: bool = True
) -> int:
    """Invite employers of the session, once each (R89). Returns how many are newly invited."""
    _must_hold(meeting.session, hat)
    allowed = set(queries.employers_of(meeting.session).values_list("pk", flat=True))
    known = set(meeting.employers.values_list("employer", flat=True))
    fresh = [one for one in employers if one.pk in allowed and one.pk not in known]
    with transaction.atomic():
        MeetingEmployer.objects.bulk_create([MeetingEmployer(meeting=meeting, employer=one) for one in fresh])
        if fresh and tell:
            when = moment(timezone.localtime(meeting.starts_at))
            text = f"{meeting.session.title} : vous êtes invité à la réunion d’information, le {when}, {meeting.place}"
            tell_of_meeting(MeetingNews, active_hats(organisation__in=fresh), meeting, text, once="invite")
    return len(fresh)


def convoke(meeting: InformationMeeting, hat: Membership, candidates: Iterable[Positioning]) -> int:
    """Ask these candidates of the session to the meeting; each gets his invitation, his advisor is told.

    Raises Refused when there are more of them than places left. Returns how many are newly convoked.
    """
    with transaction.atomic():
        locked = _hold(meeting, hat)
        _must_come(locked.starts_at)
        known = set(locked.invitations.values_list("positioning", flat=True))
        wanted = [one.pk for one in candidates if one.pk not in known]
        left = locked.capacity - _expected(locked).count()
        if len(wanted) > left:
            room = pluriel(left, "place reste", "places restent")
            raise Refused(f"{room} à cette réunion pour {len(wanted)} candidats : choisissez-en moins.")
        rows = Positioning.objects.select_for_update(of=("self",)).select_related(
            "session__organisme", "advisor__user", "valideur"
        )
        count = 0
        for held in rows.filter(pk__in=wanted, session=locked.session_id).order_by("pk"):
            if held.state not in (*PositioningMove.CONVOQUER.sources, PositioningState.CONVOQUE):
                continue
            held.appointment_at, held.appointment_place = locked.starts_at, locked.place
            candidacies.mark_convoked(held, hat, timezone.localtime(locked.starts_at))
            invitation = MeetingInvitation.objects.create(meeting=locked, positioning=held)
            outbox.enqueue(CONVOKE, invitation, locked.sequence)
            count += 1
    return count


def note_presence(
    meeting: InformationMeeting, hat: Membership, candidates: Mapping[int, str], employers: Mapping[int, str]
) -> None:
    """Who came, by number of invitation. An employer who came has kept his first step (R92); a candidate who did not
    is noted absent, and may be asked again.

    Raises Refused before the meeting has begun.
    """
    with transaction.atomic():
        locked = _hold(meeting, hat)
        if locked.starts_at > timezone.now():
            raise Refused("La réunion n’a pas encore commencé : la présence se note ensuite.")
        now = timezone.now()
        for row in locked.invitations.select_related("positioning").order_by("pk"):
            said = candidates.get(row.pk)
            if said in Attendance.values and said != row.presence:
                row.presence, row.noted_at = said, now
                row.save(update_fields=["presence", "noted_at"])
                if said == Attendance.ABSENT and row.positioning.state == PositioningState.CONVOQUE:
                    candidacies.note_absent(row.positioning, hat)
        for one in locked.employers.select_related("employer").order_by("pk"):
            said = employers.get(one.pk)
            if said in Attendance.values and said != one.presence:
                one.presence, one.noted_at = said, now
                one.save(update_fields=["presence", "noted_at"])
                if said == Attendance.PRESENT:
                    on_date = timezone.localdate(locked.starts_at)
                    milestones.keep(locked.session, one.employer, Step.INFORMATION_COLLECTIVE, hat, on_date)
        events.record(locked.session, "session.presences", "Présences notées à la réunion d’information", hat=hat)


def _must_hold(session: Session, hat: Membership) -> None:
    if hat.kind != OrganisationKind.ORGANISME or session.organisme_id != hat.organisation_id:
        raise Refused("L’organisme de la session organise la réunion d’information (R89).")


def _must_come(at: datetime) -> None:
    if at <= timezone.now():
        raise Refused("La date de la réunion est passée : donnez une date à venir.")


def _hold(meeting: InformationMeeting, hat: Membership) -> InformationMeeting:
    rows = InformationMeeting.objects.select_for_update(of=("self",)).select_related(
        "session__lot", "session__organisme"
    )
    locked = rows.get(pk=meeting.pk)
    _must_hold(locked.session, hat)
    if locked.cancelled_at:
        raise Refused("Cette réunion est annulée.")
    return locked


def _expected(meeting: InformationMeeting) -> QuerySet[MeetingInvitation]:
    """Those still to come: neither refused nor withdrawn since."""
    return meeting.invitations.exclude(positioning__state__in=[PositioningState.REFUSE, PositioningState.RETIRE])


def _move_appointments(meeting: InformationMeeting, before: datetime) -> None:
    """Candidates whose appointment was this meeting have it at its new moment, or none when it is called off."""
    convoked = _expected(meeting).filter(positioning__appointment_at=before).values("positioning")
    for held in Positioning.objects.select_for_update(of=("self",)).filter(pk__in=convoked).order_by("pk"):
        held.appointment_at = None if meeting.cancelled_at else meeting.starts_at
        held.appointment_place = "" if meeting.cancelled_at else meeting.place
        held.save(update_fields=["appointment_at", "appointment_place"])


def _send(meeting: InformationMeeting) -> None:
    """Promise each candidate his invitation as it stands now."""
    for invitation in _expected(meeting).order_by("pk"):
        outbox.enqueue(CONVOKE, invitation, meeting.sequence)


def _tell(meeting: InformationMeeting, words: str, once: str) -> None:
    """Tell the employers invited, and the advisors of the candidates convoked."""
    invited = active_hats(organisation__in=meeting.employers.values("employer"))
    text = f"{meeting.session.title} ({meeting.session.number}) : {words}"
    tell_of_meeting(MeetingNews, invited, meeting, text, once=once)
    convoked = _expected(meeting).values("positioning__advisor")
    tell_of_meeting(MeetingNews, active_hats(pk__in=convoked), meeting, text, once=once)


def _tell_new_calendar(meeting: InformationMeeting, when: str) -> None:
    session = meeting.session
    hats = [*active_hats(organisation__in=queries.employers_of(session)), *region_of(session.lot)]
    text = f"{session.title} ({session.number}) : nouveau calendrier convenu, réunion le {when}"
    notify(NewCalendar, hats, meeting, text, reverse("reunion_detail", args=[meeting.pk]))
