"""The invoices of a month in one act: each made once, whatever dies on the way."""

import itertools
import os
import random
import signal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core.journal.models import Notification
from core.journal.refusals import Refused
from invoices.models import Invoice, MonthBatch, MonthBatchRow
from invoices.workflow import invoices, month_batch, tables
from orders.proof import disagreements
from tests.factories.invoices import OCTOBER, agreed_months

RowState = MonthBatchRow.State


@pytest.fixture
def light_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cost nothing to print: what is looked at here is that each is made."""
    monkeypatch.setattr("invoices.workflow.files.pdf_of", lambda content, _sheets: content.number.encode())
    monkeypatch.setattr("invoices.document.sheets.pdf_of", lambda _content: b"%PDF")


@pytest.mark.django_db
def test_every_agreed_month_becomes_an_invoice_and_its_file(client: Client, light_files):
    (first, second, third), ours, keeper = agreed_months(3)
    client.force_login(ours.user)
    page = client.get("/factures/mois/2026-10/").content.decode()
    assert "3\u00a0bons de commande sont accordés" in page
    answer = client.post(reverse("fin_de_mois_facturer", args=["2026-10"]))
    batch = MonthBatch.objects.get()
    assert answer.url == reverse("factures_du_mois", args=[batch.pk])
    with pytest.raises(Refused, match="en cours"):
        month_batch.start(OCTOBER, ours)
    by_hand = invoices.issue(first, ours)  # made by hand, while the batch waits
    tables.dispute(second.lines.get(), keeper, "Deux signatures manquent.")  # and this one is no longer agreed
    assert 'value="0"' in client.get(answer.url).content.decode()

    assert not month_batch.take_through(batch.pk, seconds=0), "no time at all"
    assert month_batch.take_through(batch.pk)
    assert month_batch.take_through(batch.pk), "done again, nothing more"

    rows = {row.table_id: row for row in batch.rows.all()}
    assert rows[first.pk].invoice == by_hand
    assert rows[second.pk].state == RowState.REFUSEE
    assert "pas encore accordé" in rows[second.pk].reason
    assert Invoice.objects.exclude(sha256="").count() == 2 == Invoice.objects.count()
    assert Invoice.objects.get(table=third).number == "F2026-00002"
    told = Notification.objects.get(kind="facture.mois")
    assert (told.user, told.text) == (
        ours.user,
        "Factures du mois, octobre 2026\u00a0: 2\u00a0faites, 1\u00a0commande à revoir",
    )
    page = client.get(answer.url).content.decode()
    assert "terminées" in page
    assert client.get(answer.url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    with pytest.raises(Refused, match="aucun service fait"):
        month_batch.start(OCTOBER, keeper)


@pytest.mark.django_db(transaction=True)
def test_killed_ten_times_at_random_each_month_has_one_invoice_and_the_numbers_no_hole(light_files):
    """A process of its own each time, which SIGKILL ends before a statement drawn by chance; the last one goes on."""
    with transaction.atomic():
        agreed, ours, _keeper = agreed_months(5)
    batch = month_batch.start(OCTOBER, ours)
    chance = random.Random(6)
    ends, seen = [], set()
    for _ in range(10):
        ends.append(_run(batch.pk, killed_at=chance.randint(20, 100)))
        seen.add((Invoice.objects.count(), Invoice.objects.exclude(sha256="").count()))
    assert ends == [-signal.SIGKILL] * 10
    assert len(seen) > 2, "else it was always at the same place"
    assert _run(batch.pk) == 0

    made = Invoice.objects.order_by("rank")
    assert {one.table_id for one in made} == {table.pk for table in agreed}
    assert [one.number for one in made] == [f"F2026-{rank:05d}" for rank in range(1, 6)]
    assert not made.filter(sha256="").exists()
    assert MonthBatch.objects.get().state == MonthBatch.State.TERMINE
    assert list(disagreements()) == []


def _run(batch: int, killed_at: int = 0) -> int:
    """Take the batch through in a process of its own, killed before this statement of it; returns how it ended."""
    connection.close()  # or both would write on the same line to the database
    child = os.fork()
    if child == 0:
        left = itertools.count(killed_at, -1)

        def watch(execute: Any, *call: Any) -> Any:
            if next(left) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*call)

        try:
            with connection.execute_wrapper(watch):
                month_batch.take_through(batch)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
