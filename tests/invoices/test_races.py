"""Two clicks, two people, the same month: one invoice, one number, one receipt. Real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection, transaction

from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from invoices.models import Invoice, InvoiceLine, InvoiceSheet
from invoices.workflow import invoices
from orders.proof import disagreements
from tests.factories.accounts import hat
from tests.factories.invoices import agreed_months

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Invoice]) -> tuple[list[Invoice], list[str]]:
    """Do these at the same time, each on its own connection: what was made, and what was refused."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Invoice]) -> Invoice | Refused:
        close_old_connections()
        barrier.wait(10)
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        came = list(pool.map(one, acts))
    refused = [one.message for one in came if isinstance(one, Refused)]
    return [one for one in came if isinstance(one, Invoice)], refused


def test_two_mandataires_and_two_clicks_make_one_invoice_and_credits_make_one_note():
    with transaction.atomic():
        (table, other), ours, _keeper = agreed_months(2)
        colleague = hat("organisme", organisation=ours.organisation)
    made, told = at_once(*(lambda by=by: invoices.issue(table, by) for by in (ours, colleague, ours)))
    assert len(made) == 1
    assert len(told) == 2
    assert all("déjà facturé" in words for words in told)
    assert [one.number for one in Invoice.objects.all()] == ["F2026-00001"]
    assert InvoiceLine.objects.count() == InvoiceSheet.objects.count() == 1
    assert Receipt.objects.filter(subject_type="invoice").count() == 1

    # Two months of one issuer at the same time as two credit notes of the first: numbers follow one another.
    made, told = at_once(
        lambda: invoices.credit(made[0], "Le code service était faux.", ours),
        lambda: invoices.credit(made[0], "Le code service était faux.", colleague),
        lambda: invoices.issue(other, colleague),
    )
    assert told == ["Cette facture est déjà annulée par un avoir."]
    assert sorted(one.kind for one in made) == ["380", "381"]
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [f"F2026-{rank:05d}" for rank in (1, 2, 3)]
    assert list(disagreements()) == []
