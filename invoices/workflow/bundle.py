"""All that is deposited of an invoice: its Factur-X file and the sheets beside it."""

import io
import zipfile

from invoices.models import Invoice
from invoices.workflow.files import file_of
from invoices.workflow.sheets import sheet_bytes

_DATE = (2024, 1, 1, 0, 0, 0)  # the same archive whenever it is made


def bundle(invoice: Invoice) -> list[tuple[str, bytes]]:
    """The name and the bytes of each file, the invoice first."""
    sheets = [(one.name, sheet_bytes(one)) for one in invoice.sheets.all()]
    return [(f"{invoice.number}.pdf", file_of(invoice)), *sheets]


def archive(invoice: Invoice) -> bytes:
    """The same in one ZIP, for whoever deposits by hand. The same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in bundle(invoice):
            made.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
