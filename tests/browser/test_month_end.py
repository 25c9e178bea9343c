"""From an agreed month to its invoice, its file, its status, and the month's end: mandataire, then gestionnaire."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from invoices.models import Invoice, MonthBatch
from invoices.workflow import month_batch, tables
from orders.workflow.hours import record_hours
from tests.factories.invoices import OCTOBER, agreed_months

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = re.compile(r"F\d{4}-00001")  # of the year in which the test is run


def test_a_month_is_invoiced_in_one_act_and_followed_to_its_payment(
    page_as: Callable[..., Page], worker: Callable[[], int]
) -> None:
    with transaction.atomic():
        (first, second), ours, keeper = agreed_months(2)
        corrected = second.lines.get().composante
        record_hours(corrected, OCTOBER, 2, Decimal(30), source="relevé", hat=keeper)
        tables.open_table(second.order, OCTOBER)  # other hours: both have to agree again

    mandataire = page_as(ours)
    mandataire.goto("/factures/mois/2026-10/")
    expect(mandataire.get_by_text("1 bon de commande est accordé")).to_be_visible()
    mandataire.get_by_role("button", name="Établir les factures du mois").click()
    expect(mandataire.get_by_role("progressbar")).to_be_visible()
    assert month_batch.take_through(MonthBatch.objects.get().pk)
    mandataire.reload()
    expect(mandataire.get_by_text("Faite", exact=True)).to_be_visible()
    mandataire.get_by_role("link", name=FIRST).click()
    with mandataire.expect_download() as held:
        mandataire.locator("a[href$='/pdf/']").first.click()
    assert held.value.path().read_bytes() == bytes(Invoice.objects.get().pdf)

    region = page_as(keeper)
    region.goto("/factures/mois/2026-10/")
    expect(region.get_by_role("row", name=first.order.number)).to_contain_text("Facturé")
    waiting = region.get_by_role("row", name=second.order.number)
    expect(waiting).to_contain_text("Service fait à accorder")
    waiting.get_by_role("button", name="Relancer").click()
    expect(region.get_by_text("Relance envoyée à Greta Loire.")).to_be_visible()
    region.get_by_role("link", name=FIRST).click()
    region.get_by_role("link", name="Noter un statut").click()
    region.get_by_label("Statut lu sur Chorus Pro").select_option("MISE_EN_PAIEMENT")
    region.get_by_role("button", name="Noter le statut").click()
    expect(region.get_by_text("Mise en paiement").first).to_be_visible()
