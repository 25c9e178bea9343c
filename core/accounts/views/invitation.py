"""The page behind the link of an invitation: accept, sign up to accept, or ask for a new link."""

import uuid

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core.accounts import hats
from core.accounts.access import person_of
from core.accounts.models import Invitation
from core.accounts.workflow import invitations
from core.journal.refusals import Refused


def _invitation(token: uuid.UUID) -> Invitation:
    return get_object_or_404(Invitation.objects.select_related("organisation", "invited_by"), token=token)


@login_not_required
@require_GET
def show(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """What the link offers, according to who opens it and when."""
    invitation = _invitation(token)
    works = invitation.is_pending and not invitation.is_expired
    if works and not request.user.is_authenticated:
        # Whoever opens this link reads the invited mailbox: signing up needs no second message.
        get_adapter().stash_verified_email(request, invitation.email)
    return render(
        request,
        "accounts/invitation.html",
        {
            "invitation": invitation,
            "works": works,
            "is_mine": request.user.is_authenticated and invitations.is_for(invitation, person_of(request)),
            "here": reverse("invitation", args=[token]),
        },
    )


@require_POST
def accept(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Put the offered hat on."""
    try:
        hat = invitations.accept(person_of(request), _invitation(token))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("invitation", token)
    hats.wear(request, hat)
    messages.success(request, f"Bienvenue dans {hat.organisation}.")
    return redirect("accueil")


@login_not_required
@require_POST
def renew(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Send a new link to the invited address."""
    try:
        invitations.renew(_invitation(token))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("invitation", token)
    return redirect("invitation_envoyee")


@login_not_required
@require_GET
def renewed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_renewed.html")
