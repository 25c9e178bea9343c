"""The one place that knows the names of the standard: an invoice's content → Factur-X EN 16931.

The library's own schematron check is never asked: it posts to a local server and says yes when nobody answers. Our
checks run before; the tests run the schematrons themselves on every invoice.
"""

from decimal import Decimal
from typing import Any

from facturx import generate_xml

from invoices.document.content import BY_SIRET, Content, Line, Party

LEVEL = "urn:cen.eu:en16931:2017"
SIRET, SIREN, DIRECTORY = "0009", "0002", "0225"  # schemes of identifiers
TRANSFER = "30"  # UNTDID 4461: credit transfer
EXEMPT, STANDARD = "E", "S"
EXEMPTION = "Exonération de TVA, article 261-4-4° a du code général des impôts"
EXEMPTION_CODE = "VATEX-FR-CGI261-4"


def xml_of(invoice: Content) -> bytes:
    """The XML of an invoice, checked against the XSD. The same content gives the same bytes.

    Raises Exception (the library's own, with its words) when the content cannot be written in the standard.
    """
    return bytes(
        generate_xml(data_of(invoice), flavor="factur-x", level="en16931", check_xsd=True, check_schematron=None)
    )


def data_of(invoice: Content) -> dict[str, Any]:
    """The business terms (BT) and groups (BG) of EN 16931, as the library reads them: amounts are strings."""
    data: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on,
        "BT-3": invoice.kind,
        "BT-5": invoice.currency,
        "BT-10": invoice.service_code,
        "BT-12": invoice.contract_number,
        "BT-13": invoice.order_number,
        "BT-17": [invoice.lot_number] if invoice.lot_number else [],
        "BT-20": invoice.terms,
        "BT-23": invoice.process,
        "BT-24": LEVEL,
        "BT-72": invoice.ends_on,  # without it the library writes an empty delivery, which the XSD refuses
        "BT-73": invoice.starts_on,
        "BT-74": invoice.ends_on,
        "BT-81": TRANSFER,
        "BT-84": invoice.iban.replace(" ", ""),
        "BT-86": invoice.bic,
        "BT-106": str(invoice.net),
        "BT-109": str(invoice.net),
        "BT-110": str(invoice.tax),
        "BT-112": str(invoice.total),
        "BT-115": str(invoice.total),
        "BG-1": [{"BT-21": code, "BT-22": words} for code, words in invoice.notes],
        "BG-4": _seller(invoice.seller, invoice.legal_id),
        "BG-7": _party(invoice.buyer, invoice.legal_id),
        "BG-23": [_vat(invoice)],
        "BG-25": [_line(rank, line, invoice) for rank, line in enumerate(invoice.lines, start=1)],
    }
    if invoice.due_on is not None:
        data["BT-9"] = invoice.due_on
    if invoice.corrects is not None:
        data["BG-3"] = [{"BT-25": invoice.corrects.number, "BT-26": invoice.corrects.issued_on}]
    return {term: value for term, value in data.items() if value not in ("", [])}


def _seller(party: Party, legal_id: str) -> dict[str, Any]:
    """One who is exempt may have no VAT number: the SIREN then says by what the tax administration knows him."""
    written = _party(party, legal_id)
    return written if party.vat_number else {**written, "tax_identifier": party.siren}


def _party(party: Party, legal_id: str) -> dict[str, Any]:
    written = {
        "name": party.name,
        "identifiers": {SIRET: party.siret},
        "legal_identifier": party.siret if legal_id == BY_SIRET else party.siren,
        "legal_identifier_schemeid": SIREN,
        "einvoicing_addr": party.siren,
        "einvoicing_addr_schemeid": DIRECTORY,
        "addr_l1": party.address,
        "postcode": party.postcode,
        "city": party.city,
        "country_code": "FR",
    }
    if party.vat_number:
        written["vat_identifier"] = party.vat_number.replace(" ", "")
    return {name: value for name, value in written.items() if value}


def _vat(invoice: Content) -> dict[str, Any]:
    breakdown = {
        "BT-116": str(invoice.net),
        "BT-117": str(invoice.tax),
        "BT-118": EXEMPT if invoice.vat.exempt else STANDARD,
        "BT-119": _plain(invoice.vat.rate),
    }
    if invoice.vat.exempt:
        breakdown |= {"BT-120": EXEMPTION, "BT-121": EXEMPTION_CODE}
    return breakdown


def _line(rank: int, line: Line, invoice: Content) -> dict[str, Any]:
    written = {
        "BT-126": str(rank),
        "BT-129": _plain(line.quantity),
        "BT-130": line.unit,
        "BT-131": str(line.amount),
        "BT-134": line.starts_on,
        "BT-135": line.ends_on,
        "BT-146": str(line.price),
        "BT-151": EXEMPT if invoice.vat.exempt else STANDARD,
        "BT-152": _plain(invoice.vat.rate),
        "BT-153": line.title,
        "BT-154": f"Session {line.session}" if line.session else "",
        "BT-155": line.composante,
    }
    if line.adjusts:
        written["BT-127-00"] = [{"BT-127": f"Régularisation de {line.adjusts}"}]
    return {term: value for term, value in written.items() if value != ""}


def _plain(number: Decimal) -> str:
    """« 1050 », « 1050.5 »: without exponent nor useless zeros."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
