"""The year of a lot, month by month, as the ledger tells it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from core.rulebook.parameters import current
from orders.enums import Account
from orders.forecast import Forecast, Terms, forecast
from orders.models import LedgerEntry, LotPeriod
from orders.queries.market import price_at

# Hours that reach one of these accounts have at least come that far.
_USED = (Account.ENGAGE, Account.COMMANDE, Account.REALISE, Account.FACTURE)
_STAGES = {"used": _USED, "ordered": _USED[1:], "done": _USED[2:], "invoiced": _USED[3:]}


@dataclass(frozen=True)
class Month:
    """Hours since the first day of the period, at the end of a month: authorised, ordered, done, invoiced."""

    first: date
    used: Decimal
    ordered: Decimal
    done: Decimal
    invoiced: Decimal


@dataclass(frozen=True)
class Trajectory:
    """The months gone by of a lot's period, and what to expect of the others."""

    period: LotPeriod
    terms: Terms
    months: list[Month]
    today: date

    @property
    def used(self) -> Decimal:
        """Hours authorised or ordered today."""
        return self.months[-1].used if self.months else Decimal(0)

    @property
    def forecast(self) -> Forecast | None:
        """What the rest of the period would be if it goes on as it went."""
        return self.what_if(Decimal(0))

    def what_if(self, more: Decimal) -> Forecast | None:
        """The same, with so many more hours authorised today."""
        whole = [month.used for month in self.months if month.first < self.today.replace(day=1)]
        steps = [used - before for before, used in zip([Decimal(0), *whole], whole, strict=False)]
        return forecast(self.terms, steps, self.used + more, self.today)


def terms_of(period: LotPeriod) -> Terms:
    """The terms of a period, as the forecast reads them. The penalty's share is a dated parameter."""
    return Terms(
        mini=period.mini,
        maxi=period.maxi,
        starts_on=period.period.lower,
        ends_on=period.period.upper - timedelta(days=1),
        price=price_at(period.lot) or Decimal(0),
        penalty_share=Decimal(current()["mini_penalty_share"]) / 100,
    )


def trajectory(period: LotPeriod, today: date | None = None) -> Trajectory:
    """The period as it goes. Three queries."""
    day = today or timezone.localdate()
    return Trajectory(period, terms_of(period), list(_months(period, day)), day)


def _months(period: LotPeriod, today: date) -> Iterator[Month]:
    """Each month from the period's first to today's, running totals."""
    flows: defaultdict[date, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = (
        LedgerEntry.objects.filter(period=period)
        .annotate(month=TruncMonth("at"))
        .values("month", "from_account", "to_account")
        .annotate(moved=Sum("hours"))
        .order_by()
    )
    for row in rows:
        first = timezone.localdate(row["month"]).replace(day=1)
        for stage, accounts in _STAGES.items():
            arrives, leaves = row["to_account"] in accounts, row["from_account"] in accounts
            flows[first][stage] += row["moved"] * (arrives - leaves)
    first, totals = period.period.lower.replace(day=1), dict.fromkeys(_STAGES, Decimal(0))
    while first <= today:
        for stage in totals:
            totals[stage] += flows[first][stage]
        yield Month(first, **totals)
        first = (first + timedelta(days=32)).replace(day=1)
