"""The door of the personal pages: whose link it is, a link past its term, and what each answer carries."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core.accounts import throttle
from stagiaires.models import Stagiaire
from stagiaires.workflow import links
from stagiaires.workflow.links import Found

P = ParamSpec("P")
WRONG, WRONG_SECONDS = 60, 600  # links that are nobody's, from one address
WRITES, WRITES_SECONDS = 30, 600  # forms sent under one link
LOST, LOST_SECONDS = 5, 3600  # addresses given by who has lost his link
SLOW = "Trop d’essais en peu de temps. Revenez dans quelques minutes."
FORM = "stagiaires/espace/formulaire.html"
# A page that tells no address at all cannot send a form: the browser then hides from us too where it comes from.
# The pages with a form tell it to the portal, and to nobody else.
NOBODY, OURSELVES = "no-referrer", "same-origin"


def sealed(answer: HttpResponse, *, referrer: str = NOBODY) -> HttpResponse:
    """Kept nowhere, told to nobody, listed by no search engine."""
    answer["Referrer-Policy"] = referrer
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def personal(
    *methods: str, form: bool = False
) -> Callable[[Callable[Concatenate[HttpRequest, Stagiaire, str, P], HttpResponse]], Any]:
    """Decorator: the view is given the person whose link it is, and the link's own word.

    A word that is nobody's is an absent page; a link past its term offers a fresh one, and shows nothing. `form`: the
    page holds a form.
    """
    allowed = methods or ("GET", "HEAD")

    def decorate(view: Callable[Concatenate[HttpRequest, Stagiaire, str, P], HttpResponse]) -> Any:
        @login_not_required
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if tried_too_much(request):
                return sealed(too_many(request))
            found = find_link(request, token)
            if request.method not in allowed:
                return sealed(HttpResponse(status=405, headers={"Allow": ", ".join(allowed)}))
            if found.expired:
                return sealed(expired(request, token), referrer=OURSELVES)
            if request.method == "POST" and throttle.count(f"espace:{found.link.pk}", WRITES_SECONDS) > WRITES:
                return sealed(too_many(request))
            answer = view(request, found.stagiaire, token, *args, **kwargs)
            return sealed(answer, referrer=OURSELVES if form else NOBODY)

        return guarded

    return decorate


def _key(request: HttpRequest) -> str:
    return f"espace:{throttle.address_of(request)}"


def tried_too_much(request: HttpRequest) -> bool:
    """Whether many words that are nobody's link came from this address lately."""
    return throttle.counted(_key(request)) >= WRONG


def find_link(request: HttpRequest, token: str) -> Found:
    """Whose link this is, fresh or not; an absent page for a word that is nobody's."""
    found = links.find(token)
    if found is None:
        throttle.count(_key(request), WRONG_SECONDS)
        raise Http404
    return found


def expired(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "stagiaires/espace/expire.html", {"token": token}, status=410)


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "stagiaires/espace/trop.html", {"words": SLOW}, status=429)


def form_page(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    """A personal page of one form; 422 when it comes back."""
    said = {"form": form, "lead": "", "rule": "", "facts": [], "danger": False, "crumbs": [], "multipart": False}
    return render(request, FORM, said | context, status=422 if form.is_bound else 200)
