"""The table of cases as data: small files (facts) with what one rule must say of them, and the verdict.

Everything stands in ``case_texts/*.toml``, in files named after their subject (``demande.toml``, then
``demande.limites.toml`` for those that only hold a limit in place); ``base.toml`` holds, for each subject, a file
that is éligible as it stands, and a case says what changes from it. The tests hold every rule to its cases, and
the page of a rule shows them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .engine import RuleSet, evaluate
from .facts import Facts
from .french import typography
from .judgement import Judgement

TEXTS = Path(__file__).parent / "case_texts"
FORGOTTEN = "?"  # in a case: this fact of the base is not known


def _read(name: str) -> dict[str, Any]:
    with (TEXTS / name).open("rb") as handle:
        return tomllib.load(handle)


@cache
def base(subject: str) -> Mapping[str, Any]:
    """The facts of a file that is éligible as it stands, as JSON values."""
    facts: dict[str, Any] = _read("base.toml")[subject]
    return facts


@dataclass(frozen=True)
class Case:
    """What changes from the base, what the rule finds then (``State``), and the verdict.

    ``asks``: the facts that the rule then wants to be told, where the case says so.
    """

    subject: str
    id: str
    rule: str
    source: str
    state: str
    verdict: str
    changed: tuple[tuple[str, Any], ...]
    derogations: frozenset[str]
    says: str = ""
    asks: tuple[str, ...] | None = None

    def facts_for(self, ruleset: RuleSet) -> Facts:
        known = {**base(self.subject), **dict(self.changed)}
        return ruleset.facts.from_dict({name: value for name, value in known.items() if value != FORGOTTEN})

    def judged_by(self, ruleset: RuleSet) -> Judgement:
        """The case judged by the rules of its subject, with today's texts' own parameters."""
        return evaluate(ruleset, self.facts_for(ruleset), derogations=self.derogations)


@cache
def cases() -> tuple[Case, ...]:
    """Every case, subject by subject."""
    return tuple(
        Case(
            subject=path.stem.partition(".")[0],
            id=row["id"],
            rule=row["rule"],
            source=row["source"],
            state=row["state"],
            verdict=row["verdict"],
            changed=tuple(row.get("facts", {}).items()),
            derogations=frozenset(row.get("derogations", ())),
            says=typography(row.get("says", "")),
            asks=tuple(row["asks"]) if "asks" in row else None,
        )
        for path in sorted(TEXTS.glob("*.toml"))
        if path.stem != "base"
        for row in _read(path.name)["case"]
    )


@cache
def cases_of(rule_id: str) -> tuple[Case, ...]:
    """The cases that are written for one rule."""
    return tuple(case for case in cases() if case.rule == rule_id)
