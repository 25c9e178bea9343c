"""The year of a lot, month by month, as the ledger tells it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from core.months import first_of, next_of
from core.rulebook.parameters import current
from orders.enums import Account
from orders.forecast import Forecast, Terms, forecast, penalty_of
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
    def has_begun(self) -> bool:
        """Whether an hour was ever authorised on the period."""
        return any(month.used or month.ordered or month.done or month.invoiced for month in self.months)

    @property
    def is_over(self) -> bool:
        return self.today > self.terms.ends_on

    @property
    def penalty_due(self) -> Decimal:
        """Euros due for a period that is over, its mini missed."""
        return penalty_of(self.terms, self.used)

    @property
    def forecast(self) -> Forecast | None:
        """What the rest of the period would be if it goes on as it went."""
        return self.what_if(Decimal(0))

    def what_if(self, more: Decimal) -> Forecast | None:
        """The same, with so many more hours authorised today."""
        whole = [month.used for month in self.months if month.first < self.today.replace(day=1)]
        steps = [used - before for before, used in zip([Decimal(0), *whole], whole, strict=False)]
        return forecast(self.terms, steps, self.used + more, self.today)


def terms_of(period: LotPeriod, today: date) -> Terms:
    """The terms of a period, as the forecast reads them. The penalty's share is a dated parameter."""
    ends_on = period.period.upper - timedelta(days=1)
    return Terms(
        mini=period.mini,
        maxi=period.maxi,
        starts_on=period.period.lower,
        ends_on=ends_on,
        price=price_at(period.lot, max(period.period.lower, min(today, ends_on))) or Decimal(0),
        penalty_share=Decimal(current()["mini_penalty_share"]) / 100,
    )


def trajectory(period: LotPeriod, today: date | None = None) -> Trajectory:
    """The period as it goes. Three queries."""
    day = today or timezone.localdate()
    return Trajectory(period, terms_of(period, day), list(_months(period, day)), day)


def _months(period: LotPeriod, today: date) -> Iterator[Month]:
    """Each month from the period's first to today's or to its last, which takes what came after it; running totals."""
    last = (period.period.upper - timedelta(days=1)).replace(day=1)
    flows: defaultdict[date, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = (
        LedgerEntry.objects.filter(period=period)
        .annotate(month=TruncMonth("at"))
        .values("month", "from_account", "to_account")
        .annotate(moved=Sum("hours"))
        .order_by()
    )
    for row in rows:
        first = min(timezone.localdate(row["month"]).replace(day=1), last)
        for stage, accounts in _STAGES.items():
            arrives, leaves = row["to_account"] in accounts, row["from_account"] in accounts
            flows[first][stage] += row["moved"] * (arrives - leaves)
    first, totals = first_of(period.period.lower), dict.fromkeys(_STAGES, Decimal(0))
    while first <= min(today, last):
        for stage in totals:
            totals[stage] += flows[first][stage]
        yield Month(first, **totals)
        first = next_of(first)
