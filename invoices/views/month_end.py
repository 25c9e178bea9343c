"""The month's end on one screen: what can be invoiced, what is missing, from whom."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of
from core.months import last_of, next_of
from core.ui.french import mois
from core.ui.pagination import paginate
from core.ui.parts import Crumb
from invoices.queries.invoices import month_rows, orders_to_invoice
from invoices.views.tables import month_of, reader


@reader
@require_GET
def month_end(request: HttpRequest, month: str) -> HttpResponse:
    """Every order that trained in the month, with whose turn it is."""
    first = month_of(month)
    orders = (
        orders_to_invoice(hat_of(request))
        .filter(composantes__starts_on__lte=last_of(first), composantes__ends_on__gte=first)
        .select_related("lot", "addressee")
        .distinct()
        .order_by("number")
    )
    page = paginate(orders, request)
    return render(
        request,
        "invoices/fin_de_mois.html",
        {
            "month": first,
            "page": page,
            "rows": month_rows(list(page.rows), first),
            "before": f"{first - timedelta(days=1):%Y-%m}",
            "after": f"{next_of(first):%Y-%m}",
            "crumbs": [Crumb("Factures", reverse("facture_liste")), Crumb(mois(first).capitalize())],
        },
    )
