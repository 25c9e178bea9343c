"""What the pages of the month and of the invoices cost: the same at one line or invoice and at three."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoices.workflow import invoices, statuses, tables
from tests.factories.invoices import OCTOBER, agreed, agreed_months, month_done

pytestmark = pytest.mark.django_db


def cost(client: Client, url: str) -> int:
    client.get(url)  # what is read once per process
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200
    return len(said)


@pytest.mark.parametrize("hours", [("10.00",), ("10.00", "20.00", "30.00")])
def test_a_month_and_its_invoice(client: Client, hours):
    order, ours, keeper = month_done(*hours)
    table = agreed(tables.open_table(order, OCTOBER), ours, keeper)
    client.force_login(keeper.user)
    assert cost(client, reverse("service_fait", args=[table.order_id, "2026-10"])) == 30
    invoice = invoices.issue(table, ours)
    assert cost(client, reverse("service_fait", args=[table.order_id, "2026-10"])) == 12
    for rank, status in enumerate(("MISE_A_DISPOSITION", "SERVICE_FAIT", "MANDATEE")[: len(hours)], start=1):
        statuses.note_status(invoice, status, invoice.created_at.replace(microsecond=rank))
    assert cost(client, reverse("facture_detail", args=[invoice.pk])) == 9


@pytest.mark.parametrize("count", [1, 3])
def test_the_list(client: Client, count):
    months, ours, keeper = agreed_months(count)
    for table in months:
        invoices.issue(table, ours)
    client.force_login(keeper.user)
    assert cost(client, reverse("facture_liste")) == 5
    assert cost(client, reverse("facture_liste") + "?ou=bientot") == 6
