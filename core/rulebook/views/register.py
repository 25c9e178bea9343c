"""The rules, public: what each says, where it is written, and whether the portal checks it by itself."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.reference.text import normalise
from core.rulebook.coverage import Standing, standing_of
from core.rulebook.registry import machine_checked
from core.rules import Mode, RuleText, rule_texts

MODES = {mode.value: mode.label for mode in Mode}


@dataclass(frozen=True)
class Line:
    """One rule as the register shows it."""

    text: RuleText
    standing: Standing


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
        Line(text, standing_of(text, checked))
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
        "checked": len(checked.keys() & rule_texts().keys()),
    }
    return render(request, "rulebook/rules.html", context)
