"""The supporting sheets of an invoice, one by one or with it in one archive."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from invoices.views.access import find_invoice, reader
from invoices.workflow.bundle import archive
from invoices.workflow.sheets import sheet_bytes


@reader
@require_GET
def sheet_file(request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
    """One sheet, as it was sealed."""
    one = get_object_or_404(find_invoice(request, pk).sheets, pk=sheet)
    return _download(sheet_bytes(one), one.name, "application/pdf")


@reader
@require_GET
def bundle_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice and its sheets, to be deposited by hand."""
    invoice = find_invoice(request, pk)
    return _download(archive(invoice), f"{invoice.number}.zip", "application/zip")


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
