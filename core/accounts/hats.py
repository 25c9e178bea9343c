"""Wearing a hat: which ones a person has, which one is worn, and the pin that ties a form to its hat.

A person with two hats may open a form under one and change hats in another tab. Each form therefore
carries the hat it was opened with (`{% hat_field %}`); `HatMiddleware` compares it with the hat worn now
and, when they differ, shows a page that offers to take the first hat back, with all that was typed.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.accounts.models import Membership

SESSION_KEY = "hat"
FIELD = "casquette"
BACK_FIELD = "casquette_reprise"
AWAITED_KEY = "page_attendue"


def hats_of(request: HttpRequest) -> list[Membership]:
    """Every hat that the person may wear, by name of organisation. One query; none for a visitor."""
    if not request.user.is_authenticated:
        return []
    return list(
        Membership.objects.filter(user=request.user, is_active=True, organisation__is_active=True)
        .select_related("organisation", "user")
        .order_by("organisation__name", "id")
    )


def current_hat(request: HttpRequest) -> Membership | None:
    """The hat chosen in this session if it still holds, otherwise the person's first one."""
    hats = cast("list[Membership]", request.hats)  # type: ignore[attr-defined]
    if not hats:
        return None
    chosen = request.session.get(SESSION_KEY)
    return next((hat for hat in hats if hat.pk == chosen), hats[0])


def find_hat(request: HttpRequest, pk: str | None) -> Membership | None:
    """The person's own hat of this number, or None: another person's hat is as good as absent."""
    hats = cast("list[Membership]", request.hats)  # type: ignore[attr-defined]
    return next((hat for hat in hats if str(hat.pk) == str(pk)), None)


def wear(request: HttpRequest, hat: Membership) -> None:
    """Put on one of the person's own hats, now and for the rest of the session."""
    request.session[SESSION_KEY] = hat.pk
    request.hat = hat  # type: ignore[attr-defined]


def await_hat(request: HttpRequest) -> None:
    """Keep the address of a page that a first hat will open, however many pages and e-mails come in between."""
    request.session[AWAITED_KEY] = request.get_full_path()


def awaited_page(request: HttpRequest) -> str:
    """Where the person was going before having a hat; the home page without one."""
    return cast("str", request.session.get(AWAITED_KEY, "/"))


def stop_awaiting(request: HttpRequest) -> None:
    """The page that waited for a hat is reached."""
    request.session.pop(AWAITED_KEY, None)


def changed_hat_page(request: HttpRequest) -> HttpResponse:
    """« Vous avez changé de casquette »: 409, with everything typed kept in hidden fields."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", FIELD, BACK_FIELD)
        for value in values
    ]
    pinned = find_hat(request, request.POST.get(FIELD)) or (None if FIELD in request.POST else request.hat)  # type: ignore[attr-defined]
    context = {"pinned": pinned, "kept": kept, "had_files": bool(request.FILES), "field": FIELD, "back": BACK_FIELD}
    return render(request, "accounts/hat_changed.html", context, status=409)
