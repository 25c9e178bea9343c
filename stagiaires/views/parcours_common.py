"""What the views of parcours share."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.accounts.access import hat_of
from core.accounts.models import Membership
from stagiaires.models import Parcours
from stagiaires.queries import parcours as queries


def find(request: HttpRequest, pk: int) -> tuple[Membership, Parcours]:
    """A parcours that this hat sees, with what its page reads; 404 otherwise."""
    hat = hat_of(request)
    return hat, get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)
