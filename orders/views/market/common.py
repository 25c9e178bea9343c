"""Who reads the lots, who keeps them, and a page that is one form."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from orders import queries
from orders.models import Lot

reader = hat_required(OrganisationKind.REGION, OrganisationKind.ORGANISME)
keeper = hat_required(OrganisationKind.REGION, roles=("gestionnaire", "administrateur"))


def lot_of(request: HttpRequest, pk: int) -> Lot:
    lots = queries.visible_to(hat_of(request)).select_related("marche", "filiere", "gestionnaire")
    return get_object_or_404(lots, pk=pk)


def form_page(request: HttpRequest, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
    base = {"form": form, "lead": "", "crumbs": [], **context}
    return render(request, "ui/formulaire.html", base, status=status)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
