"""The statements that wait for someone, and the months that wait for their statement."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core.accounts.models import Membership
from core.months import first_of, last_of, months_between
from orders.enums import ComposanteState, HoursSource, StatementState
from orders.models import Composante, HoursDone, HoursStatement
from orders.queries.market import kept_by

SAID = (StatementState.PROPOSE, StatementState.ACCEPTE)


def in_force(composante: Composante, month: date) -> HoursDone | None:
    """What the ledger holds of a month (its first day): the last attendance, else the last accepted statement."""
    rows = list(composante.hours_done.filter(month=month).order_by("version"))
    return max(rows, key=_weight, default=None)


def done_by_month(composante: Composante) -> list[HoursDone]:
    """What the ledger holds of each month, the last month first."""
    months: dict[date, HoursDone] = {}
    for row in composante.hours_done.order_by("-month", "version"):
        known = months.get(row.month)
        if known is None or _weight(row) > _weight(known):
            months[row.month] = row
    return list(months.values())


def in_force_by_month(composantes: Collection[Composante]) -> dict[tuple[int, date], HoursDone]:
    """What `in_force` says of each (composante, month), for several composantes at once. One query."""
    heaviest: dict[tuple[int, date], HoursDone] = {}
    for row in HoursDone.objects.filter(composante__in=composantes):
        known = heaviest.get((row.composante_id, row.month))
        if known is None or _weight(row) > _weight(known):
            heaviest[row.composante_id, row.month] = row
    return heaviest


def booked_by_month(composantes: Collection[Composante]) -> dict[tuple[int, date], Decimal]:
    """Heures-stagiaires that the ledger holds of each (composante, month). One query."""
    return {key: row.hours for key, row in in_force_by_month(composantes).items()}


def _weight(row: HoursDone) -> tuple[bool, int]:
    return row.source == HoursSource.EMARGEMENT, row.version


def to_check(hat: Membership | None = None) -> QuerySet[HoursStatement]:
    """Statements that wait for the Région, the oldest first; with a hat, on its lots and on those of nobody."""
    rows = HoursStatement.objects.filter(state=StatementState.PROPOSE)
    if hat is not None:
        rows = rows.filter(kept_by(hat, "composante__lot"))
    related = ("composante__organisme", "composante__balance", "composante__lot", "stated_by__user")
    return rows.select_related(*related).order_by("stated_at", "pk")


TONES = {
    StatementState.PROPOSE: "info",
    StatementState.ACCEPTE: "ok",
    StatementState.RENVOYE: "doute",
    StatementState.REMPLACE: "line",
}


def statements_of(composante: Composante) -> list[HoursStatement]:
    """The statements of a composante, the last month first, each with the `tone` of its state."""
    rows = list(composante.statements.order_by("-month", "-version"))
    for one in rows:
        one.tone = TONES[StatementState(one.state)]  # type: ignore[attr-defined]
    return rows


def last_full_month() -> date:
    """The first day of the last month that is over."""
    return first_of(first_of(timezone.localdate()) - timedelta(days=1))


def to_state(hat: Membership, month: date) -> QuerySet[Composante]:
    """Ordered composantes of this organisme whose hours of a month (its first day) it has still to state."""
    stated = HoursStatement.objects.filter(composante=OuterRef("pk"), month=month)
    waits = ~Exists(stated.filter(state__in=SAID)) | Exists(stated.filter(state=StatementState.RENVOYE))
    attended = HoursDone.objects.filter(composante=OuterRef("pk"), month=month, source=HoursSource.EMARGEMENT)
    running = Composante.objects.filter(
        state=ComposanteState.COMMANDEE, starts_on__lte=last_of(month), ends_on__gte=month
    )
    return running.filter(waits, ~Exists(attended), organisme=hat.organisation)


def months_to_state(composante: Composante) -> list[date]:
    """Months of a training that are over and still to be stated, or corrected, the oldest first (their first days)."""
    rows = list(composante.statements.values_list("month", "state"))
    said = {month for month, state in rows if state in SAID} - {
        month for month, state in rows if state == StatementState.RENVOYE
    }
    attended = composante.hours_done.filter(source=HoursSource.EMARGEMENT)
    said |= set(attended.values_list("month", flat=True))
    last = min(last_full_month(), composante.ends_on)
    return [month for month in months_between(composante.starts_on, last) if month not in said]
