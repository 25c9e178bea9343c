"""The table of cases, each with the rules that judge its subject."""

from dataclasses import dataclass
from functools import cache

from core.rules import Facts, Judgement, RuleSet, cases
from intentions.rules import RULES as INTENTION_RULES
from sessions.rules import RULES as REQUEST_RULES
from stagiaires.rules import RULESETS as STAGIAIRE_RULES

base = cases.base
RULESETS: dict[str, RuleSet] = {
    ruleset.subject: ruleset for ruleset in (INTENTION_RULES, REQUEST_RULES, *STAGIAIRE_RULES)
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
