"""Changing hats, and the page for whoever has none."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core.accounts import hats, queries
from core.accounts.access import person_of


@require_POST
def hat_change(request: HttpRequest) -> HttpResponse:
    """Put on another of one's own hats (`hat`: its number), then go to `next` or to that hat's home page."""
    chosen = hats.find_hat(request, request.POST.get("hat"))
    if chosen is None:
        raise Http404
    hats.wear(request, chosen)
    messages.success(request, f"Vous portez maintenant la casquette « {chosen.label} », {chosen.organisation}.")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "accueil"
    return redirect(target)


@require_GET
def no_hat(request: HttpRequest) -> HttpResponse:
    """What to do when one belongs to no organisation yet: create an employer, or wait for an invitation."""
    if request.hat is not None:  # type: ignore[attr-defined]
        return redirect("accueil")
    context = {
        "invitations": queries.invitations_for(person_of(request)),
        "join_requests": queries.join_requests_of(person_of(request)),
    }
    return render(request, "accounts/no_hat.html", context)
