"""The rules, public: what each says, where it is written, and whether the portal checks it by itself."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.reference.text import normalise
from core.rulebook.parameters import current
from core.rulebook.registry import machine_checked
from core.rules import Mode, RuleText, contradictions, rule_texts
from core.ui import french

MODES = {mode.value: mode.label for mode in Mode}


@dataclass(frozen=True)
class Line:
    """One rule as the register shows it."""

    text: RuleText
    checked_for: list[str]


def _matches(text: RuleText, words: list[str]) -> bool:
    written = normalise(" ".join([text.id, text.sentence, *(c.quotation for c in text.citations)]))
    return all(word in written for word in words)


@require_safe
@login_not_required
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every rule by section, filtered by words and by mode; the filters stand in the address."""
    query = request.GET.get("q", "").strip()[:100]
    mode = request.GET.get("mode", "")
    words = normalise(query).split()
    checked = machine_checked()
    everything = rule_texts().values()
    shown = [
        Line(text, checked.get(text.id, []))
        for text in everything
        if _matches(text, words) and (mode not in MODES or text.mode == mode)
    ]
    sections = [(title, list(lines)) for title, lines in groupby(shown, key=lambda line: line.text.section)]
    context = {
        "sections": sections,
        "query": query,
        "mode": mode,
        "modes": MODES.items(),
        "shown": len(shown),
        "total": len(everything),
        "checked": len(checked),
    }
    return render(request, "rulebook/rules.html", context)


@require_safe
@login_not_required
def contradiction_list(request: HttpRequest) -> HttpResponse:
    """Where the sources do not say the same thing: both readings, and the one in force."""
    return render(request, "rulebook/contradictions.html", {"contradictions": contradictions().values()})


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
