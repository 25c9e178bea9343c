"""A half-day is opened, closed and opened again: by the organisme's people, or by a trainer who holds a link."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from core.ui.french import heure, jour
from sessions.models import Session
from stagiaires.enums import HalfDayMove, HalfDayState
from stagiaires.models import HalfDay, TrainerLink
from stagiaires.queries import attendance
from stagiaires.rules.presence import Limits

REOPENED_FOR = timedelta(minutes=30)
LOCKED = "Le mois de cette demi-journée est verrouillé. Rouvrez-le, avec un motif, pour y changer quelque chose."


@dataclass(frozen=True)
class Opener:
    """Who holds the half-day: a member of the organisme, or a trainer by his link. One of the two."""

    hat: Membership | None = None
    link: TrainerLink | None = None

    @property
    def name(self) -> str:
        return self.link.trainer if self.link else "L’organisme"

    @property
    def written(self) -> dict[str, int]:
        """How the history names him: never in words."""
        return {"link": self.link.pk} if self.link else {}


def lock(half_day: HalfDay) -> HalfDay:
    """The row, held until the end of the transaction."""
    rows = HalfDay.objects.select_for_update(of=("self",)).select_related("session")
    return rows.get(pk=half_day.pk)


def must_be_unlocked(half_day: HalfDay) -> None:
    """Raises Refused when the month is sealed."""
    if attendance.month_is_locked(half_day.session_id, half_day.on_date):
        raise Refused(LOCKED)


def open_half_day(half_day: HalfDay, opener: Opener, *, now: datetime | None = None) -> HalfDay:
    """Open it to signatures, on its day, from half an hour before it begins.

    Raises Refused: another day, too early, cancelled, month locked. Opened already, nothing changes.
    """
    now, limits = now or timezone.now(), attendance.limits()
    with transaction.atomic():
        row = lock(half_day)
        if row.state == HalfDayState.OUVERTE:
            return row
        if row.state not in HalfDayMove.OUVRIR.sources:
            raise Refused(f"Cette demi-journée est « {row.get_state_display().lower()} » : elle ne s’ouvre plus.")
        opening = attendance.opening_of(row)
        if opening.locked:
            raise Refused(LOCKED)
        if timezone.localtime(now).date() != row.on_date:
            raise Refused(f"On signe le jour même : cette demi-journée s’ouvre le {jour(row.on_date)}.")
        if now < opening.starts_at - limits.open_before:
            raise Refused(f"Cette demi-journée s’ouvre à {heure(opening.starts_at - limits.open_before)}.")
        _opened(row, opener, now)
        events.record(
            row, "demi_journee.ouverte", "Demi-journée ouverte à la signature", hat=opener.hat, detail=opener.written
        )
    return row


def opened_by_phone(half_day: HalfDay, opener: Opener, at: datetime) -> None:
    """A phone without network opened it: what it sends says so. In the caller's transaction, its row not yet locked."""
    row = lock(half_day)
    if row.state == HalfDayState.PREVUE:
        _opened(row, opener, at)
        label = f"Demi-journée ouverte hors connexion à {heure(timezone.localtime(at))}"
        events.record(row, "demi_journee.ouverte", label, hat=opener.hat, detail=opener.written)


def _opened(row: HalfDay, opener: Opener, at: datetime) -> None:
    row.opened_at, row.opened_by, row.opened_link, row.closed_at = at, opener.hat, opener.link, None
    row.ouvrir()
    row.save(update_fields=["opened_at", "opened_by", "opened_link", "closed_at", "state"])


def close_half_day(half_day: HalfDay, opener: Opener, *, now: datetime | None = None) -> HalfDay:
    """No signature more. Raises Refused when it is not open; closed already, nothing changes."""
    with transaction.atomic():
        row = lock(half_day)
        if row.state == HalfDayState.CLOSE:
            return row
        if row.state != HalfDayState.OUVERTE:
            raise Refused("Cette demi-journée n’est pas ouverte.")
        _closed(row, now or timezone.now())
        events.record(row, "demi_journee.close", "Demi-journée close", hat=opener.hat, detail=opener.written)
    return row


def _closed(row: HalfDay, at: datetime) -> None:
    row.closed_at = at
    row.clore()
    row.save(update_fields=["closed_at", "state"])


def reopen_half_day(half_day: HalfDay, opener: Opener, *, now: datetime | None = None) -> HalfDay:
    """Open it again for half an hour, the same day only: later, one declares what was forgotten."""
    now = now or timezone.now()
    with transaction.atomic():
        row = lock(half_day)
        if row.state == HalfDayState.OUVERTE:
            return row
        if row.state != HalfDayState.CLOSE:
            raise Refused("Cette demi-journée n’a pas été ouverte.")
        must_be_unlocked(row)
        if timezone.localtime(now).date() != row.on_date:
            raise Refused("On ne rouvre que le jour même. Un oubli se déclare, avec son motif.")
        row.opened_at, row.closed_at = now, None
        row.rouvrir()
        row.save(update_fields=["opened_at", "closed_at", "state"])
        events.record(row, "demi_journee.rouverte", "Demi-journée rouverte", hat=opener.hat, detail=opener.written)
    return row


def open_until(half_day: HalfDay, limits: Limits) -> datetime:
    """When the clock closes it: some minutes after its end, or after it was opened again."""
    end = attendance.opening_of(half_day, locked=False).open_until(limits)
    return max(end, half_day.opened_at + REOPENED_FOR) if half_day.opened_at else end


def close_forgotten(*, now: datetime | None = None) -> int:
    """The clock closes what nobody closed. Returns how many."""
    now, limits, closed = now or timezone.now(), attendance.limits(), 0
    rows = HalfDay.objects.filter(state=HalfDayState.OUVERTE, on_date__lte=timezone.localtime(now).date())
    for one in rows.order_by("pk").iterator(chunk_size=500):
        until = open_until(one, limits)
        if until > now:
            continue
        with transaction.atomic():
            row = lock(one)
            if row.state == HalfDayState.OUVERTE and open_until(row, limits) <= now:
                _closed(row, until)
                events.record(row, "demi_journee.close", "Demi-journée close à son heure")
                closed += 1
    return closed


# --- The trainer's links


def give_link(session: Session, trainer: str, starts_on: date, ends_on: date, hat: Membership) -> TrainerLink:
    """Let a trainer without an account open the half-days of a session, between two days. Raises Refused."""
    must_teach(session, hat)
    with transaction.atomic():
        link = TrainerLink.objects.create(
            session=session, trainer=trainer.strip(), starts_on=starts_on, ends_on=ends_on, created_by=hat
        )
        events.record(session, "formateur.lien", "Lien de formateur donné", hat=hat, detail={"link": link.pk})
    return link


def revoke_link(link: TrainerLink, hat: Membership) -> TrainerLink:
    """The link opens nothing more, on any phone. Revoked already, nothing changes."""
    must_teach(link.session, hat)
    with transaction.atomic():
        row = TrainerLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), hat
            row.save(update_fields=["revoked_at", "revoked_by"])
            events.record(row.session, "formateur.lien_retire", "Lien de formateur retiré", hat=hat,
                          detail={"link": row.pk})  # fmt: skip
    return row


def must_teach(session: Session, hat: Membership) -> None:
    """The attendance of a session is kept by its organisme. Raises Refused for the others."""
    if hat.kind != OrganisationKind.ORGANISME or hat.organisation_id != session.organisme_id:
        raise Refused("L’émargement d’une session est tenu par son organisme.")
