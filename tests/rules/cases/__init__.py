"""The table of cases, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.rules import Facts, Judgement, RuleSet, evaluate
from intentions.rules import RULES as INTENTION_RULES
from sessions.rules import RULES as REQUEST_RULES

RULESETS: dict[str, RuleSet] = {"intention": INTENTION_RULES, "demande": REQUEST_RULES}
HERE = Path(__file__).parent


def _read(name: str) -> dict[str, Any]:
    with (HERE / name).open("rb") as handle:
        return tomllib.load(handle)


@cache
def base(subject: str) -> dict[str, Any]:
    """The facts of a file that is éligible as it stands."""
    facts: dict[str, Any] = _read("base.toml")[subject]
    return facts


@dataclass(frozen=True)
class Case:
    subject: str
    id: str
    rule: str
    source: str
    state: str
    verdict: str
    changed: tuple[tuple[str, Any], ...]
    derogations: frozenset[str]

    @property
    def ruleset(self) -> RuleSet:
        return RULESETS[self.subject]

    @property
    def facts(self) -> Facts:
        known = {**base(self.subject), **dict(self.changed)}
        return self.ruleset.facts.from_dict({name: value for name, value in known.items() if value != "?"})

    def judge(self) -> Judgement:
        return evaluate(self.ruleset, self.facts, derogations=self.derogations)


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(
        Case(
            subject=subject,
            id=row["id"],
            rule=row["rule"],
            source=row["source"],
            state=row["state"],
            verdict=row["verdict"],
            changed=tuple(row.get("facts", {}).items()),
            derogations=frozenset(row.get("derogations", ())),
        )
        for subject in RULESETS
        for row in _read(f"{subject}.toml")["case"]
    )
