"""The executable FAQ as the portal runs it: the rooms' rule sets, and the figures of the day."""

from core.rulebook.parameters import current
from core.rulebook.registry import machine_checked, rulesets
from core.rules import Parameters, default_parameters
from core.rules.faq import Coverage, Question, Result, questions, run


def results(question: Question, parameters: Parameters | None = None) -> list[Result]:
    """The scenarios of a question, judged now. A scenario of a subject that no room judges is left out."""
    judged_by = rulesets()
    figures = parameters or current()
    return [
        run(scenario, judged_by[scenario.subject].edition(figures), figures)
        for scenario in question.scenarios
        if scenario.subject in judged_by
    ]


def share() -> dict[Coverage, list[Question]]:
    """Every question under how far the portal answers for it; each of the four is there, empty or not."""
    checked = machine_checked()
    found: dict[Coverage, list[Question]] = {coverage: [] for coverage in Coverage}
    for question in questions().values():
        found[question.coverage(checked)].append(question)
    return found


def failures() -> list[tuple[Question, Result]]:
    """The scenarios whose answer the engine no longer gives, at the figures of the texts themselves."""
    figures = default_parameters()
    return [
        (question, result)
        for question in questions().values()
        for result in results(question, figures)
        if not result.holds
    ]
