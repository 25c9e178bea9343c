"""The file of an invoice: made from its frozen content, sealed once, the same bytes whenever it is made."""

import hashlib

from invoices.document.content import load
from invoices.document.files import pdf_of
from invoices.models import Invoice
from invoices.workflow.sheets import keep_sheets, sheet_bytes


def keep_file(invoice: Invoice) -> str:
    """Seal the file of an invoice whose row is locked, and its sheets, which are in it. Returns what was done.

    Run twice, it changes nothing the second time. Raises Refused when Chorus Pro would refuse its sheets.
    """
    if invoice.pdf is not None:
        return "déjà fait"
    keep_sheets(invoice)
    invoice.pdf = _made(invoice)
    invoice.sha256 = hashlib.sha256(invoice.pdf).hexdigest()
    invoice.save(update_fields=["pdf", "sha256"])
    return f"fichier scellé : {invoice.sha256[:12]}"


def file_of(invoice: Invoice) -> bytes:
    """The sealed file, or the same bytes made now while the worker has not kept them yet."""
    return bytes(invoice.pdf) if invoice.pdf is not None else _made(invoice)


def _made(invoice: Invoice) -> bytes:
    sheets = [(one.name, sheet_bytes(one)) for one in invoice.sheets.all()]
    return pdf_of(load(invoice.content), sheets)
