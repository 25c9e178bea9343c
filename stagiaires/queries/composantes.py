"""What attendance says of the composantes that an order pays: hours the timetable plans, hours that were sealed."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.months import first_of, last_of
from stagiaires.enums import HalfDayState, LockState, ParcoursState
from stagiaires.models import HalfDay, MonthHours, MonthLock, Parcours

# As it was planned: until the end foreseen, whoever left before; hours at an employer's are paid by no order.
_PLANNED = """
SELECT p.composante_id, SUM(h.hours)
FROM stagiaires_parcours p
JOIN stagiaires_halfday h ON h.session_id = p.session_id AND h.on_date BETWEEN p.starts_on AND p.ends_on
WHERE p.composante_id = ANY(%s) AND p.state <> 'annule' AND h.on_date BETWEEN %s AND %s
  AND h.state <> 'annulee' AND h.kind <> 'entreprise'
  AND NOT EXISTS (SELECT 1 FROM stagiaires_exemption e WHERE e.half_day_id = h.id AND e.parcours_id = p.id)
GROUP BY p.composante_id
"""


def planned_hours(composantes: Collection[int], month: date) -> dict[int, Decimal]:
    """Heures-stagiaires that the timetable foresees in a month (any day of it), for each of these composantes.

    Every half-day that is not cancelled, for each parcours that was to be there. A composante without timetable or
    parcours is left out: nothing is known of what was planned. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLANNED, [list(composantes), first_of(month), last_of(month)])
        return dict(cursor.fetchall())


def attended(month: date) -> Exists:
    """Whether the timetable of a session has half-days in a month (any day of it) for people of the composante of an
    outer row: its hours of that month come from attendance.
    """
    days = HalfDay.objects.filter(session=OuterRef("session"), on_date__range=(first_of(month), last_of(month)))
    rows = Parcours.objects.filter(Exists(days.exclude(state=HalfDayState.ANNULEE)), composante=OuterRef("pk"))
    return Exists(rows.exclude(state=ParcoursState.ANNULE))


def booked_seals() -> QuerySet[MonthLock]:
    """Seals whose hours the ledger holds or held: confirmed, and perhaps opened again since. Without their content."""
    confirmed = Q(state=LockState.CONFIRME) | Q(state=LockState.ROUVERT, answered_at__isnull=False)
    return MonthLock.objects.filter(confirmed).defer("content")


def sealed_hours(composantes: Collection[int], months: Collection[date]) -> dict[tuple[int, date], list[MonthHours]]:
    """The lines of each (composante, month) in the last confirmed seal of each session, by parcours. Two queries.

    These are the lines whose sum the ledger holds. Each carries its `lock` with its session, and no name.
    """
    last: dict[tuple[int, date], MonthLock] = {}
    seals = booked_seals().filter(month__in=months, session__month_locks__lines__composante__in=composantes)
    for one in seals.order_by("version").distinct():
        last[one.session_id, one.month] = one
    rows = MonthHours.objects.filter(lock__in=last.values(), composante__in=composantes)
    found: dict[tuple[int, date], list[MonthHours]] = defaultdict(list)
    for row in rows.select_related("lock__session").defer("lock__content").order_by("lock__session_id", "parcours_id"):
        found[row.composante_id or 0, row.lock.month].append(row)
    return dict(found)
