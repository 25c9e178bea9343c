"""The questions of the two FAQs as data: the answer in short, the rules that carry it, the files that prove it.

Everything stands in ``faq_texts/*.toml``, one file per theme. A scenario is a small file (facts) with what the
engine must say of it: the answer holds for as long as the engine says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from .catalogue import Citation, Contradiction, contradictions, documents, rule_texts
from .engine import RuleSet, evaluate
from .french import typography
from .judgement import Finding, Judgement
from .parameters import Parameters
from .vocabulary import State, Verdict

TEXTS = Path(__file__).parent / "faq_texts"
MAX_QUOTATION = 240  # the sources are not ours to publish: a short passage, with its lines


class Coverage(StrEnum):
    """How far the portal itself answers for what a question says."""

    CHECKED = "verifiee"
    DECLARED = "declaree"
    INFORMATION = "information"
    NOTHING = "rien"

    @property
    def label(self) -> str:
        return _COVERAGE_LABELS[self]


_COVERAGE_LABELS = {
    Coverage.CHECKED: "vérifiée par le portail",
    Coverage.DECLARED: "règle déclarée",
    Coverage.INFORMATION: "information",
    Coverage.NOTHING: "sans réponse",
}


class Said(StrEnum):
    """What one rule says of a file, as a scenario expects it."""

    BLOCKS = "bloque"
    TO_DECIDE = "a_decider"
    WARNS = "avertit"
    INFORMS = "informe"
    KEPT = "respectee"
    UNKNOWN = "inconnue"
    SILENT = "muette"

    @property
    def label(self) -> str:
        return _SAID_LABELS[self]


_SAID_LABELS = {
    Said.BLOCKS: "refusé",
    Said.TO_DECIDE: "dérogation possible",
    Said.WARNS: "point d’attention",
    Said.INFORMS: "information",
    Said.KEPT: "admis",
    Said.UNKNOWN: "une réponse manque",
    Said.SILENT: "ne s’applique pas",
}


@dataclass(frozen=True)
class Scenario:
    """A file in a few facts, and what the engine must say of it."""

    title: str
    subject: str
    facts: Mapping[str, Any]
    verdict: Verdict
    findings: tuple[tuple[str, Said], ...]


@dataclass(frozen=True)
class Result:
    """A scenario as the engine judges it now."""

    scenario: Scenario
    judgement: Judgement
    said: tuple[tuple[str, Said], ...]

    @property
    def holds(self) -> bool:
        """True when the engine says what the answer says."""
        return self.judgement.verdict is self.scenario.verdict and self.said == self.scenario.findings

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the named rules say of the file, those that do not apply left out."""
        found = (self.judgement.finding(rule) for rule, _ in self.said)
        return tuple(finding for finding in found if finding is not None)


@dataclass(frozen=True)
class Question:
    """One question of a FAQ, with our answer in short and what carries it.

    ``information``: why no scenario tests the answer, when none does.
    """

    slug: str
    theme: str
    audience: str
    question: str
    answer: str
    asked: tuple[int, int]
    citation: Citation
    rules: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    information: str

    def coverage(self, checked: Container[str]) -> Coverage:
        """``checked`` holds the ids of the rules for which a predicate is written."""
        if self.scenarios and any(rule in checked for rule in self.rules):
            return Coverage.CHECKED
        if self.rules:
            return Coverage.DECLARED
        return Coverage.INFORMATION if self.information else Coverage.NOTHING

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """The contradictions of which one reading stands in the passage of the answer."""
        here = self.citation
        return tuple(
            contradiction
            for contradiction in contradictions().values()
            if any(
                cited.document.code == here.document.code
                and cited.first_line <= here.last_line
                and here.first_line <= cited.last_line
                for reading in contradiction.readings
                for cited in reading.citations
            )
        )


def run(scenario: Scenario, ruleset: RuleSet, parameters: Parameters | None = None) -> Result:
    """Judge a scenario. Raises UnknownFactError when it names a fact that its subject does not have."""
    judgement = evaluate(ruleset, ruleset.facts.from_dict(scenario.facts), parameters)
    said = tuple((rule, _said(judgement.finding(rule))) for rule, _ in scenario.findings)
    return Result(scenario, judgement, said)


def _said(finding: Finding | None) -> Said:
    if finding is None:
        return Said.SILENT
    if finding.state is State.UNKNOWN:
        return Said.UNKNOWN
    if finding.is_blocking:
        return Said.BLOCKS
    if finding.is_to_decide:
        return Said.TO_DECIDE
    if finding.is_warning:
        return Said.WARNS
    return Said.INFORMS if finding.is_information else Said.KEPT


def _span(lines: Any) -> tuple[int, int]:
    first, _, last = str(lines).partition("-")
    return int(first), int(last or first)


def _scenario(row: Mapping[str, Any]) -> Scenario:
    return Scenario(
        title=typography(row["title"]),
        subject=row["subject"],
        facts=row["facts"],
        verdict=Verdict(row["verdict"]),
        findings=tuple((rule, Said(said)) for rule, said in row["findings"].items()),
    )


def _question(row: Mapping[str, Any], page: Mapping[str, Any]) -> Question:
    unknown = set(row.get("rules", ())) - set(rule_texts())
    if unknown:
        raise ValueError(f"{row['slug']} names {', '.join(sorted(unknown))}, which the register does not hold")
    first, last = _span(row["lines"])
    return Question(
        slug=row["slug"],
        theme=typography(page["theme"]),
        audience=page["audience"],
        question=typography(row["question"]),
        answer=typography(row["answer"]),
        asked=_span(row["asked"]),
        citation=Citation(documents()[page["document"]], first, last, typography(row["quotation"])),
        rules=tuple(row.get("rules", ())),
        scenarios=tuple(_scenario(scenario) for scenario in row.get("scenarios", ())),
        information=typography(row.get("information", "")),
    )


@cache
def questions() -> dict[str, Question]:
    """Every question by slug, in the order of the documents.

    Raises ValueError when a slug is used twice or when a question names a rule that does not exist.
    """
    found: dict[str, Question] = {}
    for path in sorted(TEXTS.glob("*.toml")):
        with path.open("rb") as handle:
            page = tomllib.load(handle, parse_float=Decimal)
        for row in page["question"]:
            if row["slug"] in found:
                raise ValueError(f"question {row['slug']} is written twice")
            found[row["slug"]] = _question(row, page)
    return found
