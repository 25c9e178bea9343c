"""The Factur-X file of an invoice, judged by the standard's own XSD and both schematrons."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from lxml import etree

from invoices.document.content import CREDIT_NOTE, Corrected, Party, Vat
from invoices.document.facturx import xml_of
from invoices.enums import PartyId, Process
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


# The French schematron is that of the norm: it knows neither the older codes nor the SIRET under 0002, and says nothing
# else against them. The European one and the XSD find nothing wrong either way.
NAMED_BY_SIREN = {"BR-FR-09/BT-29", "BR-FR-09/BT-46", "BR-FR-10/BT-30", "BR-FR-32/LEGALID"}


@pytest.mark.parametrize("process", Process.values)
@pytest.mark.parametrize("legal_id", PartyId.values)
def test_what_the_payer_may_ask_for_passes_but_for_what_the_norm_does_not_know(process, legal_id):
    xml = xml_of(invoice(process=process, legal_id=legal_id))
    assert broken_rules(xml, EN16931) == []
    known = {"BR-FR-08/BT-23"} if process.startswith("A") else set()
    known |= NAMED_BY_SIREN if legal_id == PartyId.SIRET else set()
    assert {sentence.split()[0] for sentence in broken_rules(xml, FRENCH)} == known


@pytest.mark.parametrize("legal_id", PartyId.values)
def test_the_parties_are_named_under_each_scheme(legal_id):
    content = invoice(legal_id=legal_id, process="S1")
    tree = etree.fromstring(xml_of(content))
    for name, party in (("SellerTradeParty", content.seller), ("BuyerTradeParty", content.buyer)):
        (node,) = tree.iter(f"{{*}}{name}")
        found = {one.get("schemeID"): one.text for one in node.iter() if one.get("schemeID")}
        wanted = {"0009": party.siret, "0002": party.siren, "0225": party.siren}
        assert found | wanted == found if legal_id == PartyId.SIREN else found["0002"] == found["0009"] == party.siret
        assert found["0225"] == party.siren
    assert next(tree.iter("{*}BusinessProcessSpecifiedDocumentContextParameter"))[0].text == "S1"


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
