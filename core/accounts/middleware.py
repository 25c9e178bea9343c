"""The hat worn now: `request.hat` is the current Membership, or None."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from core.accounts.models import Membership

SESSION_KEY = "hat"


def current_hat(request: HttpRequest) -> Membership | None:
    """The membership chosen in this session if it still holds, otherwise the person's first one."""
    if not request.user.is_authenticated:
        return None
    hats = list(
        Membership.objects.filter(user=request.user, is_active=True, organisation__is_active=True)
        .select_related("organisation", "user")
        .order_by("organisation__name", "id")
    )
    chosen = request.session.get(SESSION_KEY)
    return next((hat for hat in hats if hat.pk == chosen), hats[0] if hats else None)


class HatMiddleware:
    """Puts the hat on the request; resolved when first read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.hat = SimpleLazyObject(lambda: current_hat(request))  # type: ignore[attr-defined]
        return self.get_response(request)
