"""Hours done and hours invoiced, month by month: what a table of the month is made of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from invoices.enums import InvoiceKind, InvoiceState
from invoices.models import InvoiceLine
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
