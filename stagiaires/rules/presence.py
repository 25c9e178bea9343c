"""Was one there, and when may one sign: pure answers, from what is written to what is counted.

Presence is read in this order: the last correction, else the signature, else the absence, else nothing is known yet.
An absence of a part of the half-day takes its hours off a signature; without a signature it says nothing of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Missed:
    """An absence: the hours missed (None: all of them), and whether its reason is proven."""

    hours: Decimal | None = None
    justified: bool = False


@dataclass(frozen=True)
class Presence:
    """`known` is a value of `enums.Known`; the hours are those of one half-day, `done` and `missed` add up to it."""

    known: str
    done: Decimal = ZERO
    missed: Decimal = ZERO
    justified: Decimal = ZERO


def presence(
    hours: Decimal, *, corrected: Decimal | None = None, signed: bool = False, absence: Missed | None = None
) -> Presence:
    """What one half-day of `hours` counts for one person.

    Args:
        corrected: hours done as the last correction says them (0: not there); None when there is none.
        signed: a signature stands.
        absence: what was stated of an absence, if anything.
    """
    if corrected is not None:
        return _counted(hours, min(max(corrected, ZERO), hours), absence)
    if signed:
        away = absence.hours if absence is not None and absence.hours is not None else ZERO
        return _counted(hours, hours - min(away, hours), absence)
    if absence is not None and (absence.hours is None or absence.hours >= hours):
        return _counted(hours, ZERO, absence)
    return Presence("inconnu")


def _counted(hours: Decimal, done: Decimal, absence: Missed | None) -> Presence:
    missed = hours - done
    justified = missed if absence is not None and absence.justified else ZERO
    known = "present" if not missed else "absent" if not done else "partiel"
    return Presence(known, done, missed, justified)


@dataclass(frozen=True)
class Limits:
    """The delays of a signature, as the Région has dated them."""

    open_before: timedelta = timedelta(minutes=30)
    open_after: timedelta = timedelta(minutes=15)
    clock_skew: timedelta = timedelta(minutes=5)
    forgotten_hour: int = 12


@dataclass(frozen=True)
class Opening:
    """A half-day as a signature finds it; moments are aware, in Paris time for the first two."""

    starts_at: datetime
    ends_at: datetime
    state: str
    locked: bool
    closed_at: datetime | None = None

    def open_until(self, limits: Limits) -> datetime:
        return self.ends_at + limits.open_after

    def forgotten_until(self, limits: Limits) -> datetime:
        """The next day at the hour said: until then a forgotten signature may be declared."""
        next_day: date = self.ends_at.date() + timedelta(days=1)
        return datetime.combine(next_day, time(limits.forgotten_hour), self.ends_at.tzinfo)


@dataclass(frozen=True)
class Verdict:
    """`refused` is a value of `enums.SignatureRefusal`, empty when the signature is taken; `late` flags it."""

    refused: str = ""
    late: bool = False


def judge_signature(
    opening: Opening,
    limits: Limits,
    *,
    signed_at: datetime,
    received_at: datetime,
    sent_at: datetime | None = None,
    on_paper: bool = False,
) -> Verdict:
    """Whether a signature is taken, and whether it is flagged as late.

    Args:
        signed_at: the phone's time when the person signed.
        sent_at: the phone's time when it was sent: compared with `received_at`, it gives the error of its clock.
        on_paper: signed on a sheet; the hour is the half-day's, only the delay to send it back is looked at.
    """
    if opening.locked:
        return Verdict("mois_verrouille")
    if opening.state == "annulee":
        return Verdict("annulee")
    after_the_deadline = received_at > opening.forgotten_until(limits)
    if on_paper:
        return Verdict(late=after_the_deadline)
    skew = limits.clock_skew
    earliest = opening.starts_at - limits.open_before - skew
    if signed_at < earliest or received_at < earliest:  # a phone that is days ahead signs what has not begun
        return Verdict("hors_jour")
    if signed_at.astimezone(opening.starts_at.tzinfo).date() != opening.starts_at.date():
        return Verdict("hors_jour")
    if opening.closed_at is not None and signed_at > opening.closed_at + skew:
        return Verdict("close")
    wrong_clock = abs((sent_at or received_at) - received_at) > skew or signed_at > received_at + skew
    return Verdict(late=wrong_clock or after_the_deadline or signed_at > opening.open_until(limits))
