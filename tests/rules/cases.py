"""The table of cases, each with the rules that judge its subject."""

from dataclasses import dataclass
from functools import cache

from core.rules import Facts, Judgement, RuleSet, cases
from intentions import rules as intentions
from orders import rules as orders
from sessions import rules as sessions
from stagiaires import rules as stagiaires

base = cases.base
RULESETS: dict[str, RuleSet] = {
    ruleset.subject: ruleset
    for ruleset in (
        intentions.RULES,
        intentions.OUTCOME,
        *orders.RULESETS,
        sessions.RULES,
        sessions.LIFE,
        *stagiaires.RULESETS,
    )
}


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
