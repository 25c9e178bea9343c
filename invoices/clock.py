"""When the Région must have paid an invoice, and what it owes when it has not. Pure: no database.

Sources: arts. R2192-10 to R2192-36 and D2192-35 of the Code de la commande publique. The term runs from the reception
on Chorus Pro, or from the end of the service when that is later. It is interrupted once at most, before the sum is
mandated; a new term then opens on the day when everything asked for is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.ui.french import euros, jour_court, nombre, pluriel
from orders.money import ZERO, cents

YEAR = 365
CODE = "Code de la commande publique, article"


class Pace(StrEnum):
    """Where the clock of an invoice stands."""

    STOPPED = "sans_objet"  # cancelled or rejected: nothing is due on it
    WAITING = "pas_commencee"
    RUNNING = "en_cours"
    SUSPENDED = "suspendue"
    LATE = "en_retard"
    PAID = "payee"
    PAID_LATE = "payee_en_retard"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Pace.STOPPED: "Sans objet",
    Pace.WAITING: "Pas commencé",
    Pace.RUNNING: "En cours",
    Pace.SUSPENDED: "Suspendu",
    Pace.LATE: "En retard",
    Pace.PAID: "Payée à temps",
    Pace.PAID_LATE: "Payée en retard",
}


@dataclass(frozen=True)
class Figures:
    """The dated figures of a day: days, euros, points. `ecb_rate` gives the rate (%) in force on another day.

    `new_days`: the term that opens after an interruption, unless more was left of the first one (art. R2192-29).
    """

    days: int
    new_days: int
    points: Decimal
    indemnity: Decimal
    settle_days: int
    ecb_rate: Callable[[date], Decimal]

    @classmethod
    def read(cls, on: Callable[[date], Mapping[str, Any]], day: date) -> Figures:
        """Off the parameters; `on` gives those of a day."""
        said = on(day)
        return cls(
            int(said["payment_days"]),
            int(said["payment_days_again"]),
            Decimal(said["late_points"]),
            Decimal(said["recovery_indemnity"]),
            int(said["late_payment_days"]),
            lambda other: Decimal(on(other)["ecb_rate"]),
        )


@dataclass(frozen=True)
class Life:
    """What happened to an invoice, and its amount with its tax (€). None: not yet."""

    total: Decimal
    performed_on: date  # the last day of the service that it bills
    received_on: date | None = None
    suspended_on: date | None = None  # the organisme was told that day
    resumed_on: date | None = None  # everything asked for was there
    paid_on: date | None = None
    is_void: bool = False


@dataclass(frozen=True)
class Moment:
    """One line of the explanation: a day, what it is, how it comes, and the article that says so."""

    day: date | None
    label: str
    how: str
    article: str
    amount: Decimal | None = None

    @property
    def source(self) -> str:
        return f"{CODE} {self.article}"


@dataclass(frozen=True)
class Clock:
    """The answer. `due_on` is the last day on which the Région pays in time; euros are those owed up to today."""

    pace: Pace
    starts_on: date | None = None
    due_on: date | None = None
    days_left: int = 0
    days_late: int = 0
    rate: Decimal = ZERO
    interest: Decimal = ZERO
    indemnity: Decimal = ZERO
    settle_by: date | None = None
    moments: tuple[Moment, ...] = ()

    @property
    def owed(self) -> Decimal:
        """What lateness costs, on top of the invoice."""
        return self.interest + self.indemnity

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


def starts(life: Life) -> date | None:
    """The first day of the term; None before the reception."""
    return None if life.received_on is None else max(life.received_on, life.performed_on)


def due(life: Life, figures: Figures) -> date | None:
    """The last day of the term; None before the reception, and while it is interrupted."""
    start = starts(life)
    if start is None:
        return None
    first = start + timedelta(days=figures.days)
    held = life.suspended_on
    if held is None or not _interrupts(life, first):
        return first
    if life.resumed_on is None:
        return None
    left = (first - max(held, start)).days
    return max(life.resumed_on, start) + timedelta(days=max(figures.new_days, left))


def _interrupts(life: Life, first: date) -> bool:
    """Whether the interruption came while something was left to interrupt. `first`: the end of the first term."""
    return life.suspended_on is not None and life.suspended_on <= first


def semester(day: date) -> date:
    """The first day of the half-year of a day."""
    return day.replace(month=1 if day.month <= 6 else 7, day=1)


def read(life: Life, figures: Figures, today: date) -> Clock:
    """Where an invoice stands today, each figure with how it comes."""
    if life.is_void:
        return Clock(Pace.STOPPED)
    start, last = starts(life), due(life, figures)
    if start is None:
        return Clock(Pace.PAID if life.paid_on else Pace.WAITING)
    moments = [*_beginning(life, start), *_interruption(life, start, figures)]
    if last is None:
        return Clock(Pace.PAID if life.paid_on else Pace.SUSPENDED, start, moments=tuple(moments))
    moments.append(_end(life, last, figures))
    until = life.paid_on or today
    late = max((until - last).days, 0)
    if not late:
        pace = Pace.PAID if life.paid_on else Pace.RUNNING
        return Clock(pace, start, last, (last - until).days, moments=tuple(moments))
    first_late = last + timedelta(days=1)
    rate = figures.ecb_rate(semester(first_late)) + figures.points
    interest = cents(life.total * rate * late / (100 * YEAR))
    settle = life.paid_on + timedelta(days=figures.settle_days) if life.paid_on else None
    moments += _lateness(life, first_late, until, late, rate, interest, figures, settle)
    pace = Pace.PAID_LATE if life.paid_on else Pace.LATE
    return Clock(pace, start, last, 0, late, rate, interest, figures.indemnity, settle, tuple(moments))


def _beginning(life: Life, start: date) -> list[Moment]:
    found = [
        Moment(life.received_on, "Facture reçue", "Chorus Pro l’a mise à la disposition de la Région.", "R2192-15")
    ]
    if start != life.received_on:
        how = "La facture est arrivée avant la fin de ce qu’elle facture : le délai part de cette fin."
        found.append(Moment(start, "Prestations exécutées", how, "R2192-13"))
    return found


def _interruption(life: Life, start: date, figures: Figures) -> list[Moment]:
    if not _interrupts(life, start + timedelta(days=figures.days)):
        return []
    how = "La Région a demandé une pièce ou une correction. Elle ne peut le faire qu’une fois, avant de mandater."
    found = [Moment(life.suspended_on, "Délai suspendu", how, "R2192-27")]
    if life.resumed_on is not None:
        how = "Tout ce qui manquait est reçu : un nouveau délai commence."
        found.append(Moment(life.resumed_on, "Délai repris", how, "R2192-29"))
    return found


def _end(life: Life, last: date, figures: Figures) -> Moment:
    start = starts(life)
    first = (start or last) + timedelta(days=figures.days)
    if not _interrupts(life, first):
        return Moment(last, "Échéance", f"{pluriel(figures.days, 'jour')} après le point de départ.", "R2192-10")
    days = (last - max(life.resumed_on or last, start or last)).days
    return Moment(last, "Échéance", f"{pluriel(days, 'jour')} après la reprise du délai.", "R2192-29")


def _lateness(
    life: Life, first_late: date, until: date, late: int, rate: Decimal, interest: Decimal, figures: Figures,
    settle: date | None,
) -> list[Moment]:  # fmt: skip
    ecb = figures.ecb_rate(semester(first_late))
    how = (
        f"{euros(life.total)} × {nombre(rate)} % × {late} / {YEAR} jours. Le taux est celui de la Banque centrale "
        f"européenne au {jour_court(semester(first_late))}, {nombre(ecb)} %, et {nombre(figures.points)} points."
    )
    found = [
        Moment(first_late, "Premier jour de retard", "Le lendemain de l’échéance.", "R2192-32"),
        Moment(first_late, "Indemnité de recouvrement", "Forfaitaire, due dès le premier jour.", "D2192-35",
               figures.indemnity),
        Moment(until, "Intérêts moratoires", how, "R2192-31", interest),
    ]  # fmt: skip
    if settle is not None:
        how = f"{figures.settle_days} jours après le paiement de la facture."
        owed = interest + figures.indemnity
        found.append(Moment(settle, "Intérêts et indemnité à payer avant", how, "R2192-36", owed))
    return found
