"""Timetables and signatures of the sessions that run: made in bulk, as a year of mornings would leave them."""

import contextlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, Func, OuterRef
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.refusals import Refused
from pilotage.demo.people import World
from sessions.models import Session
from stagiaires.codes import new_secret
from stagiaires.enums import DayPart, HalfDayState, HourKind
from stagiaires.holidays import is_holiday
from stagiaires.models import Absence, HalfDay, Parcours, Signature
from stagiaires.workflow import half_days, months

PARTS = (
    (DayPart.MATIN, time(9), time(12, 30)),
    (DayPart.APRES_MIDI, time(13, 30), time(17)),
)
HOURS = Decimal("3.50")
SESSIONS = 12  # with a timetable: the others are for the visitor to make
TRAINERS = ("Anne Le Goff", "Marc Hervé", "Nadia Belkacem")
SUBJECTS = ("Lecture de plan", "Atelier", "Prévention et sécurité", "Remise en pratique", "Recherche d’emploi")


def note_attendance(world: World) -> None:
    """The last act of the year: what was signed until yesterday, and this morning's half-days, still to be opened."""
    today = world.diary.today
    people = Parcours.objects.filter(session=OuterRef("pk"), state__in=["en_cours", "acheve"])
    running = Session.objects.filter(Exists(people), starts_on__lte=today).order_by("-ends_on", "pk")[:SESSIONS]
    for rank, session in enumerate(running):
        _timetable(session, TRAINERS[rank % len(TRAINERS)])
        _signed(world, session, today)
        keeper = session.organisme.memberships.filter(is_active=True).order_by("pk").first()
        if keeper is None:
            continue
        if session.ends_on >= today:
            half_days.give_link(session, TRAINERS[rank % len(TRAINERS)], today, session.ends_on, keeper)
        if rank:  # the first one still has its month to lock
            _lock(session, today, keeper)


def _timetable(session: Session, trainer: str) -> None:
    days = (session.starts_on + timedelta(days=n) for n in range((session.ends_on - session.starts_on).days + 1))
    open_days = [day for day in days if day.weekday() < 5 and not is_holiday(day)]
    HalfDay.objects.bulk_create(
        [
            HalfDay(
                session=session,
                on_date=day,
                part=part,
                starts_at=start,
                ends_at=end,
                hours=HOURS,
                kind=HourKind.ENTREPRISE if _in_company(rank, len(open_days)) else HourKind.TECHNIQUE,
                subject="" if _in_company(rank, len(open_days)) else SUBJECTS[rank % len(SUBJECTS)],
                room="" if _in_company(rank, len(open_days)) else "Salle 2",
                trainer=trainer,
                secret=new_secret(),
            )
            for rank, day in enumerate(open_days)
            for part, start, end in PARTS
        ],
        batch_size=500,
    )


def _in_company(rank: int, total: int) -> bool:
    """The last fifth but one of the days is spent at the employer's."""
    return total * 3 // 5 <= rank < total * 4 // 5


def _signed(world: World, session: Session, today: date) -> None:
    """Everybody who was there signed; one in twenty was away, with or without a reason."""
    past = list(HalfDay.objects.filter(session=session, on_date__lt=today).order_by("on_date", "starts_at"))
    people = list(session.parcours.exclude(state="annule").order_by("pk"))
    keeper = session.organisme.memberships.filter(is_active=True).order_by("pk").first()
    signatures, absences = [], []
    for half_day in past:
        opened = timezone.make_aware(datetime.combine(half_day.on_date, half_day.starts_at))
        for one in people:
            if not one.starts_on <= half_day.on_date <= (one.left_on or one.ends_on):
                continue
            if world.rng.random() < 0.05:
                reason = world.rng.choice(("maladie", "entretien", "transport", "sans_motif"))
                absences.append(Absence(half_day=half_day, parcours=one, reason=reason, stated_by=keeper))
            else:
                moment = opened + timedelta(seconds=world.rng.randint(0, 600))
                method = world.rng.choice(("code", "code", "formateur"))
                signatures.append(
                    Signature(half_day=half_day, parcours=one, method=method, signed_at=moment, opened_by=keeper)
                )
    Signature.objects.bulk_create(signatures, batch_size=1000)
    Absence.objects.bulk_create(absences, batch_size=500)
    rows = HalfDay.objects.filter(pk__in=[one.pk for one in past])
    rows.update(state=HalfDayState.CLOSE, opened_at=_at("starts_at"), closed_at=_at("ends_at"), opened_by=keeper)


def _at(field: str) -> Func:
    """The moment of a half-day, from its day and one of its hours."""
    naive = ExpressionWrapper(F("on_date") + F(field), output_field=DateTimeField())
    return Func(naive, template="((%(expressions)s) AT TIME ZONE 'Europe/Paris')", output_field=DateTimeField())


def _lock(session: Session, today: date, keeper: Membership) -> None:
    """The months that are over, sealed by the organisme; the gestionnaire has them to confirm."""
    rows = HalfDay.objects.filter(session=session, on_date__lt=today.replace(day=1))
    for month in sorted({day.replace(day=1) for day in rows.values_list("on_date", flat=True)}):
        with contextlib.suppress(Refused):  # nobody had entered yet
            months.lock_month(session, month, keeper)
