"""The one file of an invoice: byte for byte the same when it is made again, readable by people and machines."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import facturx
import pytest
import weasyprint
from pypdf import PdfReader
from weasyprint.text.ffi import pango

from invoices.document.facturx import xml_of
from invoices.document.files import pdf_of
from tests.invoices.contents import invoice

GOLDEN = Path(__file__).parent / "golden" / "facture.sha256"
MADE_BY = f"weasyprint {weasyprint.__version__}, pango {pango.pango_version()}"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return pdf_of(invoice())


def test_another_process_makes_the_same_bytes(pdf):
    said = "import django; django.setup(); import hashlib; from tests.invoices.contents import invoice; "
    said += "from invoices.document.files import pdf_of; print(hashlib.sha256(pdf_of(invoice())).hexdigest())"
    made = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert made.stdout.split()[-1] == hashlib.sha256(pdf).hexdigest()


def test_it_is_the_golden_file(pdf):
    """A change of the page or of the data is seen here: look at the new page, then write its hash."""
    made_by, golden = GOLDEN.read_text().strip().splitlines()
    if made_by != MADE_BY:
        pytest.skip(f"the golden file was made by {made_by}; here {MADE_BY}")
    assert hashlib.sha256(pdf).hexdigest() == golden


def test_the_data_inside_is_that_of_the_invoice_and_named_once(pdf):
    name, xml = facturx.get_xml_from_pdf(pdf, check_xsd=True)
    assert (name, xml) == ("factur-x.xml", xml_of(invoice()))
    catalog = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert len(catalog["/AF"]) == 1
    assert catalog["/AF"][0].get_object()["/AFRelationship"] == "/Data"


def test_the_sheets_go_inside_and_the_data_is_still_found():
    sheets = [("heures-C2026-0001-2026-10.pdf", b"%PDF-1.7 une"), ("heures-C2026-0002-2026-10.pdf", b"%PDF-1.7 deux")]
    made = pdf_of(invoice(), sheets)
    assert made == pdf_of(invoice(), sheets)
    reader = PdfReader(io.BytesIO(made))
    assert {name: data[0] for name, data in reader.attachments.items()} == {
        "factur-x.xml": xml_of(invoice()), **dict(sheets)
    }  # fmt: skip
    kinds = [one.get_object()["/AFRelationship"] for one in reader.trailer["/Root"]["/AF"]]
    assert sorted(kinds) == ["/Data", "/Supplement", "/Supplement"]
    assert facturx.get_xml_from_pdf(made, check_xsd=True)[0] == "factur-x.xml"


def test_the_metadata_is_one_packet_that_says_the_four_standards(pdf):
    packet = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert packet.count("<rdf:RDF") == 1
    assert 'pdfaid:part="3"' in packet
    assert 'pdfaid:conformance="A"' in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in packet
    assert packet.count("<pdfaExtension:schemas>") == 1


def test_an_accountant_reads_it(pdf):
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\xa0", " ").replace("-\n", "-")
    for word in (
        "Facture F2026-0042", "2024-15-BC-0007", "14 484,43 €", "1 470,50 heures", "261-4-4° a", "cerfa 3511",
        "Échéance : 5 décembre 2026", "FR76 3000 6000 0112 3456 7890 189",
    ):  # fmt: skip
        assert word in text
