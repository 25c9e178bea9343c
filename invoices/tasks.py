"""What the worker does for invoices: their files, made once from their frozen content."""

import hashlib

from core.journal import outbox
from core.journal.models import OutboxMessage
from invoices.document.content import load
from invoices.document.files import pdf_of
from invoices.models import Invoice
from invoices.workflow.invoices import MAKE_FILE


@outbox.handles(MAKE_FILE)
def on_invoice(message: OutboxMessage) -> str:
    """Make and seal the Factur-X file. Run twice, it changes nothing the second time."""
    return keep_file(Invoice.objects.select_for_update(of=("self",)).get(pk=message.subject_id))


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
