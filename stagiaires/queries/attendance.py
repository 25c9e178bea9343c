"""Who was there: ONE query, read by every screen, sheet, seal and export."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.months import first_of
from core.rulebook import parameters
from core.ui.french import heure
from orders.queries.market import kept_by
from sessions.enums import SessionState
from sessions.models import Session
from stagiaires.enums import AbsenceReason, HourKind, Known, LockState, SignatureMethod
from stagiaires.models import HalfDay, MonthLock, Parcours, TrainerLink
from stagiaires.rules.presence import Limits, Missed, Opening, Presence, presence

# Expected: in the session that day, and not exempted. Whoever has signed, or was corrected, is read all the same.
_SQL = """
SELECT h.id, h.session_id, h.on_date, h.part, h.starts_at, h.hours, h.kind, h.state, p.id, p.composante_id,
       c.id, c.present, c.hours, c.late, s.token, s.signed_at, s.method, s.late, a.id, a.reason, a.hours, a.proof <> ''
FROM stagiaires_halfday h
JOIN stagiaires_parcours p ON p.session_id = h.session_id AND p.state <> 'annule'
LEFT JOIN stagiaires_signature s ON s.half_day_id = h.id AND s.parcours_id = p.id
LEFT JOIN stagiaires_absence a ON a.half_day_id = h.id AND a.parcours_id = p.id
LEFT JOIN LATERAL (
    SELECT k.id, k.present, k.hours, k.late FROM stagiaires_attendancecorrection k
    WHERE k.half_day_id = h.id AND k.parcours_id = p.id ORDER BY k.made_at DESC, k.id DESC LIMIT 1
) c ON TRUE
WHERE h.state <> 'annulee' AND {wanted}
  AND (s.token IS NOT NULL OR c.id IS NOT NULL OR (
       h.on_date BETWEEN p.starts_on AND COALESCE(p.left_on, p.ends_on)
       AND NOT EXISTS (SELECT 1 FROM stagiaires_exemption e WHERE e.half_day_id = h.id AND e.parcours_id = p.id)))
ORDER BY h.on_date, h.starts_at, h.id, p.id
"""


@dataclass(frozen=True)
class Line:
    """One person expected on one half-day, and what is known of it."""

    half_day: int
    session: int
    on_date: date
    part: str
    starts_at: time
    hours: Decimal
    kind: str
    state: str
    parcours: int
    composante: int | None
    presence: Presence
    correction: int | None
    token: str | None
    signed_at: datetime | None
    method: str
    absence: int | None
    reason: str
    proven: bool
    late: bool

    @property
    def known(self) -> Known:
        return Known(self.presence.known)

    @property
    def is_known(self) -> bool:
        return self.known != Known.INCONNU

    @property
    def is_company(self) -> bool:
        return self.kind == HourKind.ENTREPRISE

    @property
    def said(self) -> str:
        """In words, without a name: « Signée à 9 h 03 », « Absent : maladie »."""
        if self.correction is not None:
            return f"{self.known.label} (corrigé)"
        if self.signed_at is not None:
            word = f"Signée à {heure(timezone.localtime(self.signed_at))}"
            return word if self.known == Known.PRESENT else f"{word}, partie du temps"
        if self.absence is not None:
            return f"Absent : {AbsenceReason(self.reason).label.lower()}"
        return str(Known.INCONNU.label)


def lines(
    *,
    session: int | None = None,
    half_days: Iterable[int] | None = None,
    parcours: Iterable[int] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[Line]:
    """Every person expected on every half-day that is asked for, with what is known. One query.

    Args:
        session, half_days, parcours: primary keys; at least one of the three.
        first, last: days, both included.
    """
    wanted: list[tuple[str, Any]] = []
    if session is not None:
        wanted.append(("h.session_id = %s", session))
    if half_days is not None:
        wanted.append(("h.id = ANY(%s)", list(half_days)))
    if parcours is not None:
        wanted.append(("p.id = ANY(%s)", list(parcours)))
    if not wanted:
        raise ValueError("attendance of everybody is never asked for")
    if first is not None:
        wanted.append(("h.on_date >= %s", first))
    if last is not None:
        wanted.append(("h.on_date <= %s", last))
    with connection.cursor() as cursor:
        # The conditions are those above, written here; values go as parameters.
        cursor.execute(_SQL.format(wanted=" AND ".join(part for part, _ in wanted)), [value for _, value in wanted])
        return [_line(row) for row in cursor.fetchall()]


def _line(row: tuple[Any, ...]) -> Line:
    (half_day, session, on_date, part, starts_at, hours, kind, state, parcours, composante,
     correction, present, corrected, late_correction, token, signed_at, method, late,
     absence, reason, missed, proof) = row  # fmt: skip
    proven = bool(proof) and reason in AbsenceReason.justified()
    counted = presence(
        hours,
        corrected=None if correction is None else (corrected if present else Decimal(0)),
        signed=token is not None,
        absence=None if absence is None else Missed(missed, proven),
    )
    return Line(
        half_day, session, on_date, part, starts_at, hours, kind, state, parcours, composante, counted, correction,
        str(token) if token else None, signed_at, method or "", absence, reason or "", proven,
        bool(late_correction or late),
    )  # fmt: skip


def line_of(half_day: HalfDay, parcours: Parcours) -> Line | None:
    """What is known of one person on one half-day; None when she is not expected there."""
    return next(iter(lines(half_days=[half_day.pk], parcours=[parcours.pk])), None)


METHODS = {str(one.value): str(one.label) for one in SignatureMethod}


def limits() -> Limits:
    """The delays of today. One query."""
    said = parameters.current()
    return Limits(
        open_before=timedelta(minutes=int(said["attendance_open_before_minutes"])),
        open_after=timedelta(minutes=int(said["attendance_open_after_minutes"])),
        clock_skew=timedelta(minutes=int(said["attendance_clock_skew_minutes"])),
        forgotten_hour=int(said["attendance_forgotten_hour"]),
    )


def opening_of(half_day: HalfDay, *, locked: bool | None = None) -> Opening:
    """A half-day as its signatures find it. One query, unless `locked` is known."""

    def at(when: time) -> datetime:
        return timezone.make_aware(datetime.combine(half_day.on_date, when))

    known = month_is_locked(half_day.session_id, half_day.on_date) if locked is None else locked
    return Opening(at(half_day.starts_at), at(half_day.ends_at), str(half_day.state), known, half_day.closed_at)


# --- Who sees what


def sessions_of(hat: Membership) -> QuerySet[Session]:
    """Sessions whose attendance this hat sees: an organisme's own, every one for the Région."""
    rows = Session.objects.exclude(state__in=[SessionState.ANNULEE, SessionState.SUSPENDUE, SessionState.AUTORISEE])
    if hat.kind == OrganisationKind.REGION:
        return rows
    if hat.kind == OrganisationKind.ORGANISME:
        return rows.filter(organisme=hat.organisation_id)
    return rows.none()


def half_days_of(hat: Membership) -> QuerySet[HalfDay]:
    """Half-days that this hat may open and correct: the organisme's own."""
    rows = HalfDay.objects.select_related("session")
    if hat.kind != OrganisationKind.ORGANISME:
        return rows.none()
    return rows.filter(session__organisme=hat.organisation_id)


def half_days_of_link(link: TrainerLink) -> QuerySet[HalfDay]:
    """Half-days that a trainer's link opens."""
    rows = HalfDay.objects.select_related("session")
    return rows.filter(session=link.session_id, on_date__range=(link.starts_on, link.ends_on))


def living_links(numbers: Iterable[int]) -> QuerySet[TrainerLink]:
    """The links that are neither revoked nor past, with their session."""
    rows = TrainerLink.objects.filter(pk__in=list(numbers), revoked_at=None, ends_on__gte=timezone.localdate())
    return rows.select_related("session").order_by("pk")


def people_of(half_day: HalfDay) -> list[tuple[Line, Parcours]]:
    """Those expected on a half-day, by name, with what is known. Two queries."""
    found = {line.parcours: line for line in lines(half_days=[half_day.pk])}
    rows = Parcours.objects.filter(pk__in=found).select_related("stagiaire")
    return [(found[one.pk], one) for one in sorted(rows, key=lambda one: str(one).lower())]


# --- Months


def month_is_locked(session: int, day: date) -> bool:
    """Whether nothing more may be written on this day of a session."""
    return MonthLock.objects.filter(session=session, month=first_of(day), state__in=LockState.living()).exists()


def locked_months(session: int) -> set[date]:
    """The first days of the months that are sealed."""
    rows = MonthLock.objects.filter(session=session, state__in=LockState.living())
    return set(rows.values_list("month", flat=True))


def months_to_confirm(hat: Membership | None = None) -> QuerySet[MonthLock]:
    """Sealed months that wait for the gestionnaire, the oldest first; with a hat, on its lots and those of nobody."""
    rows = MonthLock.objects.filter(state=LockState.VERROUILLE).defer("content")
    if hat is not None:
        rows = rows.filter(kept_by(hat, "session__lot"))
    return rows.select_related("session__organisme", "session__lot", "locked_by__user").order_by("locked_at", "pk")


# Expected, and nothing said: for reminders, which count and name nobody.
_UNANSWERED = """
SELECT h.session_id, {what}
FROM stagiaires_halfday h
JOIN training_sessions_session t ON t.id = h.session_id
JOIN stagiaires_parcours p ON p.session_id = h.session_id AND p.state <> 'annule'
     AND h.on_date BETWEEN p.starts_on AND COALESCE(p.left_on, p.ends_on)
WHERE h.state <> 'annulee' AND h.on_date >= %s AND h.on_date < %s AND {whose}
  AND NOT EXISTS (SELECT 1 FROM stagiaires_monthlock l WHERE l.session_id = h.session_id
                  AND l.month = date_trunc('month', h.on_date)::date AND l.state IN ('verrouille', 'confirme'))
  AND NOT EXISTS (SELECT 1 FROM stagiaires_exemption e WHERE e.half_day_id = h.id AND e.parcours_id = p.id)
  {unsaid}
GROUP BY {group} ORDER BY {order}
"""
_UNSAID = """
  AND NOT EXISTS (SELECT 1 FROM stagiaires_signature s WHERE s.half_day_id = h.id AND s.parcours_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM stagiaires_absence a WHERE a.half_day_id = h.id AND a.parcours_id = p.id
                  AND COALESCE(a.hours, h.hours) >= h.hours)
  AND NOT EXISTS (SELECT 1 FROM stagiaires_attendancecorrection c WHERE c.half_day_id = h.id AND c.parcours_id = p.id)
"""
LOOK_BACK = timedelta(days=120)  # what is older is the business of the month's page


def unanswered(hat: Membership | None = None, *, day: date | None = None) -> list[tuple[Session, int]]:
    """Sessions whose past half-days lack answers (today's are left in peace), and how many. Two queries."""
    today = day or timezone.localdate()
    counted = _ask("count(*)", "h.session_id", "count(*) DESC, h.session_id", hat, today - LOOK_BACK, today, _UNSAID)
    sessions = Session.objects.select_related("organisme").in_bulk([row[0] for row in counted])
    return [(sessions[pk], count) for pk, count in counted]


def months_to_lock(hat: Membership | None = None, *, day: date | None = None) -> list[tuple[Session, date]]:
    """Months that are over and are not sealed, the oldest first. Two queries."""
    today = day or timezone.localdate()
    month = "date_trunc('month', h.on_date)::date"
    rows = _ask(month, f"h.session_id, {month}", "2, 1", hat, today - LOOK_BACK, first_of(today), "")
    sessions = Session.objects.select_related("organisme").in_bulk([row[0] for row in rows])
    return [(sessions[pk], found) for pk, found in rows]


def _ask(
    what: str, group: str, order: str, hat: Membership | None, first: date, last: date, unsaid: str
) -> list[tuple[int, Any]]:
    whose, values = ("t.organisme_id = %s", [hat.organisation_id]) if hat else ("TRUE", [])
    sql = _UNANSWERED.format(what=what, whose=whose, unsaid=unsaid, group=group, order=order)
    with connection.cursor() as cursor:
        cursor.execute(sql, [first, last, *values])
        return list(cursor.fetchall())
