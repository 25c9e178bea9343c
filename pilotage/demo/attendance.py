"""Timetables and signatures of the groups of the year: signatures are written a month at once, as they were given."""

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice, product, repeat
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, Func
from django.utils import timezone

from core.accounts.models import Membership
from core.months import first_of, last_of
from sessions.models import Session
from stagiaires.enums import AbsenceReason, HalfDayState, HourKind, SignatureMethod
from stagiaires.holidays import is_holiday
from stagiaires.models import Absence, HalfDay
from stagiaires.queries import attendance
from stagiaires.workflow import absences, half_days, months, timetable
from stagiaires.workflow.timetable import Slot

HALVES = ((time(9), time(12, 30)), (time(13, 30), time(17)))
HOURS = Decimal("3.50")
TRAINERS = ("Anne Le Goff", "Marc Hervé", "Nadia Belkacem")
SUBJECTS = ("Lecture de plan", "Atelier", "Prévention et sécurité", "Remise en pratique", "Recherche d’emploi")
AWAY = 0.05  # share of the half-days that one misses
REASONS = (AbsenceReason.MALADIE, AbsenceReason.ENTRETIEN, AbsenceReason.TRANSPORT, AbsenceReason.SANS)
FORGOTTEN = "Présente : la feuille du jour le montre, le téléphone du formateur était déchargé."
_SIGN = """
INSERT INTO stagiaires_signature
    (token, half_day_id, parcours_id, method, signed_at, received_at, late, drawing, opened_by_id)
SELECT u.token, u.half_day, u.parcours, u.method, u.signed_at, u.signed_at + interval '2 seconds', FALSE, '', %s
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
     AS u(token, half_day, parcours, method, signed_at)
"""


def plan_timetable(session: Session, trainer: str, hat: Membership) -> None:
    """As many half-days as a parcours has hours, on the open days of the session; the company stands in the middle."""
    request = session.request
    company = int((request.hours_company or 0) / HOURS)
    training = int((session.hours_total or 0) / HOURS) - company
    before = training * 3 // 5
    kinds = chain(
        repeat(HourKind.TECHNIQUE, before),
        repeat(HourKind.ENTREPRISE, company),
        repeat(HourKind.TECHNIQUE, training - before),
    )
    moments = islice(product(_open_days(session), HALVES), training + company)
    slots = [
        Slot(day, start, end, HOURS, kind=kind, **_taught(kind, rank, trainer))
        for rank, ((day, (start, end)), kind) in enumerate(zip(moments, kinds, strict=False))
    ]
    timetable.plan(session, slots, hat)


def _open_days(session: Session) -> Iterator[date]:
    days = (session.starts_on + timedelta(days=n) for n in range((session.ends_on - session.starts_on).days + 1))
    return (day for day in days if day.weekday() < 5 and not is_holiday(day))


def _taught(kind: str, rank: int, trainer: str) -> dict[str, str]:
    if kind == HourKind.ENTREPRISE:
        return {}
    return {"subject": SUBJECTS[rank // 2 % len(SUBJECTS)], "room": "Salle 2", "trainer": trainer}


def sign(session: Session, first: date, last: date, hat: Membership, rng: random.Random, *, unsaid: int = 0) -> None:
    """What was signed between two days, both included; one in twenty was away, with or without a reason.

    `unsaid`: how many of the last half-days nobody has opened yet.
    """
    rows = HalfDay.objects.filter(session=session, on_date__range=(first, last), state=HalfDayState.PREVUE)
    past = list(rows.order_by("on_date", "starts_at"))
    opened = past[: len(past) - unsaid]
    signed: list[tuple[uuid.UUID, int, int, str, datetime]] = []
    away = []
    for line in attendance.lines(half_days=[one.pk for one in opened]):
        if line.is_known:
            continue
        if rng.random() < AWAY:
            away.append(
                Absence(half_day_id=line.half_day, parcours_id=line.parcours, reason=rng.choice(REASONS), stated_by=hat)
            )
            continue
        begins = timezone.make_aware(datetime.combine(line.on_date, line.starts_at))
        moment = begins + timedelta(seconds=rng.randint(0, 600))
        method = rng.choice((SignatureMethod.CODE, SignatureMethod.CODE, SignatureMethod.FORMATEUR))
        token = uuid.UUID(int=rng.getrandbits(128), version=4)
        signed.append((token, line.half_day, line.parcours, method.value, moment))
    columns: list[list[Any]] = [list(column) for column in zip(*signed, strict=True)] or [[]] * 5
    with connection.cursor() as cursor:
        cursor.execute(_SIGN, [hat.pk, *columns])
    Absence.objects.bulk_create(away, batch_size=500)
    HalfDay.objects.filter(pk__in=[one.pk for one in opened]).update(
        state=HalfDayState.CLOSE, opened_at=_at("starts_at"), closed_at=_at("ends_at"), opened_by=hat
    )


def _at(field: str) -> Func:
    """The moment of a half-day, from its day and one of its hours."""
    naive = ExpressionWrapper(F("on_date") + F(field), output_field=DateTimeField())
    return Func(naive, template="((%(expressions)s) AT TIME ZONE 'Europe/Paris')", output_field=DateTimeField())


def correct_one(session: Session, month: date, hat: Membership) -> None:
    """One absence without a reason was a forgotten signature: the organisme puts it right, with its reason."""
    missed = Absence.objects.filter(
        half_day__session=session, half_day__on_date__range=(first_of(month), last_of(month)), reason=AbsenceReason.SANS
    )
    one = missed.select_related("half_day__session", "parcours").order_by("half_day__on_date", "pk").first()
    if one is not None:
        absences.correct(one.half_day, one.parcours, hat, hours=one.half_day.hours, reason=FORGOTTEN)


def lock(session: Session, month: date, hat: Membership) -> None:
    months.lock_month(session, month, hat)


def confirm(session: Session, month: date, keeper: Membership) -> None:
    """The gestionnaire of the lot confirms the month: its hours are booked."""
    for one in session.month_locks.filter(month=month, state="verrouille"):
        months.confirm(one, keeper)


def give_link(session: Session, trainer: str, hat: Membership) -> None:
    """The trainer opens the half-days to come from his own phone."""
    half_days.give_link(session, trainer, timezone.localdate(), session.ends_on, hat)
