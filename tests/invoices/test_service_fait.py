"""From the hours of a month to its invoice: agreed by both, issued once, corrected by a credit note."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core.journal.refusals import Refused
from invoices.document.content import load
from invoices.enums import InvoiceState, TableState
from invoices.models import Invoice, InvoiceLine, MonthTable
from invoices.workflow import invoices, tables
from invoices.workflow.files import file_of, keep_file
from orders.proof import disagreements
from orders.workflow.hours import record_hours
from tests.factories.accounts import hat
from tests.factories.invoices import OCTOBER, month_done

pytestmark = pytest.mark.django_db
NOVEMBER = dt.date(2026, 11, 1)


def ids(table: MonthTable) -> list[int]:
    return list(table.lines.values_list("pk", flat=True))


def agreed(table: MonthTable, *hats) -> MonthTable:
    for one in hats:
        table = tables.agree(table, ids(table), one)
    return table


def test_a_month_from_its_hours_to_its_invoice():
    order, ours, keeper = month_done("120.00", "80.50")
    table = tables.open_table(order, OCTOBER)
    assert [line.hours for line in table.lines.all()] == [Decimal("120.00"), Decimal("80.50")]

    table = agreed(table, ours)
    assert table.state == TableState.OUVERT, "one side alone agrees to nothing"
    table = agreed(table, keeper)
    assert table.state == TableState.ACCORDE

    invoice = invoices.issue(table, ours)
    price = order.composantes.first().price
    assert invoice.net == (Decimal("120.00") * price) + (Decimal("80.50") * price).quantize(Decimal("0.01"))
    assert invoice.number == "F2026-00001"
    assert load(invoice.content).order_number == order.number
    assert [composante.balance.facture for composante in order.composantes.order_by("number")] == [
        Decimal("120.00"),
        Decimal("80.50"),
    ]
    assert list(disagreements()) == []
    assert MonthTable.objects.get(pk=table.pk).state == TableState.FACTURE


def test_a_month_is_invoiced_once_whoever_asks():
    order, ours, keeper = month_done("10.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    first = invoices.issue(table, ours)
    with pytest.raises(Refused, match="déjà facturé"):
        invoices.issue(table, ours)
    copy = Invoice.objects.get(pk=first.pk)
    copy.pk, copy.number = None, "F2026-00099"
    with pytest.raises(DatabaseError, match="invoice_one_a_month"), transaction.atomic():
        copy.save(force_insert=True)


def test_only_the_mandataire_makes_the_invoice_and_only_both_sides_agree():
    order, ours, keeper = month_done("10.00")
    table = tables.open_table(order, OCTOBER)
    with pytest.raises(Refused, match="mandataire"):
        tables.agree(table, ids(table), hat("organisme"))
    with pytest.raises(Refused, match="mandataire"):
        invoices.issue(agreed(table, ours, keeper), keeper)
    with pytest.raises(Refused, match="pas encore accordé"):
        invoices.issue(tables.dispute(table.lines.get(), keeper, "Deux signatures manquent."), ours)


def test_a_disputed_line_waits_and_comes_back_next_month():
    order, ours, keeper = month_done("100.00", "50.00")
    table = tables.open_table(order, OCTOBER)
    first, second = table.lines.all()
    tables.dispute(second, keeper, "Deux demi-journées ne sont pas signées.")
    with pytest.raises(Refused, match="contestée par l’autre partie"):
        tables.agree(table, [second.pk], ours)
    tables.agree(table, [second.pk], keeper)
    assert table.lines.get(pk=second.pk).disputed_at is None, "who contests may think better of it"
    tables.dispute(second, keeper, "Deux demi-journées ne sont pas signées.")
    tables.agree(table, [first.pk], ours)
    table = tables.agree(table, [first.pk], keeper)
    invoice = invoices.issue(table, ours)
    assert [line.hours for line in invoice.lines.all()] == [Decimal("100.00")]

    record_hours(first.composante, NOVEMBER, 1, Decimal(20), source="relevé", hat=keeper)
    later = tables.open_table(order, NOVEMBER)
    assert [(line.adjusts, line.hours) for line in later.lines.all()] == [
        (None, Decimal("20.00")),
        (OCTOBER, Decimal("50.00")),
    ]
    second_invoice = invoices.issue(agreed(later, ours, keeper), ours)
    assert [line.adjusts for line in load(second_invoice.content).lines] == ["", "octobre 2026"]
    assert list(disagreements()) == []


def test_hours_corrected_after_the_agreement_ask_for_it_again():
    order, ours, keeper = month_done("100.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    record_hours(order.composantes.get(), OCTOBER, 2, Decimal(96), source="relevé", hat=keeper)
    with pytest.raises(Refused, match="pas encore accordé"):
        invoices.issue(table, ours)
    table = tables.open_table(order, OCTOBER)
    assert table.lines.get().hours == Decimal(96)
    assert not table.lines.get().is_agreed


def test_a_credit_note_gives_the_hours_back_and_a_new_invoice_may_follow():
    order, ours, keeper = month_done("100.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    first = invoices.issue(table, ours)
    with pytest.raises(Refused, match="pourquoi"):
        invoices.credit(first, " ", ours)
    note = invoices.credit(first, "Le code service était faux.", ours)
    assert (note.kind, note.corrects, note.total) == ("381", first, first.total)
    assert Invoice.objects.get(pk=first.pk).state == InvoiceState.ANNULEE
    assert order.composantes.get().balance.realise == Decimal("100.00")
    again = invoices.issue(agreed(MonthTable.objects.get(pk=table.pk), ours, keeper), ours)
    assert [one.number for one in (first, note, again)] == ["F2026-00001", "F2026-00002", "F2026-00003"]
    assert list(disagreements()) == []


def test_what_was_issued_never_changes():
    order, ours, keeper = month_done("100.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    invoice = invoices.issue(table, ours)
    for change in ({"number": "F2026-00009"}, {"net": 1, "total": 1}, {"content": {}}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(**change)
    with pytest.raises(DatabaseError, match="is invoiced"), transaction.atomic():
        table.lines.update(hours=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceLine.objects.filter(invoice=invoice).delete()
    assert keep_file(invoice).startswith("fichier scellé")
    assert keep_file(invoice) == "déjà fait"
    assert file_of(Invoice.objects.get(pk=invoice.pk)).startswith(b"%PDF")


def test_an_invoice_that_would_be_refused_is_not_made():
    order, ours, keeper = month_done("100.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    ours.organisation.siret = ""
    ours.organisation.save()
    with pytest.raises(invoices.NotReady, match="SIRET"):
        invoices.issue(table, ours)
    assert Invoice.objects.count() == 0
