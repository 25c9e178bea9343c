"""Who may open a page: the kind of hat and the role. A hat that does not fit gets « page absente » (404).

    @hat_required("region", roles=("decideur",))
    def decide(request, pk): ...

The scope of what is seen stays in the queries; this only closes doors.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from core.accounts.models import Membership, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class NoHat(Exception):
    """The person has no hat at all: the middleware leads to the page that says what to do."""


def hat_of(request: HttpRequest) -> Membership:
    """The hat worn now.

    Raises:
        NoHat: the person has none (or nobody is signed in).
    """
    hat: Membership | None = request.hat  # type: ignore[attr-defined]
    if hat is None:
        raise NoHat
    return hat


def person_of(request: HttpRequest) -> User:
    """The person signed in, for views that only such a person reaches."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def fits(hat: Membership, kinds: Iterable[str] = (), roles: Iterable[str] = ()) -> bool:
    """Whether a hat is of one of these kinds and roles; nothing given means any."""
    wanted_kinds, wanted_roles = tuple(kinds), tuple(roles)
    return (not wanted_kinds or hat.kind in wanted_kinds) and (not wanted_roles or hat.role in wanted_roles)


def hat_required(*kinds: str, roles: Iterable[str] = ()) -> Callable[[View[P]], View[P]]:
    """Decorator: the hat worn must be of one of these kinds (any kind if none is given) and roles.

    A person without any hat is led to the page that says what to do; a hat that does not fit gets a 404.
    """
    wanted_roles = tuple(roles)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            hat: Membership | None = request.hat  # type: ignore[attr-defined]
            if hat is None:
                return redirect("sans_casquette")
            if not fits(hat, kinds, wanted_roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
