"""From the hours of a month to its invoice: agreed by both, issued once, corrected by a credit note."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from core.journal.models import Event, Notification
from core.journal.refusals import Refused
from invoices.document import checks
from invoices.document.content import load
from invoices.enums import InvoiceState, TableState
from invoices.facts import facts_of
from invoices.models import BillingProfile, Invoice, InvoiceLine, MonthLine, MonthTable
from invoices.workflow import invoices, month_batch, tables
from invoices.workflow.files import file_of, keep_file
from orders.proof import disagreements
from orders.workflow.hours import record_hours
from tests.factories.accounts import hat
from tests.factories.commandes import ordered
from tests.factories.invoices import OCTOBER, agreed, agreed_months, month_done

pytestmark = pytest.mark.django_db
NOVEMBER = dt.date(2026, 11, 1)


def read(*lines: MonthLine) -> dict[int, Decimal]:
    """These lines as somebody has read them."""
    return {line.pk: line.hours for line in lines}


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


def test_numbers_follow_one_another_without_a_hole_within_twenty_signs(time_machine):
    """A number that was drawn for an invoice that was not made is drawn again; each year begins at one."""
    time_machine.move_to(dt.datetime(2026, 12, 30, 10, tzinfo=dt.UTC))
    (first, second, third), ours, _keeper = agreed_months(3)
    BillingProfile.objects.update(prefix="ABCDE-")
    made = [invoices.issue(first, ours)]
    siret, ours.organisation.siret = ours.organisation.siret, ""
    ours.organisation.save()
    with pytest.raises(invoices.NotReady):
        invoices.issue(second, ours)
    ours.organisation.siret = siret
    ours.organisation.save()
    time_machine.move_to(dt.datetime(2026, 12, 31, 10, tzinfo=dt.UTC))
    made.append(invoices.issue(MonthTable.objects.get(pk=second.pk), ours))
    time_machine.move_to(dt.datetime(2027, 1, 2, 10, tzinfo=dt.UTC))
    made.append(invoices.issue(third, ours))
    assert [one.number for one in made] == ["ABCDE-2026-00001", "ABCDE-2026-00002", "ABCDE-2027-00001"]
    assert [one.issued_on for one in made] == sorted(one.issued_on for one in made)
    assert max(len(one.number) for one in made) <= checks.NUMBER_MAX
    with pytest.raises(DatabaseError, match="invoice_number_unique"), transaction.atomic():
        Invoice.objects.create(
            **{name: getattr(made[0], name) for name in ("number", "rank", "issuer", "order", "content", "issued_by")},
            kind="381", month=OCTOBER, table=third, corrects=made[1], correction_reason="x", issued_on=OCTOBER,
            net=1, tax=0, total=1,
        )  # fmt: skip


def test_only_the_mandataire_makes_the_invoice_and_only_both_sides_agree():
    order, ours, keeper = month_done("10.00")
    table = tables.open_table(order, OCTOBER)
    with pytest.raises(Refused, match="mandataire"):
        agreed(table, hat("organisme"))
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
        tables.agree(table, read(second), ours)
    tables.agree(table, read(second), keeper)
    assert table.lines.get(pk=second.pk).disputed_at is None, "who contests may think better of it"
    tables.dispute(second, keeper, "Deux demi-journées ne sont pas signées.")
    tables.agree(table, read(first), ours)
    table = tables.agree(table, read(first), keeper)
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


def test_a_month_that_is_still_open_keeps_its_own_hours_but_for_what_is_disputed_there():
    order, ours, keeper = month_done("100.00", "50.00")
    table = tables.open_table(order, OCTOBER)
    first, second = order.composantes.order_by("number")
    record_hours(first, NOVEMBER, 1, Decimal(20), source="relevé", hat=keeper)
    later = tables.open_table(order, NOVEMBER)
    assert [(line.adjusts, line.hours) for line in later.lines.all()] == [(None, Decimal(20))]
    assert facts_of(later).composantes_left_out == (), "October has them"
    tables.dispute(table.lines.get(composante=second), keeper, "Deux demi-journées ne sont pas signées.")
    assert not tables.refresh(later)
    assert [(line.adjusts, line.hours) for line in later.lines.all()] == [(None, 20), (OCTOBER, 50)]
    tables.agree(table, read(table.lines.get(composante=second)), keeper)
    tables.refresh(later)
    assert later.lines.get(adjusts=OCTOBER).hours == 0, "it waits in October again"
    for one in (table, later):
        invoices.issue(agreed(one, ours, keeper), ours)
    assert [one.net for one in Invoice.objects.order_by("pk")] == [150 * first.price, 20 * first.price]


def test_hours_corrected_after_the_agreement_ask_for_it_again():
    order, ours, keeper = month_done("100.00")
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    record_hours(order.composantes.get(), OCTOBER, 2, Decimal(96), source="relevé", hat=keeper)
    with pytest.raises(Refused, match="pas encore accordé"):
        invoices.issue(table, ours)
    table = tables.open_table(order, OCTOBER)
    assert table.lines.get().hours == Decimal(96)
    assert not table.lines.get().is_agreed


def test_one_agrees_to_the_hours_that_one_has_read(client: Client):
    order, ours, keeper = month_done("100.00")
    table = tables.open_table(order, OCTOBER)
    client.force_login(ours.user)
    address = reverse("service_fait", args=[order.pk, "2026-10"])
    (shown,) = re.findall(r'name="lignes" value="([^"]+)"', client.get(address).content.decode())
    record_hours(order.composantes.get(), OCTOBER, 2, Decimal(96), source="relevé", hat=keeper)
    assert "Des heures ont changé" in client.get(address).content.decode()
    agree = reverse("service_fait_accorder", args=[order.pk, "2026-10"])
    assert (
        "ont changé depuis que vous les avez lues"
        in client.post(agree, {"lignes": shown}, follow=True).content.decode()
    )
    assert not Event.objects.filter(kind="tableau.accord").exists()
    for said in ({}, {"lignes": "12:x"}):
        assert "aucune ligne" in client.post(agree, said, follow=True).content.decode()
    client.post(agree, {"lignes": f"{table.lines.get().pk}:96.00"})
    client.post(agree, {"lignes": f"{table.lines.get().pk}:96.00"})
    assert table.lines.get().organisme_agreed_at is not None
    assert Event.objects.filter(kind="tableau.accord").count() == 1, "said twice, it changes nothing"


def test_an_agreement_that_fell_is_seen_by_both_and_not_asked_again_for_ever(client: Client):
    """What is refused because hours changed is kept as such: the month is to be agreed, not to be invoiced."""
    order, ours, keeper = month_done("100.00")
    agreed(tables.open_table(order, OCTOBER), ours, keeper)
    record_hours(order.composantes.get(), OCTOBER, 2, Decimal(96), source="relevé", hat=keeper)
    client.force_login(ours.user)
    address = reverse("service_fait", args=[order.pk, "2026-10"])
    page = client.get(address).content.decode()
    assert "Des heures ont changé" in page
    assert "Créer la facture" not in page
    told = client.post(reverse("service_fait_facturer", args=[order.pk, "2026-10"]), follow=True).content.decode()
    assert "Des heures ont changé depuis l’accord" in told
    table = MonthTable.objects.get()
    assert (table.state, table.lines.get().hours) == (TableState.OUVERT, Decimal(96))
    assert Notification.objects.filter(kind="facture.tableau", text__contains="à accorder de nouveau").count() == 2
    agreed(table, ours, keeper)
    record_hours(order.composantes.get(), OCTOBER, 3, Decimal(95), source="relevé", hat=keeper)
    batch = month_batch.start(OCTOBER, ours)
    assert month_batch.take_through(batch.pk)
    assert batch.rows.get().state == "refusee"
    with pytest.raises(Refused, match="aucun service fait"):
        month_batch.start(OCTOBER, ours)


def test_hours_that_come_back_are_booked_before_those_that_go(time_machine):
    """Fifteen hours more in October, ten less in November: five are left to invoice, and the books have no more."""
    time_machine.move_to(dt.datetime(2026, 12, 15, 10, tzinfo=dt.UTC))
    order, ours, keeper = month_done("100.00")
    composante = order.composantes.get()
    invoices.issue(agreed(tables.open_table(order, OCTOBER), ours, keeper), ours)
    record_hours(composante, NOVEMBER, 1, Decimal(50), source="relevé", hat=keeper)
    invoices.issue(agreed(tables.open_table(order, NOVEMBER), ours, keeper), ours)
    record_hours(composante, OCTOBER, 2, Decimal(115), source="relevé", hat=keeper)
    record_hours(composante, NOVEMBER, 2, Decimal(40), source="relevé", hat=keeper)
    later = tables.open_table(order, dt.date(2026, 12, 1))
    assert [(line.adjusts, line.hours) for line in later.lines.all()] == [(OCTOBER, 15), (NOVEMBER, -10)]
    invoice = invoices.issue(agreed(later, ours, keeper), ours)
    assert invoice.net == 5 * composante.price
    invoices.credit(invoice, "Le code service était faux.", ours)
    assert composante.balance.realise == 5
    assert list(disagreements()) == []


def test_by_the_clock_the_months_that_are_known_are_put_before_both_sides(time_machine):
    known, ours, keeper = month_done("100.00")
    said = {"organisme": ours.organisation, "starts_on": OCTOBER}
    half_known = ordered(known.lot, keeper, said, said)
    record_hours(half_known.composantes.first(), OCTOBER, 1, Decimal(35), source="relevé", hat=keeper)
    time_machine.move_to(dt.datetime(2026, 11, 3, 6, tzinfo=dt.UTC))
    assert tables.keep_up() == 1
    assert MonthTable.objects.get().order == known, "other hours of the second may still come"
    time_machine.move_to(dt.datetime(2026, 11, 11, 6, tzinfo=dt.UTC))
    assert tables.keep_up() == 1
    assert tables.keep_up() == 0
    table = MonthTable.objects.get(order=half_known)
    assert (table.month, table.lines.get().hours) == (OCTOBER, Decimal(35))
    assert Notification.objects.filter(kind="facture.tableau", subject_id=table.pk).exists()
    record_hours(table.lines.get().composante, OCTOBER, 2, Decimal(30), source="relevé", hat=keeper)
    tables.keep_up()
    assert table.lines.get().hours == Decimal(30)


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
