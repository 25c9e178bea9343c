"""Hours done and hours invoiced, month by month: what a table of the month is made of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from invoices.enums import InvoiceKind, InvoiceState, TableState
from invoices.models import InvoiceLine, MonthLine, MonthTable
from orders.enums import ComposanteState
from orders.models import Composante
from orders.queries.hours import booked_by_month

Month = tuple[int, date]  # a composante, and the first day of a month


def invoiced(composantes: Iterable[Composante]) -> dict[Month, Decimal]:
    """Heures-stagiaires invoiced for each composante and month; a credit note takes back those of its invoice."""
    rows = InvoiceLine.objects.filter(
        composante__in=list(composantes), invoice__kind=InvoiceKind.FACTURE, invoice__state=InvoiceState.EMISE
    ).values_list("composante_id", "adjusts", "invoice__month", "hours")
    found: dict[Month, Decimal] = defaultdict(Decimal)
    for composante, adjusts, month, hours in rows:
        found[composante, adjusts or month] += hours
    return dict(found)


def to_invoice(composantes: Iterable[Composante]) -> dict[Month, Decimal]:
    """What was done and not invoiced yet, or invoiced and taken back since: never zero."""
    rows = list(composantes)
    done, said = booked_by_month(rows), invoiced(rows)
    gaps = {key: done.get(key, Decimal(0)) - said.get(key, Decimal(0)) for key in {*done, *said}}
    return {key: hours for key, hours in gaps.items() if hours}


def living(order: int) -> list[Composante]:
    """The composantes of an order (its id) that were not cancelled, by number."""
    rows = Composante.objects.filter(order=order).exclude(state=ComposanteState.ANNULEE)
    return list(rows.order_by("number"))


def lines_of(table: MonthTable, composantes: Iterable[Composante]) -> dict[tuple[int, date | None], Decimal]:
    """What the lines of a table should count now: (composante, earlier month that it puts right or None) → hours.

    Every composante with hours to invoice in its month, and every earlier month where some are left and wait nowhere
    else: an earlier table that is still open keeps its own lines, but for those that are disputed there.
    """
    earlier = MonthTable.objects.filter(order=table.order_id, month__lt=table.month).exclude(state=TableState.FACTURE)
    opened = set(earlier.values_list("month", flat=True))
    lines = MonthLine.objects.filter(table__in=earlier, disputed_at__isnull=False)
    disputed = {
        (month, composante, adjusts or month)
        for month, composante, adjusts in lines.values_list("table__month", "composante", "adjusts")
    }
    return {
        (composante, month if month != table.month else None): hours
        for (composante, month), hours in to_invoice(composantes).items()
        if month <= table.month and not any(month <= one and (one, composante, month) not in disputed for one in opened)
    }


def is_behind(table: MonthTable, lines: Iterable[MonthLine]) -> bool:
    """Whether hours were booked or invoiced since the lines of an open table were written."""
    said = {(line.composante_id, line.adjusts): line.hours for line in lines if line.hours}
    return said != lines_of(table, living(table.order_id))
