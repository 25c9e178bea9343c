"""What the views of the organisation's side share."""

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.ui.parts import Fact
from sessions.forms.requests import (
    STEPS,
)
from sessions.models import SessionRequest
from sessions.queries import requests as queries
from sessions.views.sheet import sheet_of_request

asker = hat_required(OrganisationKind.ORGANISME)


reader = hat_required(OrganisationKind.ORGANISME, OrganisationKind.REGION)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, were it empty; None when nothing was."""
    return request.POST if request.method == "POST" else None


def mine(request: HttpRequest, pk: int) -> tuple[Membership, SessionRequest]:
    hat = hat_of(request)
    return hat, get_object_or_404(queries.for_page(queries.own(hat)), pk=pk)


def draft(request: HttpRequest, pk: int) -> tuple[Membership, SessionRequest]:
    """One of the organisme's requests, that it may still change."""
    hat, asked = mine(request, pk)
    if not asked.is_editable:
        raise Http404
    return hat, asked


def by_step(asked: SessionRequest) -> list[tuple[str, str, list[Fact]]]:
    """What the request says: (slug, title, facts) of each step."""
    facts = sheet_of_request(asked)
    return [(slug, label, facts[slug]) for slug, (label, _) in STEPS.items()]
