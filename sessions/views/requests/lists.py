"""The organisation's requests, on screen and as a file."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of
from core.ui.pagination import paginate
from core.ui.tables import export_response
from orders.queries import lots_of
from sessions.forms.requests import (
    RequestFilterForm,
)
from sessions.queries import requests as queries
from sessions.views.requests.common import asker
from sessions.views.tables import EXPORT, REQUESTS


@asker
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """The organisation's requests, last written first."""
    hat = hat_of(request)
    form = RequestFilterForm(request.GET)
    found = queries.for_list(_filtered(queries.own(hat), form))
    page = paginate(found, request)
    filtered = bool(request.GET.get("q") or request.GET.get("etat"))
    return render(
        request,
        "sessions/demandes/liste.html",
        {
            "form": form,
            "page": page,
            "table": REQUESTS.bind(page.rows),
            "total": page.total_text("demande"),
            "filtered": filtered,
            "lots": lots_of(hat.organisation),
            "models": queries.own(hat).exclude(title="").order_by("-updated_at", "-id")[:8],
        },
    )


@asker
@require_GET
def request_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same list as a file, all its pages."""
    hat = hat_of(request)
    if fmt not in ("csv", "xlsx"):
        raise Http404
    found = queries.for_list(_filtered(queries.own(hat), RequestFilterForm(request.GET)))
    return export_response(EXPORT, found, "demandes-de-session", fmt)


def _filtered(requests: Any, form: RequestFilterForm) -> Any:
    if form.is_valid():
        if words := form.cleaned_data["q"].strip():
            requests = requests.filter(Q(title__icontains=words) | Q(number__icontains=words))
        if state := form.cleaned_data["etat"]:
            requests = requests.filter(state=state)
    return requests
