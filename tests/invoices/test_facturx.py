"""The Factur-X file of an invoice, judged by the standard's own XSD and both schematrons."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from lxml import etree

from invoices.document.content import CREDIT_NOTE, Corrected, Party, Vat
from invoices.document.facturx import xml_of
from tests.invoices.contents import EN16931, FRENCH, broken_rules, invoice, line

VAT_NUMBER = "FR83404833048"
TAXED = {
    "seller": Party("Atelier", "40483304800022", "3 rue des Écoles", "44000", "Nantes", vat_number=VAT_NUMBER),
    "vat": Vat(rate=Decimal(20)),
}
RIGHT = {
    "exempt": {},
    "taxed": TAXED,
    "credit note": {"kind": CREDIT_NOTE, "corrects": Corrected("F2026-0041", dt.date(2026, 10, 5))},
    "adjusted": {
        "lines": (
            line("C2026-0001", Decimal("1050.25")),
            line("C2026-0001", Decimal("-3.5"), adjusts="septembre 2026"),
        )
    },
    "without due date": {"due_on": None},
}


@pytest.mark.parametrize("case", RIGHT)
def test_the_standard_finds_nothing_wrong(case):
    xml = xml_of(invoice(**RIGHT[case]))  # refused here when the XSD is broken
    assert broken_rules(xml, EN16931) == []
    assert broken_rules(xml, FRENCH) == []


def test_the_same_content_gives_the_same_bytes():
    assert xml_of(invoice()) == xml_of(invoice())


def test_the_schematrons_do_see_what_is_wrong():
    """Else « nothing wrong » would say nothing: one counter-example for each of the two."""
    wrong_total = xml_of(dataclasses.replace(invoice(), net=Decimal("1.00")))
    assert any("BR-CO-10" in sentence for sentence in broken_rules(wrong_total, EN16931))
    no_notes = xml_of(invoice(notes=()))
    assert any("BR-FR-05" in sentence for sentence in broken_rules(no_notes, FRENCH))


def test_where_each_fact_stands():
    tree = etree.fromstring(xml_of(invoice()))

    def text(path: str) -> list[str]:
        steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
        return [node.text for node in tree.xpath(f".//{steps}")]

    assert text("BuyerOrderReferencedDocument/IssuerAssignedID") == ["2024-15-BC-0007"]
    assert text("ContractReferencedDocument/IssuerAssignedID") == ["2024-15"]
    assert text("BuyerReference") == ["FORMATION"]
    assert text("BilledQuantity") == ["1050.5", "420"]
    assert tree.xpath(".//*[local-name()='BilledQuantity']/@unitCode") == ["HUR", "HUR"]
    assert text("NetPriceProductTradePrice/ChargeAmount") == ["9.85", "9.85"]
    assert text("LineTotalAmount") == ["10347.43", "4137.00", "14484.43"]
    assert text("ExemptionReasonCode") == ["VATEX-FR-CGI261-4"]
    assert text("GrandTotalAmount") == ["14484.43"]
