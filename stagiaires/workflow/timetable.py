"""The timetable of a session: made from a week, pasted from a table, changed one half-day at a time.

Only what stands outside a sealed month moves, and the database says so too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.models import Event
from core.journal.refusals import Refused, lost_race
from core.months import first_of
from core.ui.french import accord, de_mois, heure, jour
from sessions.models import Session
from stagiaires.codes import new_secret
from stagiaires.enums import DayPart, HalfDayState, HourKind, ParcoursState
from stagiaires.holidays import is_holiday
from stagiaires.models import Exemption, HalfDay, Parcours
from stagiaires.queries import attendance
from stagiaires.workflow.half_days import lock, must_be_unlocked, must_teach

NOON = time(13)
TAKEN = "Une demi-journée de ce jour est déjà à l’emploi du temps."
MOST = 2_000  # half-days of one session


@dataclass(frozen=True)
class Slot:
    """One half-day to plan."""

    on_date: date
    starts_at: time
    ends_at: time
    hours: Decimal
    kind: str = HourKind.TECHNIQUE
    subject: str = ""
    room: str = ""
    trainer: str = ""

    @property
    def part(self) -> str:
        return DayPart.MATIN if self.starts_at < NOON else DayPart.APRES_MIDI


def duration(starts_at: time, ends_at: time) -> Decimal:
    """Hours between two times of one day, in hundredths."""
    minutes = (ends_at.hour - starts_at.hour) * 60 + ends_at.minute - starts_at.minute
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Hours:
    """The hours of a half-day, the same every week, and the week days on which it takes place (0: Monday)."""

    starts_at: time
    ends_at: time
    days: frozenset[int]


def weekly(first: date, last: date, halves: Sequence[Hours], *, with_holidays: bool = False, **said: Any) -> list[Slot]:
    """The half-days that a week gives from a day to another, both included; jours fériés are passed over."""
    slots, day = [], first
    while day <= last:
        if with_holidays or not is_holiday(day):
            slots += [
                Slot(day, half.starts_at, half.ends_at, duration(half.starts_at, half.ends_at), **said)
                for half in halves
                if day.weekday() in half.days
            ]
        day += timedelta(days=1)
    return slots


@dataclass(frozen=True)
class Planned:
    """What became of the slots: planned, changed, left as they were."""

    made: int = 0
    changed: int = 0
    left: int = 0


def plan(session: Session, slots: Sequence[Slot], hat: Membership, *, replace: bool = False) -> Planned:
    """Put half-days in the timetable. One that stands already is left, or takes the new hours when `replace`.

    Raises Refused, and nothing is planned: not its session, sealed month, outside the session, too many.
    """
    must_teach(session, hat)
    with transaction.atomic():
        held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        _must_fit(held, slots)
        away = _away(held)
        rows = HalfDay.objects.filter(session=held).exclude(state=HalfDayState.ANNULEE).order_by("pk")
        if replace:  # one that is opened meanwhile is left
            rows = rows.select_for_update(of=("self",))
        standing = {(one.on_date, one.part): one for one in rows}
        fresh, changed, left = [], 0, 0
        for slot in slots:
            known = standing.get((slot.on_date, slot.part))
            if known is None:
                row = HalfDay(session=held, part=slot.part, secret=new_secret(), **_fields(slot))
                standing[slot.on_date, slot.part] = row
                fresh.append(row)
            elif replace and known.state == HalfDayState.PREVUE and known.pk:
                for name, value in _fields(slot).items():
                    setattr(known, name, value)
                known.save()
                changed += 1
            else:
                left += 1
        if len(standing) > MOST:
            raise Refused(f"Un emploi du temps compte au plus {MOST} demi-journées.")
        _set_aside(HalfDay.objects.bulk_create(fresh, batch_size=500), away)
        if fresh or changed:
            label = f"Emploi du temps : {len(fresh) + changed} {accord(len(fresh) + changed, 'demi-journée')}"
            events.record(held, "emploi_du_temps", label, hat=hat)
    return Planned(len(fresh), changed, left)


def _fields(slot: Slot) -> dict[str, Any]:
    names = ("on_date", "starts_at", "ends_at", "hours", "kind", "subject", "room", "trainer")
    return {name: getattr(slot, name) for name in names}


def _must_fit(session: Session, slots: Iterable[Slot]) -> None:
    locked = attendance.locked_months(session.pk)
    for slot in slots:
        if not session.starts_on <= slot.on_date <= session.ends_on:
            raise Refused(
                f"Le {jour(slot.on_date, weekday=False)} est hors de la session, qui va du "
                f"{jour(session.starts_on, weekday=False)} au {jour(session.ends_on, weekday=False)}."
            )
        if first_of(slot.on_date) in locked:
            raise Refused(f"L’émargement {de_mois(slot.on_date)} est verrouillé : rien n’y change plus.")
        if not Decimal("0.25") <= slot.hours <= 8:
            raise Refused(f"Le {jour(slot.on_date, weekday=False)} : une demi-journée dure d’un quart d’heure à 8 h.")
        if slot.ends_at <= slot.starts_at:
            raise Refused(f"Le {jour(slot.on_date, weekday=False)} : la fin vient après le début.")
        if slot.hours > duration(slot.starts_at, slot.ends_at):
            day, start, end = jour(slot.on_date, weekday=False), heure(slot.starts_at), heure(slot.ends_at)
            raise Refused(f"Le {day} : il y a moins d’heures de {start} à {end} que celles qui sont comptées.")


def change(half_day: HalfDay, hat: Membership, slot: Slot) -> HalfDay:
    """Change one half-day. Opened, it keeps its day: only its hours, kind and words change.

    Raises Refused: not its session, sealed month, another one stands there, opened or cancelled.
    """
    must_teach(half_day.session, hat)
    with transaction.atomic():
        away = _away(half_day.session)
        row = lock(half_day)
        must_be_unlocked(row)
        if row.state == HalfDayState.ANNULEE:
            raise Refused("Cette demi-journée est annulée.")
        moved = slot.on_date != row.on_date
        if row.state != HalfDayState.PREVUE and (slot.on_date, slot.part) != (row.on_date, row.part):
            raise Refused("Cette demi-journée a été ouverte : elle garde son jour.")
        _must_fit(row.session, [slot])
        for name, value in {**_fields(slot), "part": slot.part}.items():
            setattr(row, name, value)
        with lost_race({"half_day_once": TAKEN}):
            row.save()
        if moved:
            row.exemptions.filter(suspended=True).delete()
            _set_aside([row], away)
        events.record(row, "demi_journee.modifiee", "Demi-journée modifiée", hat=hat)
    return row


def cancel(half_day: HalfDay, hat: Membership, reason: str) -> HalfDay:
    """It will not take place. Raises Refused: no reason, opened already, sealed month, not its session."""
    must_teach(half_day.session, hat)
    if not reason.strip():
        raise Refused("Dites pourquoi cette demi-journée n’a pas lieu.")
    with transaction.atomic():
        row = lock(half_day)
        must_be_unlocked(row)
        if row.state != HalfDayState.PREVUE:
            raise Refused(f"Cette demi-journée est « {row.get_state_display().lower()} » : elle ne s’annule plus.")
        row.cancellation_reason = reason.strip()
        row.annuler()
        row.save(update_fields=["cancellation_reason", "state"])
        events.record(row, "demi_journee.annulee", "Demi-journée annulée", hat=hat, reason=row.cancellation_reason)
    return row


@dataclass(frozen=True)
class _Away:
    """Somebody whose parcours is suspended: from the first day on, and until the last, both included."""

    parcours: Parcours
    first: date
    last: date


def _away(session: Session) -> list[_Away]:
    """Who of the session is suspended now. Those who go on are held too: a suspension that comes meanwhile waits, and
    then finds the half-days that are being planned. Taken before the half-days, as a suspension does.
    """
    rows = session.parcours.select_for_update(of=("self",), no_key=True).filter(state__in=ParcoursState.active())
    suspended = [one for one in rows.order_by("pk") if one.state == ParcoursState.SUSPENDU]
    if not suspended:
        return []
    said = Event.objects.filter(
        subject_type="parcours", subject_id__in=[one.pk for one in suspended], kind="parcours.suspendu"
    )
    since = dict(said.order_by().values_list("subject_id").annotate(Max("at")))
    return [
        _Away(one, timezone.localdate(since.get(one.pk)), one.suspended_until - timedelta(days=1))
        for one in suspended
        if one.suspended_until
    ]


def _set_aside(half_days: Iterable[HalfDay], away: Sequence[_Away]) -> None:
    """These have just come into the timetable: who is suspended then is not expected there, as on the others."""
    Exemption.objects.bulk_create(
        [
            Exemption(half_day=row, parcours=one.parcours, suspended=True)
            for row in half_days
            for one in away
            if one.first <= row.on_date <= one.last
        ],
        ignore_conflicts=True,  # exempted for a reason of her own: it stands when she comes back
    )


def exempt(half_days: Iterable[HalfDay], parcours: Parcours, hat: Membership, *, suspended: bool = False) -> int:
    """This person is not expected there: her timetable is her own (R52), or is suspended. Returns how many are new.

    Half-days that she has signed are left. Raises Refused: not its session, sealed month.
    """
    must_teach(parcours.session, hat)
    wanted = {one.pk for one in half_days if one.session_id == parcours.session_id}
    with transaction.atomic():
        rows = list(HalfDay.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
        for row in rows:
            must_be_unlocked(row)
        signed = set(parcours.signatures.filter(half_day__in=rows).values_list("half_day_id", flat=True))
        known = set(parcours.exemptions.filter(half_day__in=rows).values_list("half_day_id", flat=True))
        fresh = [
            Exemption(half_day=row, parcours=parcours, suspended=suspended)
            for row in rows
            if row.pk not in signed | known
        ]
        Exemption.objects.bulk_create(fresh)
        if fresh:
            label = f"Dispense sur {len(fresh)} {accord(len(fresh), 'demi-journée')}"
            events.record(parcours, "emploi_du_temps.dispense", label, hat=hat)
    return len(fresh)


def expect_again(half_days: Iterable[HalfDay], parcours: Parcours, hat: Membership, *, suspended: bool = False) -> int:
    """The exemptions of this person on these half-days fall; `suspended`: those of a suspension alone. Returns how
    many. Raises Refused as `exempt` does.
    """
    must_teach(parcours.session, hat)
    with transaction.atomic():
        given = parcours.exemptions.filter(half_day__in=list(half_days))
        rows = list((given.filter(suspended=True) if suspended else given).select_related("half_day"))
        for row in rows:
            must_be_unlocked(row.half_day)
            row.delete()
        if rows:
            label = f"Attendue de nouveau sur {len(rows)} {accord(len(rows), 'demi-journée')}"
            events.record(parcours, "emploi_du_temps.attendue", label, hat=hat)
    return len(rows)
