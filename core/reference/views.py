"""Proposals for the forms, open to all: the simulator and the catalogue use them without sign-in."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.reference import search

HOUR = 3600


def _propose(request: HttpRequest, find: Callable[[str], list[search.Suggestion]]) -> JsonResponse:
    text = request.GET.get("q", "").strip()
    found = find(text) if len(text) >= search.MINIMUM else []
    return JsonResponse([suggestion.as_dict() for suggestion in found], safe=False)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def communes(request: HttpRequest) -> JsonResponse:
    """`?q=` → [{value: INSEE code, label: « Cholet (49300) », hint: département}]."""
    return _propose(request, search.communes)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def metiers(request: HttpRequest) -> JsonResponse:
    """`?q=` → [{value: ROME code, label: job title, hint: ROME code and title}]."""
    return _propose(request, search.metiers)


@login_not_required
@require_safe
@cache_control(public=True, max_age=HOUR)
def certifications(request: HttpRequest) -> JsonResponse:
    """`?q=` → [{value: RNCP or RS code, label: title, hint: code, level, term}]."""
    return _propose(request, search.certifications)
