"""One rule, public: what it says, where it is written, how the portal holds it, and what tests it."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from core.rulebook.coverage import standing_of
from core.rulebook.examples import examples_of, label_of
from core.rulebook.parameters import current, with_unit
from core.rulebook.registry import machine_checked
from core.rules import Mode, Parameters, RuleText, contradictions, rule_texts
from core.ui import french
from core.ui.parts import Crumb

MODES = {
    Mode.BLOCK: "C’est une condition : si elle n’est pas remplie, le dossier n’est pas éligible.",
    Mode.DEROGATION: "Si elle n’est pas remplie, la Région décide au cas par cas d’accorder une dérogation.",
    Mode.WARN: "C’est un point d’attention : le portail avertit et ne bloque jamais.",
    Mode.INFORM: "C’est une information : elle ne change aucune décision.",
    Mode.AUTHORISE: "C’est une autorisation : le portail ne peut pas refuser un dossier pour cela.",
}


@dataclass(frozen=True)
class Screen:
    """A page where the rule is read; without address when one only reaches it from a file of one's own."""

    words: str
    url: str


def _screens(text: RuleText) -> list[Screen]:
    """The screens where a declared rule is read."""
    found = []
    for place in text.shown:
        try:
            url = reverse(place.url)
        except NoReverseMatch:
            url = ""  # the page of one file: it has no address of its own here
        found.append(Screen(place.words, url))
    return found


@require_safe
@login_not_required
def rule_detail(request: HttpRequest, rule_id: str) -> HttpResponseBase:
    """The page of a rule; a contradiction asked by its id is sent to its own page. 404 for any other id."""
    text = rule_texts().get(rule_id)
    if text is None:
        if rule_id in contradictions():
            return redirect("contradiction", rule_id)
        raise Http404
    return _page(request, text)


def _switched(text: RuleText, figures: Parameters) -> str:
    """What the rule does since the Région has switched it; empty while it does what the texts say."""
    mode = dict(figures.switches).get(text.id)
    if mode is None:
        return ""
    return MODES[Mode(mode)] if mode else "Elle ne s’applique plus."


def _page(request: HttpRequest, text: RuleText) -> HttpResponse:
    checked = machine_checked()
    figures = current()
    ids = list(rule_texts())
    place = ids.index(text.id)
    context = {
        "text": text,
        "means": MODES[text.mode],
        "switched": _switched(text, figures),
        "standing": standing_of(text, checked),
        "subjects": french.liste([label_of(subject) for subject in checked.get(text.id, [])]),
        "screens": _screens(text),
        "figures": [
            (about, with_unit(figures[key], about.unit))
            for key in figures
            if text.id in (about := figures.describe(key)).rules
        ],
        "contradictions": [found for found in contradictions().values() if text.id in found.rules],
        "groups": examples_of(text.id),
        "previous": ids[place - 1] if place else "",
        "following": ids[place + 1] if place + 1 < len(ids) else "",
        "crumbs": [Crumb("Les règles", reverse("regles")), Crumb(f"Règle {text.id}")],
    }
    return render(request, "rulebook/rule.html", context)
