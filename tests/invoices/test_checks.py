"""Each way in which an invoice can be wrong, and the sentence that says so. One line, one check."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

from invoices.document import checks
from invoices.document.checks import Required, faults
from invoices.document.content import CREDIT_NOTE, Corrected, Party, Vat
from invoices.enums import PartyId, Process
from tests.invoices.contents import NOTES, invoice, line

SELLER, BUYER = invoice().seller, invoice().buyer
TAXED = Vat(rate=Decimal(20))
VAT_NUMBER = "FR83404833048"


def changed(**changes: object) -> tuple:
    """The first line of the invoice, changed."""
    first, second = invoice().lines
    return (dataclasses.replace(first, **changes), second)


MUTATED = {
    "number_missing": {"number": ""},
    "number_long": {"number": "F-2026-10-000000000042"},
    "number_signs": {"number": "F 2026 42"},
    "kind": {"kind": "384"},
    "credit_note_of_nothing": {"kind": CREDIT_NOTE},
    "invoice_corrects": {"corrects": Corrected("F2026-0041", dt.date(2026, 10, 5))},
    "process": {"process": "Z9"},
    "legal_id": {"legal_id": "tva"},
    "currency": {"currency": "USD"},
    "due_missing": {"due_on": None, "terms": " "},
    "due_before": {"due_on": dt.date(2026, 11, 4)},
    "month": {"ends_on": dt.date(2026, 11, 30)},
    "issued_before": {"issued_on": dt.date(2026, 9, 30)},
    "corrects_later": {"kind": CREDIT_NOTE, "corrects": Corrected("F2026-0041", dt.date(2026, 12, 1))},
    "seller_siret_missing": {"seller": dataclasses.replace(SELLER, siret="")},
    "seller_siret": {"seller": dataclasses.replace(SELLER, siret="12345678901234")},
    "seller_name": {"seller": dataclasses.replace(SELLER, name=" ")},
    "seller_name_long": {"seller": dataclasses.replace(SELLER, name="X" * 100)},
    "seller_address": {"seller": dataclasses.replace(SELLER, city="")},
    "seller_vat_number": {"seller": dataclasses.replace(SELLER, vat_number="FR00123456789")},
    "seller_vat_other": {"seller": dataclasses.replace(SELLER, vat_number=VAT_NUMBER)},
    "buyer_siret_missing": {"buyer": dataclasses.replace(BUYER, siret="")},
    "buyer_siret": {"buyer": dataclasses.replace(BUYER, siret="1")},
    "buyer_name": {"buyer": dataclasses.replace(BUYER, name="")},
    "buyer_name_long": {"buyer": dataclasses.replace(BUYER, name="X" * 100)},
    "buyer_address": {"buyer": dataclasses.replace(BUYER, postcode="")},
    "buyer_vat_number": {"buyer": dataclasses.replace(BUYER, vat_number="FR1")},
    "buyer_vat_other": {"buyer": dataclasses.replace(BUYER, vat_number=VAT_NUMBER)},
    "same_parties": {"buyer": dataclasses.replace(BUYER, siret=SELLER.siret)},
    "iban": {"iban": "FR7630006000011234567890188"},
    "iban_long": {"iban": "MT84 MALT 0110 0001 2345 MTLC AST0 01S"},
    "bic": {"bic": "AGRI"},
    "vat_rate": {"vat": Vat(rate=Decimal("19.6"))},
    "vat_attestation": {"vat": Vat()},
    "vat_number_missing": {"vat": TAXED},
    "no_line": {"lines": (), "net": Decimal(0), "tax": Decimal(0), "total": Decimal(0)},
    "net": {"net": Decimal("14484.42")},
    "tax": {"tax": Decimal("0.01")},
    "total": {"total": Decimal("14484.42")},
    "negative": {"lines": (line("C2026-0001", Decimal(-10), adjusts="septembre 2026"),)},
    "note_aab": {"notes": NOTES[1:]},
    "note_pmt": {"notes": (NOTES[0], NOTES[2])},
    "note_pmd": {"notes": NOTES[:2]},
    "service_code_missing": {"service_code": ""},
    "service_code_long": {"service_code": "X" * 51},
    "order_number_missing": {"order_number": " "},
    "order_number_long": {"order_number": "X" * 51},
    "contract_number_missing": {"contract_number": ""},
    "contract_number_long": {"contract_number": "X" * 51},
    "line_amount": {"lines": changed(amount=Decimal("10347.42"))},
    "line_price": {"lines": changed(price=Decimal("-9.85"), quantity=Decimal("-1050.5"))},
    "line_unit": {"lines": changed(unit="DAY")},
    "line_decimals": {"lines": (line("C2026-0001", Decimal("10.00001")),)},
    "line_empty": {"lines": (line("C2026-0001", Decimal(0)), line("C2026-0002", Decimal(5)))},
    "line_free": {"lines": changed(composante="")},
    "line_title": {"lines": changed(title=" ")},
    "line_twice": {"lines": changed(composante="C2026-0002")},
    "line_back": {"lines": (line("C2026-0001", Decimal(-1)), line("C2026-0002", Decimal(5)))},
    "line_dates": {"lines": changed(starts_on=dt.date(2026, 10, 31), ends_on=dt.date(2026, 10, 1))},
    "line_month": {"lines": changed(ends_on=dt.date(2026, 11, 2))},
}


def test_nothing_is_wrong_with_a_right_invoice():
    assert faults(invoice()) == []


def test_a_credit_note_and_a_taxed_invoice_may_be_right_too():
    seller = Party("Atelier", "40483304800022", "3 rue des Écoles", "44000", "Nantes", vat_number=VAT_NUMBER)
    assert faults(invoice(seller=seller, vat=TAXED)) == []
    assert faults(invoice(kind=CREDIT_NOTE, corrects=Corrected("F2026-0041", dt.date(2026, 10, 5)))) == []
    again = (line("C2026-0001", Decimal(10)), line("C2026-0001", Decimal(-2), adjusts="septembre 2026"))
    assert faults(invoice(lines=again)) == []


@pytest.mark.parametrize("code", MUTATED)
def test_a_mutated_invoice_is_refused(code):
    found = faults(invoice(**MUTATED[code]))
    assert code in {fault.code for fault in found}
    assert all(fault.message.endswith((".", "…")) for fault in found)


def test_every_check_has_its_mutated_invoice():
    """The codes are read off the module itself: a check that is added without an invoice to prove it is found."""
    source = Path(checks.__file__).read_text()
    written = set(re.findall(r'(?:yield |\()"([a-z_]+)",', source)) - {"service_code", "order_number"}
    written -= {"contract_number"}
    proven = {code for code in MUTATED if not code.startswith(("seller_", "buyer_", "note_"))}
    assert written <= proven


def test_the_settings_of_the_payer_offer_what_passes():
    assert set(Process.values) == checks.PROCESSES
    assert set(PartyId.values) == checks.LEGAL_IDS


def test_what_the_payer_does_not_ask_for_may_be_left_out():
    bare = invoice(service_code="", contract_number="")
    assert faults(bare, Required(service_code=False, contract_number=False)) == []
