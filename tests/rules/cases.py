"""The table of cases, each with the rules that judge its subject."""

from dataclasses import dataclass
from functools import cache

from core.rulebook.registry import rulesets
from core.rules import Facts, Judgement, RuleSet, cases

base = cases.base
RULESETS: dict[str, RuleSet] = rulesets()


@dataclass(frozen=True)
class Case(cases.Case):
    @property
    def ruleset(self) -> RuleSet:
        return RULESETS[self.subject]

    @property
    def facts(self) -> Facts:
        return self.facts_for(self.ruleset)

    def judge(self) -> Judgement:
        return self.judged_by(self.ruleset)


@cache
def all_cases() -> tuple[Case, ...]:
    return tuple(Case(**vars(case)) for case in cases.cases())
