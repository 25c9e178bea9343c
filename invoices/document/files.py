"""The one file of an invoice: a page that an accountant reads and the data that a machine reads, sealed together.

PDF/A-3a, PDF/UA-1 and Factur-X EN 16931 at once. The same content gives the same bytes for ever.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from stdnum import iban
from stdnum.fr import siret

from core.ui.french import NBSP
from core.ui.pdf import Attached, Property, Schema, render_pdf
from invoices.document.content import Content
from invoices.document.facturx import xml_of
from orders.money import ZERO

TEMPLATE = "invoices/pdf/facture.html"
STYLES = ("css/commande.css", "css/facture.css")
XML_NAME = "factur-x.xml"
FACTUR_X = Schema(
    "fx",
    "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    "Factur-X PDFA Extension Schema",
    (
        Property("DocumentType", "INVOICE", "The type of the hybrid document"),
        Property("DocumentFileName", XML_NAME, "The name of the embedded XML document"),
        Property("Version", "1.0", "The actual version of the standard applying to the embedded XML document"),
        Property("ConformanceLevel", "EN 16931", "The conformance level of the embedded XML document"),
    ),
)


def pdf_of(invoice: Content, sheets: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The Factur-X PDF of an invoice whose content is frozen and free of faults.

    `sheets`: names and bytes of the supporting sheets that go with it, inside it: one file is deposited, with all.
    """
    at = datetime.combine(invoice.issued_on, time(), UTC)
    xml = Attached(XML_NAME, xml_of(invoice), "Données de la facture", at)
    beside = [Attached(name, data, "Pièce justificative", at, "Supplement") for name, data in sheets]
    return render_pdf(TEMPLATE, page_of(invoice), *STYLES, attached=(xml, *beside), schemas=(FACTUR_X,))


def page_of(invoice: Content) -> dict[str, Any]:
    """What its page shows, as the template reads it."""
    return {
        "said": invoice,
        "name": "Avoir" if invoice.is_credit_note else "Facture",
        "parties": tuple(
            (title, party, siret.format(party.siret, NBSP))
            for title, party in (("Vendeur", invoice.seller), ("Acheteur", invoice.buyer))
        ),
        "hours": sum((line.quantity for line in invoice.lines), ZERO),
        "iban": iban.format(invoice.iban, NBSP),
    }
