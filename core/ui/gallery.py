"""The gallery: every component in every variant, with long names and empty states. Never in production."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    return render(request, "ui/gallery.html", {})
