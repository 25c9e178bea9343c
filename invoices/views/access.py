"""Whose page it is: the two sides of an order, and the rows that each of them reads. Another's is a 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from invoices.models import Invoice
from invoices.queries.invoices import FILES, invoices_of, orders_to_invoice
from orders.models import BonDeCommande

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)


def find_order(request: HttpRequest, pk: int) -> BonDeCommande:
    """An order whose months the hat agrees to or invoices."""
    rows = orders_to_invoice(hat_of(request)).select_related("lot__marche", "addressee", "issued_by__organisation")
    return get_object_or_404(rows, pk=pk)


def find_invoice(request: HttpRequest, pk: int) -> Invoice:
    """An invoice or a credit note, with what it corrects or is corrected by, and its suspension."""
    rows = invoices_of(hat_of(request)).defer(None).defer(*FILES, "credit_note__pdf", "credit_note__content")
    return get_object_or_404(rows.select_related("credit_note", "suspension", "order__addressee"), pk=pk)
