"""Statuses of Chorus Pro: the order in which they come, and the correction of those that were typed by mistake."""

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.events import history_of
from core.journal.models import Notification
from core.journal.refusals import Refused
from invoices.enums import ChorusStatus
from invoices.filters import InvoiceFilter
from invoices.models import Deposit, Invoice, StatusLine, Suspension
from invoices.queries.payment import clock_of
from invoices.succession import may_follow
from invoices.workflow import invoices, payment, statuses
from tests.factories.accounts import hat
from tests.factories.invoices import agreed_months

NOVEMBER = dt.date(2026, 11, 1)
DEPOSEE, RECUE, A_RECYCLER = ChorusStatus.DEPOSEE, ChorusStatus.MISE_A_DISPOSITION, ChorusStatus.A_RECYCLER
SUSPENDUE, COMPLETEE, REJETEE = ChorusStatus.SUSPENDUE, ChorusStatus.COMPLETEE, ChorusStatus.REJETEE
FAIT, MANDATEE, PAYEE = ChorusStatus.SERVICE_FAIT, ChorusStatus.MANDATEE, ChorusStatus.MISE_EN_PAIEMENT


def at(day: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(NOVEMBER.replace(day=day), dt.time(12)))


@pytest.fixture
def made(db, november) -> tuple[Invoice, Membership, Membership]:
    (table,), ours, keeper = agreed_months(1)
    return invoices.issue(table, ours), ours, keeper


@pytest.fixture
def november() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(1), tick=False) as clock:
        yield clock


def typed(invoice: Invoice, status: str, day: int, who: Membership, reason: str = "") -> StatusLine:
    return statuses.note_status(invoice, status, at(day), reason=reason, hat=who)


def again(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


@pytest.mark.parametrize(
    ("before", "lawful", "impossible"),
    [
        (DEPOSEE, (RECUE, FAIT, PAYEE, A_RECYCLER, REJETEE), ()),
        (RECUE, (A_RECYCLER, SUSPENDUE, COMPLETEE, FAIT), (DEPOSEE,)),
        (A_RECYCLER, (DEPOSEE, RECUE, REJETEE), ()),
        (SUSPENDUE, (COMPLETEE, REJETEE, FAIT), (DEPOSEE,)),
        (FAIT, (SUSPENDUE, MANDATEE), (RECUE,)),
        (MANDATEE, (PAYEE, REJETEE), (SUSPENDUE, COMPLETEE, A_RECYCLER, FAIT)),
        (PAYEE, (PAYEE,), (SUSPENDUE, MANDATEE, REJETEE, DEPOSEE)),
        (REJETEE, (), (DEPOSEE, SUSPENDUE, PAYEE)),
    ],
)
def test_what_may_follow_what(before, lawful, impossible):
    assert [one for one in lawful if not may_follow(before, one)] == []
    assert [one for one in impossible if may_follow(before, one)] == []


def test_a_status_is_not_typed_where_it_cannot_be(made):
    invoice, ours, _keeper = made
    typed(invoice, RECUE, 5, ours)
    typed(invoice, PAYEE, 19, ours)
    for status, day, words in (
        (SUSPENDUE, 20, "ne peut pas suivre « Mise en paiement », noté au 19 novembre 2026"),
        (DEPOSEE, 6, "ne peut pas suivre « Mise à disposition de la Région »"),
        (REJETEE, 12, "ne peut pas précéder « Mise en paiement »"),
    ):
        with pytest.raises(Refused) as refused:
            typed(invoice, status, day, ours, "Un motif.")
        assert words in refused.value.message.replace("\xa0", " ")
    typed(invoice, DEPOSEE, 4, ours)  # read later, said before
    typed(invoice, FAIT, 9, ours)
    assert again(invoice).status == PAYEE


def test_what_chorus_pro_says_out_of_order_is_kept_and_told_and_moves_no_payment(made, client: Client):
    invoice, ours, _keeper = made
    for status, day, reason in ((RECUE, 5, ""), (PAYEE, 19, ""), (SUSPENDUE, 20, "Une pièce manque.")):
        statuses.note_status(invoice, status, at(day), reason=reason)
    assert invoice.statuses.count() == 3
    assert not Suspension.objects.exists()
    assert clock_of(again(invoice), invoice.statuses.all()).pace == "payee"
    client.force_login(ours.user)
    page = client.get(reverse("facture_detail", args=[invoice.pk])).content.decode()
    assert page.count("Ce statut ne suit pas d’ordinaire celui d’avant") == 1


def test_a_wrong_day_is_corrected_with_its_reason_and_the_clock_follows(made, november):
    invoice, ours, keeper = made
    november.move_to(at(28))
    line = typed(invoice, RECUE, 5, ours)
    assert again(invoice).pay_by == dt.date(2026, 12, 5)
    with pytest.raises(Refused, match="Dites pourquoi"):
        statuses.correct_status(line, " ", ours, at(15))
    with pytest.raises(Refused, match="déjà noté au"):
        statuses.correct_status(line, "Une faute.", ours, at(5))
    statuses.correct_status(line, "Le 15 était lu 5.", ours, at(15))
    fixed = again(invoice)
    assert (fixed.pay_by, fixed.status_at) == (dt.date(2026, 12, 15), at(15))
    assert Deposit.objects.get().deposited_at == at(15)
    said = history_of(invoice).get(kind="facture.statut_corrige")
    assert (said.hat, said.reason) == (ours, "Le 15 était lu 5.")
    assert "Le 15 était lu 5." in Notification.objects.get(kind="facture.correction", user=keeper.user).text
    with pytest.raises(Refused, match="déjà retiré"):
        statuses.correct_status(line, "Encore.", ours)
    # The database keeps what was typed and what was said of it.
    for change in ({"at": at(6)}, {"withdrawal_reason": "Autre."}, {"withdrawn_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StatusLine.objects.filter(pk=line.pk).update(**change)


def test_a_status_that_never_was_is_withdrawn(made):
    invoice, ours, keeper = made
    line = typed(invoice, PAYEE, 1, ours)
    statuses.correct_status(line, "C’était une autre facture.", keeper)
    assert (again(invoice).status, again(invoice).pay_by) == ("", None)
    typed(invoice, PAYEE, 1, ours)  # and may be typed again
    assert invoice.statuses.count() == 2


def test_an_interruption_typed_by_mistake_is_not_the_one_that_the_law_allows(made, november):
    invoice, ours, keeper = made
    november.move_to(at(28))
    typed(invoice, RECUE, 5, ours)
    held = typed(invoice, SUSPENDUE, 10, ours, "Une pièce manque.")
    ended = typed(invoice, COMPLETEE, 12, ours)
    assert again(invoice).pay_by == dt.date(2026, 12, 12)
    ended = statuses.correct_status(ended, "Reçue le 14.", keeper, at(14))
    assert again(invoice).pay_by == dt.date(2026, 12, 14)
    held = statuses.correct_status(held, "Dite le 11.", ours, at(11))
    assert Suspension.objects.get().suspended_on == dt.date(2026, 11, 11)
    statuses.correct_status(ended, "Rien n’est reçu.", keeper)
    assert again(invoice).pay_by is None
    statuses.correct_status(held, "C’était une autre facture.", ours)
    assert again(invoice).pay_by == dt.date(2026, 12, 5)
    narrowed = InvoiceFilter({"ou": "suspendue"}, queryset=Invoice.objects.all())
    assert not narrowed.qs.exists()
    payment.suspend(again(invoice), "La convention manque.", keeper)
    assert narrowed.form.is_valid()
    assert InvoiceFilter({"ou": "suspendue"}, queryset=Invoice.objects.all()).qs.get() == invoice


def test_a_suspension_stops_the_clock_whatever_was_typed_before_it_and_when(made, november):
    invoice, ours, _keeper = made
    november.move_to(at(28))
    held = typed(invoice, SUSPENDUE, 10, ours, "Une pièce manque.")  # nobody had noted that it was received
    assert Suspension.objects.get().suspended_on == dt.date(2026, 11, 10)
    statuses.correct_status(held, "Une autre facture.", ours)
    typed(invoice, RECUE, 10, ours)
    typed(invoice, COMPLETEE, 14, ours)
    typed(invoice, SUSPENDUE, 10, ours, "Une pièce manque.")  # the same day as it was received, noted last
    assert again(invoice).pay_by == dt.date(2026, 12, 14)


def test_what_chorus_pro_tells_itself_counts_rather_than_what_was_typed(made):
    invoice, ours, _keeper = made
    typed(invoice, RECUE, 5, ours)
    statuses.note_status(invoice, RECUE, at(9))
    assert again(invoice).pay_by == dt.date(2026, 12, 9)


def test_the_finance_file_says_the_reception_as_the_clock_counts_it(made, client: Client):
    invoice, _ours, keeper = made
    for status, day, reason in ((RECUE, 5, ""), (A_RECYCLER, 6, "Code service faux."), (RECUE, 12, "")):
        statuses.note_status(invoice, status, at(day), reason=reason)
    client.force_login(keeper.user)
    titles, row = csv.reader(io.StringIO(b"".join(client.get(reverse("facture_finances"))).decode()), delimiter=";")
    assert row[titles.index("DATE_RECEPTION")] == "2026-11-12"
    assert again(invoice).pay_by == dt.date(2026, 12, 12)


def test_who_typed_it_or_holds_the_clock_corrects_it_on_the_page_of_the_invoice(made, client: Client):
    invoice, ours, keeper = made
    line = typed(invoice, RECUE, 1, ours)
    told = statuses.note_status(invoice, DEPOSEE, at(1) - dt.timedelta(hours=1))
    address, page = (
        reverse("facture_statut_corriger", args=[invoice.pk, line.pk]),
        reverse("facture_detail", args=[invoice.pk]),
    )
    reader = hat("region", "decideur", organisation=keeper.organisation)
    for worn, may in ((ours, True), (keeper, True), (reader, False)):
        client.force_login(worn.user)
        assert (address in client.get(page).content.decode()) == may
        assert client.get(address).status_code == (200 if may else 404)
    client.force_login(keeper.user)
    assert client.get(reverse("facture_statut_corriger", args=[invoice.pk, told.pk])).status_code == 404
    for wrong in ({}, {"what": "date", "reason": "Une faute."}, {"what": "date", "at": "01/12/2027", "reason": "x"}):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"what": "statut", "reason": "Une autre facture."}).url == page
    shown = client.get(page).content.decode()
    assert "<del>Mise à disposition de la Région</del>" in shown
    assert "Une autre facture." in shown
    assert client.get(address).status_code == 404
