"""Who may read which invoice and which table of the month; where each month stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.months import last_of
from invoices.enums import TableState
from invoices.models import Invoice, MonthLine, MonthTable
from invoices.queries.hours import to_invoice
from orders.enums import ComposanteState, OrderState
from orders.models import BonDeCommande, Composante
from orders.money import amount
from orders.queries.orders import headed_by, visible_to

# What a page never reads of an invoice, of its order, and of those that it corrects or is corrected by.
FILES = ("pdf", "order__pdf", "order__content", "corrects__pdf", "corrects__content")


def orders_to_invoice(hat: Membership | None) -> QuerySet[BonDeCommande]:
    """Issued orders whose months this hat agrees to or invoices: all for the Région, those that it heads for one."""
    if hat is None or hat.kind not in (OrganisationKind.REGION, OrganisationKind.ORGANISME):
        return BonDeCommande.objects.none()
    rows = visible_to(hat) if hat.kind == OrganisationKind.REGION else headed_by(hat)
    return rows.filter(state__in=OrderState.issued()).defer("pdf", "content")


def invoices_of(hat: Membership | None) -> QuerySet[Invoice]:
    """Invoices and credit notes that this hat may read, the last first, without their files."""
    rows = Invoice.objects.filter(order__in=orders_to_invoice(hat)) if hat else Invoice.objects.none()
    rows = rows.select_related("issuer", "order__lot", "deposit", "corrects__deposit", "suspension")
    return rows.defer("content", *FILES)


@dataclass(frozen=True)
class MonthRow:
    """One order in a month: what can be invoiced, what is missing and from whom."""

    order: BonDeCommande
    table: MonthTable | None
    lines: tuple[MonthLine, ...]
    unknown: tuple[Composante, ...]  # trained that month, hours not booked yet
    invoice: Invoice | None

    @property
    def agreed(self) -> Decimal:
        """Euros of the lines that both sides agreed to."""
        return sum((amount(line.hours, line.price) for line in self.lines if line.is_agreed), Decimal(0))

    @property
    def waits_for(self) -> str:
        """Whose turn it is, in the words of the screen; empty when the month is invoiced."""
        if self.invoice is not None:
            return ""
        if self.unknown and not self.lines:
            return "heures à verrouiller par l’organisme"
        if self.table is not None and self.table.state == TableState.ACCORDE:
            return "facture à créer par le mandataire"
        open_lines = [line for line in self.lines if not line.is_settled and line.hours]
        if any(line.organisme_agreed_at is None for line in open_lines):
            return "accord de l’organisme"
        if open_lines:
            return "accord de la Région"
        return "lignes contestées" if self.lines else "rien à facturer"


def month_rows(orders: Collection[BonDeCommande], month: date) -> list[MonthRow]:
    """Where each of these orders stands for a month (its first day). A fixed number of queries."""
    lines = MonthLine.objects.select_related("composante", "disputed_by")
    tables = {
        table.order_id: table
        for table in MonthTable.objects.filter(order__in=orders, month=month).prefetch_related(Prefetch("lines", lines))
    }
    for order in orders:
        if order.pk in tables:
            tables[order.pk].order = order  # as it was read, with what goes with it
    invoices = {
        one.order_id: one
        for one in Invoice.objects.filter(order__in=orders, month=month, kind="380", state="emise").defer(
            "pdf", "content"
        )
    }
    running = Composante.objects.filter(
        order__in=orders, starts_on__lte=last_of(month), ends_on__gte=month, state=ComposanteState.COMMANDEE
    )
    by_order: dict[int, list[Composante]] = {}
    for one in running.order_by("number"):
        by_order.setdefault(one.order_id or 0, []).append(one)
    known = {key for key, _ in to_invoice(running).items() if key[1] == month}
    billed = {
        (line.composante_id, month)
        for table in tables.values()
        for line in table.lines.all()
        if line.adjusts is None and line.hours
    }
    booked = {composante for composante, _ in known | billed}
    return [
        MonthRow(
            order,
            tables.get(order.pk),
            tuple(tables[order.pk].lines.all()) if order.pk in tables else (),
            tuple(one for one in by_order.get(order.pk, []) if one.pk not in booked),
            invoices.get(order.pk),
        )
        for order in orders
    ]
