"""The rules of an invoice judge it when it is made, and when a credit note cancels it; receipts keep it."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from core.rulebook.registry import file_kinds
from core.rulebook.replay import rejudge, replay
from core.rules import Verdict
from invoices.facts import facts_of, facts_of_credit, judged
from invoices.models import Invoice, InvoiceLine
from invoices.workflow import invoices, tables
from orders.workflow.hours import record_hours
from orders.workflow.lawful import Unlawful
from tests.factories.invoices import OCTOBER, agreed, agreed_months, month_done

pytestmark = pytest.mark.django_db


def test_each_act_leaves_its_receipt_that_judges_the_same_again():
    (table,), ours, _keeper = agreed_months(1)
    invoice = invoices.issue(table, ours)
    note = invoices.credit(invoice, "Le code service était faux.", ours)
    kept = list(Receipt.objects.filter(subject_type="invoice").order_by("id"))
    assert [(one.subject_id, one.act, one.verdict) for one in kept] == [
        (invoice.pk, "facture", "eligible"),
        (note.pk, "avoir", "eligible"),
    ]
    for one in kept:
        said = rejudge(one)
        assert {finding.id for finding in said.findings} == {"P01", "R120", "R121", "R123"}
        assert said.facts.lines[0].composante == invoice.lines.get().composante.number
    assert replay().differences == ()
    line = file_kinds()["invoice"].describe([invoice.pk])[invoice.pk]
    assert (line.reference, line.url) == (invoice.number, reverse("facture_detail", args=[invoice.pk]))
    assert line.organisations == {ours.organisation_id}


def test_a_line_off_the_price_of_the_order_is_refused_in_the_words_of_the_rule(client: Client):
    (table,), ours, _keeper = agreed_months(1)
    table.lines.update(price=Decimal("1.00"))
    with pytest.raises(Unlawful, match=r"\(R123\)") as refused:
        invoices.issue(table, ours)
    assert [one.rule for one in refused.value.obstacles] == ["R123"]
    assert not Invoice.objects.exists()
    assert not Receipt.objects.filter(subject_type="invoice").exists()
    client.force_login(ours.user)
    page = client.get(reverse("service_fait", args=[table.order_id, "2026-10"])).content.decode()
    assert "La facture ne peut pas être créée ainsi" in page
    assert "R123" in page
    assert "Créer la facture" not in page


def test_what_the_facts_say_of_a_month():
    (first, second), ours, _keeper = agreed_months(2)
    assert judged(facts_of(first)).verdict == Verdict.ELIGIBLE
    strange = second.lines.get()
    type(strange).objects.create(
        table=first,
        composante=strange.composante,
        hours=strange.hours,
        price=strange.price,
        **{name: getattr(strange, name) for name in ("organisme_agreed_at", "region_agreed_at")},
    )
    assert [one.id for one in judged(facts_of(first)).blocking] == ["R121"], "a composante of another order"
    invoice = invoices.issue(second, ours)
    assert facts_of(second).already_invoiced
    assert "déjà facturé" in judged(facts_of(second)).blocking[0].message()
    assert not facts_of_credit(invoice).already_invoiced, "a credit note is no second invoice"
    assert facts_of_credit(invoice).lines[0].price == InvoiceLine.objects.get().price


def test_hours_that_stand_on_no_line_are_left_out():
    order, ours, keeper = month_done("100.00", "0.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    assert facts_of(table).composantes_left_out == ()
    late = order.composantes.order_by("number")[1]
    record_hours(late, OCTOBER, 2, Decimal(50), source="relevé", hat=keeper)
    assert facts_of(table).composantes_left_out == (late.number,)
    assert [one.id for one in judged(facts_of(table)).blocking] == ["R121"]
    with pytest.raises(Refused, match="pas encore accordé"):  # the table takes the line up, and both sides read it
        invoices.issue(table, ours)
