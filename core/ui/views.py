"""Pages of the frame itself: refusals in plain French, and the gallery of components."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token no longer holds: nothing was sent, the person may go back and send again."""
    return render(request, "403_csrf.html", status=403)
