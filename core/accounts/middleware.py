"""The hat worn now, and the second factor that the Région's people must have."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.accounts import hats
from core.accounts.access import NoHat
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership

Handler = Callable[[HttpRequest], HttpResponse]


class _Hatted:
    """`request.hats` and `request.hat`, each resolved when first read, both with one query.

    Real attributes rather than lazy proxies, so that `request.hat is None` means what it says.
    """

    @cached_property
    def hats(self) -> list[Membership]:
        return hats.hats_of(self)  # type: ignore[arg-type]

    @cached_property
    def hat(self) -> Membership | None:
        return hats.current_hat(self)  # type: ignore[arg-type]


@cache
def _hatted(kind: type[HttpRequest]) -> type[HttpRequest]:
    return type(f"Hatted{kind.__name__}", (_Hatted, kind), {})


class HatMiddleware:
    """Puts the person's hats on the request and keeps each form with the hat it was opened with."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.__class__ = _hatted(type(request))  # type: ignore[arg-type]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Before any right is checked: a form of another hat must not end in « page absente »."""
        if request.method != "POST" or not request.user.is_authenticated:
            return None
        if taken_back := hats.find_hat(request, request.POST.get(hats.BACK_FIELD)):
            hats.wear(request, taken_back)
        pinned = request.POST.get(hats.FIELD)
        worn: Membership | None = request.hat  # type: ignore[attr-defined]
        if pinned is not None and pinned != (str(worn.pk) if worn else ""):
            return hats.changed_hat_page(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return redirect("sans_casquette") if isinstance(exception, NoHat) else None


class RegionMfaMiddleware:
    """Whoever wears a hat of the Région sets up a second factor before anything else.

    Only where `settings.MFA_REQUIRED_FOR_REGION` says so. Signing in and out, the person's own security
    pages and the change of hat stay open.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.MFA_REQUIRED_FOR_REGION:
            return None
        hat: Membership | None = request.hat  # type: ignore[attr-defined]
        if hat is None or hat.kind != OrganisationKind.REGION:
            return None
        match = request.resolver_match
        if match is not None and (match.route.startswith("compte/") or match.url_name == "hat_change"):
            return None
        return None if is_mfa_enabled(request.user) else redirect("mfa_activate_totp")
