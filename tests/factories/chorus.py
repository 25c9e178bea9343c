"""Invoices ready to be deposited, and the exchange that leads to the stand-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from core.accounts.models import Membership
from invoices.chorus.client import Account, PisteClient
from invoices.chorus.contract import Call
from invoices.chorus.stand_in import CLIENT, LOGIN, PASSWORD, SECRET, StandIn
from invoices.models import BillingProfile, Invoice, MonthTable
from invoices.workflow import invoices, tables
from invoices.workflow.exchange import keep_call
from tests.factories.invoices import OCTOBER, agreed, month_done

FILE = b"%PDF-1.7"


def linked(settings: Any, there: StandIn, watch: Callable[[Call], None] = keep_call) -> PisteClient:
    """Point the portal's settings at the stand-in; returns a client whose calls `watch` is told."""
    settings.CHORUS_API_URL = settings.CHORUS_OAUTH_URL = there.url
    settings.CHORUS_CLIENT_ID, settings.CHORUS_CLIENT_SECRET = CLIENT, SECRET
    settings.CHORUS_LOGIN, settings.CHORUS_PASSWORD = LOGIN, PASSWORD
    account = Account(there.url, there.url, CLIENT, SECRET, LOGIN, PASSWORD)
    return PisteClient(account, seconds=5.0, watch=watch)


def sealed_invoice() -> tuple[Invoice, Membership, Membership]:
    """An issued invoice whose file is sealed, of an organisme that mandates the portal; its hat and the Région's."""
    order, ours, keeper = month_done("100.00")
    invoice = invoices.issue(agreed(tables.open_table(order, OCTOBER), ours, keeper), ours)
    Invoice.objects.filter(pk=invoice.pk).update(pdf=FILE, sha256="0" * 64)
    BillingProfile.objects.update(mandated=True)
    return Invoice.objects.get(pk=invoice.pk), ours, keeper


def copies(invoice: Invoice, count: int) -> list[Invoice]:
    """Other invoices of the same issuer and order, one for each of the months before."""
    made, month = [], invoice.month
    for rank in range(1, count + 1):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        table = MonthTable.objects.create(order=invoice.order, month=month)
        copy = Invoice.objects.get(pk=invoice.pk)
        copy.pk, copy.table, copy.month, copy.rank, copy.number = (
            None,
            table,
            month,
            1000 + rank,
            f"F2026-{1000 + rank}",
        )
        made.append(copy)
    return Invoice.objects.bulk_create(made)
