"""The questions of the FAQs, public: the answer in short, what carries it, and what the engine says of it today."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.reference.text import normalise
from core.rulebook.explained import VERDICT_TONES
from core.rulebook.faq import results, share
from core.rulebook.registry import machine_checked
from core.rules import RuleText, Verdict, rule_texts
from core.rules.faq import Coverage, Question, Result, Said, questions
from core.rules.links import write_result
from core.ui.parts import Crumb, Finding

AUDIENCES = {
    "employeurs": "Vous êtes employeur",
    "organismes": "Vous êtes organisme de formation ou partenaire",
}
COVERAGE_TONES = {Coverage.CHECKED: "ok", Coverage.DECLARED: "line", Coverage.INFORMATION: "info"}
SAID_TONES = {
    Said.BLOCKS: "non",
    Said.TO_DECIDE: "doute",
    Said.WARNS: "doute",
    Said.INFORMS: "info",
    Said.KEPT: "ok",
    Said.UNKNOWN: "info",
}
SUBJECTS = {
    "intention": "intention d’embauche",
    "demande": "demande de session",
    "admission": "entrée d’une personne en formation",
    "parcours": "parcours d’un stagiaire",
    "session": "session autorisée",
    "engagement": "engagement de l’employeur",
    "commande": "bon de commande",
    "facture": "facture",
    "programme": "ensemble du programme",
}
SIMULATED = ("intention", "demande")


@dataclass(frozen=True)
class Line:
    """One question as the list shows it."""

    question: Question
    coverage: Coverage
    tone: str


@dataclass(frozen=True)
class Shown:
    """One scenario in words."""

    title: str
    subject: str
    verdict: str
    tone: str
    findings: list[Finding]
    holds: bool
    url: str


def _matches(question: Question, words: list[str]) -> bool:
    written = normalise(
        " ".join([question.question, question.answer, question.citation.quotation, question.theme, *question.rules])
    )
    return all(word in written for word in words)


@require_safe
@login_not_required
def question_list(request: HttpRequest) -> HttpResponse:
    """Every question by audience and theme, filtered by words; the filters stand in the address."""
    query = request.GET.get("q", "").replace("\0", " ").strip()[:100]
    audience = request.GET.get("public", "")
    words = normalise(query).split()
    checked = machine_checked()
    everything = questions().values()
    shown = [
        question
        for wanted in AUDIENCES
        for question in everything
        if question.audience == wanted and (audience not in AUDIENCES or audience == wanted)
        if _matches(question, words)
    ]
    groups = [
        (
            AUDIENCES[public],
            [
                (theme, [_line(question, checked) for question in of_theme])
                for theme, of_theme in groupby(of_public, key=lambda question: question.theme)
            ],
        )
        for public, of_public in groupby(shown, key=lambda question: question.audience)
    ]
    context = {
        "groups": groups,
        "query": query,
        "audience": audience,
        "audiences": AUDIENCES.items(),
        "shown": len(shown),
        "total": len(everything),
        "checked": len(share()[Coverage.CHECKED]),
    }
    return render(request, "rulebook/questions.html", context)


def _line(question: Question, checked: dict[str, list[str]]) -> Line:
    coverage = question.coverage(checked)
    return Line(question, coverage, COVERAGE_TONES.get(coverage, ""))


@require_safe
@login_not_required
def question_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One question: the answer in short, its passage, its rules, and its scenarios judged as the page is read."""
    question = questions().get(slug)
    if question is None:
        raise Http404
    checked = machine_checked()
    coverage = question.coverage(checked)
    rules: list[tuple[RuleText, bool]] = [(rule_texts()[rule], rule in checked) for rule in question.rules]
    same_theme = [
        other for other in questions().values() if other.theme == question.theme and other.slug != question.slug
    ]
    context = {
        "question": question,
        "coverage": coverage,
        "tone": COVERAGE_TONES.get(coverage, ""),
        "public": AUDIENCES[question.audience],
        "rules": rules,
        "scenarios": [_shown(result) for result in results(question)],
        "others": same_theme[:5],
        "crumbs": [Crumb("Questions et réponses", reverse("questions")), Crumb(question.question)],
    }
    return render(request, "rulebook/question.html", context)


def _shown(result: Result) -> Shown:
    verdict = result.judgement.verdict
    open_points = verdict is Verdict.ELIGIBLE and not result.judgement.is_complete
    said = dict(result.said)
    return Shown(
        title=result.scenario.title,
        subject=SUBJECTS.get(result.scenario.subject, result.scenario.subject),
        verdict="rien ne s’y oppose" if open_points else verdict.label,
        tone=VERDICT_TONES[verdict],
        findings=[
            Finding(SAID_TONES.get(said[finding.id], "info"), finding.message(), finding.id)
            for finding in result.findings
        ],
        holds=result.holds,
        url=_in_the_simulator(result),
    )


def _in_the_simulator(result: Result) -> str:
    """Where the same file opens in the simulator, for the subjects that anybody may simulate; empty otherwise."""
    if result.scenario.subject not in SIMULATED:
        return ""
    return reverse("simulateur_resultat", args=[write_result(result.judgement, timezone.localdate())])
