"""Who acts, for the history; and the promise that reading never writes."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse

from core.journal.readonly import read_only

Handler = Callable[[HttpRequest], HttpResponse]


class HistoryMiddleware:
    """Attaches person, hat and address to the history rows of requests that may write."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        hat = getattr(request, "hat", None)
        with pghistory.context(user=request.user.pk, hat=hat.pk if hat else None, url=request.path):
            return self.get_response(request)


class ReadOnlyGetMiddleware:
    """Holds the read-only guard around every GET and HEAD."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with read_only():
            return self.get_response(request)
