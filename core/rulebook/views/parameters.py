"""The figures that the rules read: public reading."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.rulebook.parameters import current
from core.ui import french


@require_safe
@login_not_required
def parameter_list(request: HttpRequest) -> HttpResponse:
    """The figures that the rules read today, each with its source and the day from which it holds."""
    parameters = current()
    lines = [(parameters.describe(key), _written(parameters[key])) for key in parameters]
    return render(request, "rulebook/parameters.html", {"lines": lines})


def _written(value: Any) -> str:
    """A parameter's value as one reads it in French."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | Decimal):
        return french.nombre(value)
    return french.liste(value) if isinstance(value, tuple) else str(value)
