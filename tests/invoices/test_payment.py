"""The payment clock in the portal: what Chorus Pro says moves it, the Région stops it once, both sides read it."""

import datetime as dt
from decimal import Decimal

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
from core.rulebook.workflow import editions
from invoices.clock import Pace
from invoices.enums import ChorusStatus
from invoices.models import Invoice, Suspension
from invoices.queries.payment import clock_of, late, soon_late
from invoices.reminders import remind_payments
from invoices.workflow import invoices, payment, statuses
from orders.models import Lot
from tests.factories.accounts import hat
from tests.factories.invoices import agreed_months

pytestmark = pytest.mark.django_db
RECEIVED = dt.date(2026, 11, 5)


def at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def told(invoice: Invoice, status: str, day: dt.date, reason: str = "") -> Invoice:
    statuses.note_status(invoice, status, at(day), reason=reason)
    return Invoice.objects.get(pk=invoice.pk)


@pytest.fixture
def november():
    with time_machine.travel(at(dt.date(2026, 11, 20)), tick=False) as clock:
        yield clock


@pytest.fixture
def made(november) -> tuple[Invoice, Membership, Membership]:
    (table,), ours, keeper = agreed_months(1)
    return invoices.issue(table, ours), ours, keeper


def test_the_term_runs_from_what_chorus_pro_says(made):
    invoice, ours, _keeper = made
    assert invoice.pay_by is None
    assert told(invoice, ChorusStatus.DEPOSEE, dt.date(2026, 11, 4)).pay_by is None, "the Région has not got it yet"
    assert told(invoice, ChorusStatus.SERVICE_FAIT, dt.date(2026, 11, 9)).pay_by == dt.date(2026, 12, 9)
    invoice = told(invoice, ChorusStatus.MISE_A_DISPOSITION, RECEIVED)  # learned later, and earlier than that
    assert invoice.pay_by == dt.date(2026, 12, 5)
    assert told(invoice, ChorusStatus.A_RECYCLER, dt.date(2026, 11, 10), "Code service faux.").pay_by is None
    assert told(invoice, ChorusStatus.MISE_A_DISPOSITION, dt.date(2026, 11, 12)).pay_by == dt.date(2026, 12, 12)
    assert told(invoice, ChorusStatus.MISE_EN_PAIEMENT, dt.date(2026, 11, 19)).pay_by is None
    note = invoices.credit(invoice, "Le code service était faux.", ours)
    assert clock_of(note, []).pace == clock_of(Invoice.objects.get(pk=invoice.pk), []).pace == Pace.STOPPED


def test_the_rate_is_the_one_that_was_dated_for_the_half_year_in_which_lateness_began(made, november):
    """An administrator dates the rate of the Central Bank; a lateness that crosses two half-years keeps its first."""
    invoice, _ours, keeper = made
    admin = hat("region", "administrateur", organisation=keeper.organisation)
    editions.set_value("ecb_rate", "2,65", dt.date(2026, 12, 16), hat=admin, reason="Décision de la banque centrale")
    invoice = told(invoice, ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    november.move_to(at(dt.date(2027, 2, 1)))
    since_december = clock_of(invoice, invoice.statuses.all())
    assert (since_december.days_late, since_december.rate) == (58, Decimal("10.40"))
    told(invoice, ChorusStatus.A_RECYCLER, dt.date(2026, 11, 20), "Code service faux.")
    invoice = told(invoice, ChorusStatus.MISE_A_DISPOSITION, dt.date(2026, 12, 10))
    since_january = clock_of(invoice, invoice.statuses.all())
    assert (since_january.days_late, since_january.rate) == (23, Decimal("10.65"))


def test_a_payment_typed_by_mistake_is_put_right_by_the_next_status(made):
    invoice = told(made[0], ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    assert told(invoice, ChorusStatus.MISE_EN_PAIEMENT, dt.date(2026, 11, 19)).pay_by is None
    assert told(invoice, ChorusStatus.MANDATEE, dt.date(2026, 11, 20)).pay_by == dt.date(2026, 12, 5)


def test_a_rejected_invoice_is_owed_nothing(made):
    invoice = told(made[0], ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    rejected = told(invoice, ChorusStatus.REJETEE, dt.date(2026, 11, 6), "Montant faux.")
    assert rejected.pay_by is None
    assert clock_of(rejected, list(rejected.statuses.all())).pace == Pace.STOPPED


def test_the_region_stops_the_clock_once_and_says_why(made, november):
    invoice, ours, keeper = made
    with pytest.raises(Refused, match="Aucun délai"):
        payment.suspend(invoice, "La convention manque.", keeper)
    invoice = told(invoice, ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    for who, why, words in (
        (ours, "x", "finances"),
        (hat("region", "decideur"), "x", "finances"),
        (keeper, " ", "Dites"),
    ):
        with pytest.raises(Refused, match=words):
            payment.suspend(invoice, why, who)

    held = payment.suspend(invoice, "La convention manque.", keeper)
    assert Invoice.objects.get(pk=invoice.pk).pay_by is None
    notice = Notification.objects.get(kind="facture.suspension")
    assert notice.user == ours.user
    assert "La convention manque." in notice.text
    assert history_of(invoice).filter(kind="facture.suspendue", reason="La convention manque.").exists()
    with pytest.raises(Refused, match="qu’une fois"):
        payment.suspend(invoice, "Encore.", keeper)

    november.move_to(at(dt.date(2026, 12, 20)))
    for day in (dt.date(2026, 11, 19), dt.date(2026, 12, 21)):
        with pytest.raises(Refused, match="entre le"):
            payment.resume(invoice, day, keeper)
    payment.resume(invoice, dt.date(2026, 12, 10), keeper)
    assert Invoice.objects.get(pk=invoice.pk).pay_by == dt.date(2027, 1, 9)
    with pytest.raises(Refused, match="qu’une fois"):
        payment.suspend(Invoice.objects.get(pk=invoice.pk), "Encore.", keeper)
    with pytest.raises(Refused, match="n’est pas suspendu"):
        payment.resume(invoice, dt.date(2026, 12, 11), keeper)
    # The database holds it, whoever writes.
    with pytest.raises(DatabaseError, match="unique"), transaction.atomic():
        Suspension.objects.create(invoice=invoice, reason="Encore.", suspended_on=RECEIVED)
    with pytest.raises(DatabaseError, match="is over"), transaction.atomic():
        Suspension.objects.filter(pk=held.pk).update(resumed_on=dt.date(2026, 12, 30))
    with pytest.raises(DatabaseError), transaction.atomic():
        Suspension.objects.filter(pk=held.pk).update(suspended_on=dt.date(2026, 11, 6))


def test_what_is_mandated_or_late_is_not_suspended_any_more(made, november):
    invoice, _ours, keeper = made
    invoice = told(invoice, ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    november.move_to(at(dt.date(2026, 12, 6)))
    with pytest.raises(Refused, match="échéance est passée"):
        payment.suspend(invoice, "La convention manque.", keeper)
    november.move_to(at(dt.date(2026, 12, 1)))
    invoice = told(invoice, ChorusStatus.MANDATEE, dt.date(2026, 11, 30))
    with pytest.raises(Refused, match="mandatée"):
        payment.suspend(invoice, "La convention manque.", keeper)
    told(invoice, ChorusStatus.SUSPENDUE, dt.date(2026, 12, 1), "Trop tard.")
    assert not Suspension.objects.exists(), "Chorus Pro says so, the law does not"


def test_what_chorus_pro_says_of_a_suspension_is_the_same_suspension(made):
    invoice = told(made[0], ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    invoice = told(invoice, ChorusStatus.SUSPENDUE, dt.date(2026, 11, 10), "Une pièce manque.")
    assert (invoice.suspension.reason, invoice.pay_by) == ("Une pièce manque.", None)
    invoice = told(invoice, ChorusStatus.COMPLETEE, dt.date(2026, 11, 14))
    assert invoice.pay_by == dt.date(2026, 12, 14)
    assert told(invoice, ChorusStatus.SUSPENDUE, dt.date(2026, 11, 18), "Encore.").pay_by == dt.date(2026, 12, 14)


def test_lists_say_what_is_late_and_what_soon_will_be(client: Client, november):
    tables, ours, keeper = agreed_months(3)
    first, second, third = (invoices.issue(table, ours) for table in tables)
    for one, day in ((first, dt.date(2026, 11, 5)), (second, dt.date(2026, 11, 15)), (third, dt.date(2026, 11, 20))):
        told(one, ChorusStatus.MISE_A_DISPOSITION, day)
    november.move_to(at(dt.date(2026, 12, 10)))
    assert list(late(Invoice.objects.all())) == [first]
    assert list(soon_late(Invoice.objects.all())) == [second]
    for worn in (keeper, ours):
        client.force_login(worn.user)
        for where, shown in (("en_retard", first), ("bientot", second)):
            page = client.get(reverse("facture_liste"), {"ou": where}).content.decode()
            assert [one.number in page for one in (first, second, third)].count(True) == 1
            assert shown.number in page
    client.force_login(keeper.user)
    url = reverse("facture_liste")
    assert first.number in client.get(url, {"ou": "en_retard", "lots": "miens"}).content.decode()
    Lot.objects.update(gestionnaire=ours.user)  # somebody else keeps it
    assert first.number not in client.get(url, {"ou": "en_retard", "lots": "miens"}).content.decode()
    page = client.get(reverse("facture_detail", args=[first.pk])).content.decode()
    for words in ("En retard de 5\u00a0jours", "10,4\u00a0% × 5 / 365", "article D2192-35", "40,00\u00a0€"):
        assert words in page


def test_the_pages_of_the_suspension(client: Client, made):
    invoice, ours, keeper = made
    told(invoice, ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    page, ask, end = (reverse(f"facture_{name}", args=[invoice.pk]) for name in ("detail", "suspendre", "reprendre"))
    client.force_login(ours.user)
    assert ask not in client.get(page).content.decode()
    assert client.get(ask).status_code == 404
    client.force_login(keeper.user)
    assert ask in client.get(page).content.decode()
    assert client.post(ask, {"reason": ""}).status_code == 422
    assert client.post(ask, {"reason": "La convention manque."}).url == page
    shown = client.get(page).content.decode()
    assert "La convention manque." in shown
    assert "Délai suspendu" in client.get(reverse("facture_liste")).content.decode()
    assert end in shown
    assert "Ce qui manquait" in client.get(end).content.decode()
    assert client.post(end, {"day": "2026-11-01"}).status_code == 422
    assert client.post(end, {"day": "2026-11-20"}).url == page
    assert "Délai repris" in client.get(page).content.decode()


def test_who_pays_is_told_once_of_what_soon_will_be_late(made, november):
    invoice, _ours, keeper = made
    told(invoice, ChorusStatus.MISE_A_DISPOSITION, RECEIVED)
    assert remind_payments() == 0, "fifteen days are left"
    november.move_to(at(dt.date(2026, 11, 29)))
    remind_payments()
    remind_payments()
    said = Notification.objects.get(kind="facture.bientot_en_retard", user=keeper.user)
    assert "5 décembre 2026" in said.text.replace("\xa0", " ")
