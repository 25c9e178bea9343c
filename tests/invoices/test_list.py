"""The list of invoices, on the screen and in its files."""

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from core.ui.french import euros
from invoices.workflow import invoices
from tests.factories.invoices import agreed_months

pytestmark = pytest.mark.django_db


def test_a_credit_note_is_taken_off_on_the_screen_and_in_its_files(client: Client):
    (table,), ours, keeper = agreed_months(1)
    made = invoices.issue(table, ours)
    note = invoices.credit(made, "Le code service était faux.", ours)
    client.force_login(keeper.user)
    titles, *rows = csv.reader(
        io.StringIO(b"".join(client.get("/factures/export.csv")).decode().lstrip("\ufeff")), delimiter=";"
    )
    said = {row[0]: Decimal(row[titles.index("Total")].replace(",", ".")) for row in rows}
    assert said == {made.number: made.total, note.number: -made.total}
    sheet = b"".join(client.get("/factures/export.xlsx"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert sum(row[titles.index("Hors taxes")] for row in book[1:]) == 0
    assert f">{euros(-note.total)}<" in client.get("/factures/").content.decode()
    page = client.get(f"/factures/{note.pk}/").content.decode()
    assert page.count(f'href="/factures/service-fait/{note.order_id}/2026-10/"') == 2, "its month is to be agreed anew"
