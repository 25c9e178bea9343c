"""The result, whose address carries the facts: what is said, why, what would change it, and what changed since."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.rulebook.parameters import Editions
from core.rules import Judgement, Verdict
from core.rules.links import BrokenLink, read_link, write_facts
from core.rules.reading import read_facts
from core.ui.french import majuscule
from core.ui.parts import Crumb
from intentions.aids import AidFacts, amount
from sessions.views.explain import route_row
from simulateur.since import since
from simulateur.subjects import SUBJECTS, Subject
from simulateur.verdicts import judge, routes_of
from simulateur.views.pages import broken, step_urls, verdict_of


@login_not_required
@require_safe
def result(request: HttpRequest, lien: str) -> HttpResponse:
    """Judge again what the link carries, by the rules of today."""
    if "." not in lien:
        raise Http404  # no link of ours, not even a broken one
    try:
        carried = read_link(lien)
    except BrokenLink as problem:
        return broken(request, str(problem))
    subject = SUBJECTS.get(carried.subject)
    if subject is None:
        return broken(request, "Ce lien parle d’une simulation que ce portail ne connaît pas.")
    reading = read_facts(subject.facts, carried.facts)
    if reading.problems:
        return broken(request, "Ce lien contient des réponses qui ne se lisent pas.")
    editions = Editions()
    judgement = judge(subject.code, reading.facts, editions.today())
    urls = step_urls(subject, judgement.facts)
    context: dict[str, Any] = {
        "subject": subject,
        "crumbs": [Crumb("Simulateur", reverse("simulateur")), Crumb(subject.title)],
        "verdict": verdict_of(subject, judgement, urls),
        "since": since(carried, judgement, editions) if carried.verdict else None,  # answers without a verdict
        "set_aside": [one.path for one in reading.unknown],
        "routes": [route_row(route) for route in routes_of(judgement)],
        "also": _also(subject, judgement),
        "amount": _amount(judgement),
        "answers_url": next(iter(urls.values())),
        "address": request.build_absolute_uri(request.path),
        "refused": judgement.verdict is Verdict.NON_ELIGIBLE,
        "prefill_url": _door(subject, judgement, carried),
        "ruleset_hash": judgement.ruleset_hash,
    }
    response = render(request, "simulateur/resultat.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _also(subject: Subject, judgement: Judgement) -> list[str]:
    """What a real file will say beside the answers of a simulation."""
    return [majuscule(fact.label) for fact in judgement.missing if fact.field in subject.left_out]


def _amount(judgement: Judgement) -> Any:
    return amount(judgement.facts, judgement.parameters) if isinstance(judgement.facts, AidFacts) else None


def _door(subject: Subject, judgement: Judgement, carried: Any) -> str:
    """Where these answers become a file; empty for what the portal does not take in."""
    if subject.code == "intention":
        text = write_facts(subject.code, judgement.facts, carried.day)
        return f"{reverse('intention_preremplie')}?faits={text}"
    return reverse("demande_creer") if subject.code == "demande" else ""
