"""Where the sources do not agree, public: both readings, and the one in force."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.rules import contradictions


@require_safe
@login_not_required
def contradiction_list(request: HttpRequest) -> HttpResponse:
    """Where the sources do not say the same thing: both readings, and the one in force."""
    return render(request, "rulebook/contradictions.html", {"contradictions": contradictions().values()})
