"""What the pages of exchanges share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.accounts.access import hat_required
from core.accounts.enums import OrganisationKind
from core.ui.parts import Crumb
from stagiaires.enums import ExternalState
from stagiaires.queries.exchanges.files import SENDERS

readers = hat_required(OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME, OrganisationKind.REGION)
keepers = hat_required(OrganisationKind.ORGANISME, OrganisationKind.REGION)
senders = hat_required(OrganisationKind.REGION, roles=SENDERS)
administrators = hat_required(OrganisationKind.REGION, roles=("administrateur",))
proposers = hat_required(OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME)
CSV, JSON = "text/csv; charset=utf-8", "application/json"
TONES = {
    ExternalState.A_ENVOYER: "doute",
    ExternalState.ENVOYE: "info",
    ExternalState.ACCEPTE: "ok",
    ExternalState.REJETE: "non",
    ExternalState.PAR_AUTRUI: "line",
}


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb("Échanges", reverse("echanges")), *more]


def attached(name: str, data: bytes, content_type: str = CSV) -> HttpResponse:
    """A file to keep, never a page to read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=content_type, headers=headers)


def form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    """The common page of a form; 422 when it comes back."""
    return render(request, "ui/formulaire.html", {"form": form, **context}, status=422 if form.is_bound else 200)
