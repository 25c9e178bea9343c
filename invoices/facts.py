"""From the table of a month, or from an invoice to cancel, to the facts that the rules of an invoice read."""

from datetime import date

from core.rulebook.parameters import current
from core.rules import Judgement, evaluate
from invoices.enums import InvoiceKind, InvoiceState
from invoices.models import Invoice, InvoiceLine, MonthLine, MonthTable
from invoices.queries.hours import lines_of, living
from orders.money import ZERO
from orders.rules import INVOICE, InvoiceFacts, InvoiceLineFacts, Unit


def judged(facts: InvoiceFacts, on: date | None = None) -> Judgement:
    """The verdict of the rules of a day (today) on these facts. One query."""
    parameters = current(on)
    return evaluate(INVOICE.edition(parameters), facts, parameters)


def facts_of(table: MonthTable) -> InvoiceFacts:
    """The invoice that this table would make now, from its agreed lines.

    A disputed line is in the table: it waits for next month, and is not left out. What is left out is what was done
    and stands on no line at all.
    """
    lines = list(table.lines.select_related("composante"))
    return InvoiceFacts(
        already_invoiced=_invoiced(table),
        lines=tuple(_line(one, table.order_id) for one in lines if one.is_agreed and one.hours),
        composantes_left_out=_left_out(table, lines),
        employer_amount=ZERO,  # the portal has no place where one could be asked of the employer (R120)
    )


def facts_of_credit(invoice: Invoice) -> InvoiceFacts:
    """A credit note: the very lines of its invoice, taken back. It is no second invoice of the month."""
    lines = invoice.lines.select_related("composante")
    return InvoiceFacts(
        already_invoiced=False,
        lines=tuple(_line(one, invoice.order_id) for one in lines),
        composantes_left_out=(),
        employer_amount=ZERO,
    )


def _line(line: MonthLine | InvoiceLine, order: int) -> InvoiceLineFacts:
    composante = line.composante
    return InvoiceLineFacts(
        composante=composante.number,
        same_order=composante.order_id == order,
        unit=Unit.HEURE_STAGIAIRE,
        price=line.price,
        lot_price=composante.price,  # the lot's at the date of the order, which never changes (R123)
    )


def _invoiced(table: MonthTable) -> bool:
    standing = Invoice.objects.filter(kind=InvoiceKind.FACTURE, state=InvoiceState.EMISE)
    return standing.filter(order=table.order_id, month=table.month).exists()


def _left_out(table: MonthTable, lines: list[MonthLine]) -> tuple[str, ...]:
    composantes = {one.pk: one for one in living(table.order_id)}
    left = lines_of(table, composantes.values()).keys() - {(one.composante_id, one.adjusts) for one in lines}
    return tuple(sorted({composantes[composante].number for composante, _month in left}))
