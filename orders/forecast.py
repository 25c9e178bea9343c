"""Where a lot is going: pure arithmetic on what was ordered month by month. No database.

The hours still to be ordered are taken to come as they came: as many a month, and as unevenly. That is a forecast and
not a promise; a mini never justifies an order without an intention (R118, K18).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import NormalDist, fmean, stdev

from orders.money import cents

DAYS_A_MONTH = Decimal("30.4375")
LEAST_MONTHS = 3  # of past orders, below which nothing is foretold


@dataclass(frozen=True)
class Terms:
    """What a lot's period allows: heures-stagiaires, first and last day, price (€ per hour), penalty (share of it)."""

    mini: Decimal
    maxi: Decimal
    starts_on: date
    ends_on: date
    price: Decimal
    penalty_share: Decimal


@dataclass(frozen=True)
class Forecast:
    """What to expect at the end of the period, and what it was worked out from.

    `pace` and `spread` (how much a month differs from another) are in hours a month, over `months` whole months gone
    by; `left` is in months; `lacking` hours are missing under the mini on average; probabilities go from 0 to 1.
    """

    used: Decimal
    pace: Decimal
    spread: Decimal
    months: int
    left: Decimal
    expected: Decimal
    lacking: Decimal
    exhausted_on: date | None
    below_mini: float
    penalty: Decimal


def forecast(terms: Terms, months: Sequence[Decimal], used: Decimal, today: date) -> Forecast | None:
    """Foretell a period from the hours ordered in each whole month gone by, oldest first.

    `used` is all that is ordered or authorised today. None with fewer than three months behind, or after the period.
    """
    if len(months) < LEAST_MONTHS or today > terms.ends_on:
        return None
    left = Decimal((terms.ends_on - today).days) / DAYS_A_MONTH
    pace = Decimal(str(fmean(months)))
    mean = min(float(used + pace * left), float(terms.maxi))
    spread = stdev(map(float, months)) * math.sqrt(float(left))
    lacking, below = _shortfall(float(terms.mini), float(used), mean, spread)
    penalty = Decimal(str(lacking)) * terms.price * terms.penalty_share
    return Forecast(
        used=used,
        pace=cents(pace),
        spread=cents(Decimal(str(stdev(map(float, months))))),
        months=len(months),
        left=left.quantize(Decimal("0.1"), ROUND_HALF_UP),
        lacking=cents(Decimal(str(lacking))),
        expected=cents(Decimal(str(mean))),
        exhausted_on=_exhausted(terms, used, pace, today),
        below_mini=below,
        penalty=cents(penalty),
    )


def penalty_of(terms: Terms, ordered: Decimal) -> Decimal:
    """Euros due to the groupement for a period that ended under its mini: hours missing, at a share of the price."""
    missing = max(terms.mini - ordered, Decimal(0))
    return cents(missing * terms.price * terms.penalty_share)


def _shortfall(mini: float, used: float, mean: float, spread: float) -> tuple[float, float]:
    """Hours expected to be missing under the mini, and the probability that some are."""
    if used >= mini:
        return 0.0, 0.0
    if spread == 0:
        return max(mini - mean, 0.0), 1.0 if mean < mini else 0.0
    z = (mini - mean) / spread
    normal = NormalDist()
    return spread * (z * normal.cdf(z) + normal.pdf(z)), normal.cdf(z)


def _exhausted(terms: Terms, used: Decimal, pace: Decimal, today: date) -> date | None:
    """The day when the maxi would be reached at this pace; None when the period ends before."""
    if used >= terms.maxi:
        return today
    if pace <= 0:
        return None
    days = int((terms.maxi - used) / pace * DAYS_A_MONTH)
    # Compared as a number: at a very slow pace, the day would be in a year that no calendar has.
    return today + timedelta(days=days) if days <= (terms.ends_on - today).days else None
