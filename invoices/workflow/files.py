"""The file of an invoice: made from its frozen content, sealed once, the same bytes whenever it is made."""

import hashlib

from invoices.document.content import load
from invoices.document.files import pdf_of
from invoices.models import Invoice


def keep_file(invoice: Invoice) -> str:
    """Seal the file of an invoice whose row is locked. Returns what was done, in French."""
    if invoice.pdf is not None:
        return "déjà fait"
    invoice.pdf = pdf_of(load(invoice.content))
    invoice.sha256 = hashlib.sha256(invoice.pdf).hexdigest()
    invoice.save(update_fields=["pdf", "sha256"])
    return f"fichier scellé : {invoice.sha256[:12]}"


def file_of(invoice: Invoice) -> bytes:
    """The sealed file, or the same bytes made now while the worker has not kept them yet."""
    return bytes(invoice.pdf) if invoice.pdf is not None else pdf_of(load(invoice.content))
