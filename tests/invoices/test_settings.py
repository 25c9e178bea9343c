"""How an organisme invoices and what the payer asks for: typed once, dated, copied into each invoice."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core.journal.events import history_of
from invoices.document.content import load
from invoices.enums import PartyId
from invoices.models import BillingProfile, Invoice, PayerSettings
from invoices.workflow import invoices
from tests.factories.accounts import hat
from tests.factories.invoices import agreed_months

pytestmark = pytest.mark.django_db
BILLING = {
    "iban": "fr76 3000 6000 0112 3456 7890 189", "bic": "AGRIFRPP", "vat_status": "exonere",
    "vat_attestation": "cerfa 3511 du 4 mars 2021", "vat_rate": "0", "vat_number": "", "prefix": "F",
}  # fmt: skip


def test_what_the_payer_asks_for_holds_from_its_day_on(client: Client):
    (first, second), ours, keeper = agreed_months(2)
    payer = hat("region", "finances", organisation=keeper.organisation)
    client.force_login(payer.user)
    address = reverse("facturation_reglages")
    said = {"service_code": "FORMATION", "process": "A1", "legal_id": "siret", "needs_service_code": "on"}
    answer = client.post(address, said | {"valid_from": "20/11/2026"})
    assert answer.status_code == 422
    assert "à partir d’aujourd’hui" in answer.content.decode()
    assert 'value="A1" selected' in answer.content.decode(), "what was typed stays"
    assert client.post(address, said | {"valid_from": "01/12/2026"}).status_code == 302
    assert client.post(address, said | {"valid_from": "01/12/2026"}).status_code == 422, "a day has one setting"
    assert PayerSettings.objects.count() == 2
    page = client.get(address).content.decode().replace("\xa0", " ")
    assert page.index("À partir du 1er décembre 2026") < page.index("À partir du 1er janvier 2024")
    assert "FORMATION, A1, SIRET, code service demandé" in page

    before = invoices.issue(first, ours)
    with time_machine.travel(dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)):
        after = invoices.issue(second, ours)
    assert [(load(one.content).process, load(one.content).legal_id) for one in (before, after)] == [
        ("S1", PartyId.SIREN),
        ("A1", PartyId.SIRET),
    ]


def test_an_invoice_that_was_frozen_before_a_setting_existed_is_read_as_it_was():
    (table,), ours, _keeper = agreed_months(1)
    content = dict(Invoice.objects.get(pk=invoices.issue(table, ours).pk).content)
    del content["legal_id"]
    assert load(content).legal_id == PartyId.SIREN


def test_billing_details_are_checked_kept_once_and_who_changed_them_is_known(client: Client):
    ours = hat("organisme")
    client.force_login(ours.user)
    address = reverse("facturation_profil")
    for wrong, words in (
        ({"iban": "FR7630006000011234567890188"}, "Cet IBAN est faux"),
        ({"vat_attestation": ""}, "L’exonération repose sur votre attestation"),
        ({"vat_status": "assujetti", "vat_attestation": ""}, "Qui facture la TVA porte son taux"),
        ({"prefix": "abc"}, "capitales"),
    ):
        answer = client.post(address, BILLING | wrong)
        assert (answer.status_code, BillingProfile.objects.count()) == (422, 0)
        assert words in answer.content.decode()
        assert "AGRIFRPP" in answer.content.decode(), "what was typed stays"
    key = {"cle": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}
    for _ in range(2):
        assert client.post(address, BILLING | key).status_code == 302
    kept = BillingProfile.objects.get()
    assert kept.iban == "FR7630006000011234567890189"
    client.post(address, BILLING | {"iban": "FR1420041010050500013M02606"})
    labels = [one.label for one in history_of(kept)]
    assert len(labels) == 2
    assert labels[-1].endswith("IBAN")
