"""A link opened later: have the rules changed since it was made, which, and what does that do to the verdict?"""

from dataclasses import dataclass
from datetime import date

from core.rulebook.parameters import Difference, Editions, differences
from core.rules import Judgement, State, Verdict, rule_texts
from core.rules.links import Carried, fingerprint

_WORDS = {State.SATISFIED: "satisfaite", State.UNSATISFIED: "non satisfaite", State.UNKNOWN: "sans réponse"}
SILENT = "sans objet"


@dataclass(frozen=True)
class RuleChange:
    """A rule that does not say, or does not read, as it did. `before` and `after` are what it found."""

    id: str
    sentence: str
    before: str
    after: str
    rewritten: bool


@dataclass(frozen=True)
class Since:
    """What happened between the day of the link and now."""

    day: date
    figures: list[Difference]
    rules: list[RuleChange]
    before: Verdict | None
    after: Verdict
    other_code: bool  # something in the rules moved that none of the above shows

    @property
    def unchanged(self) -> bool:
        return not (self.figures or self.rules or self.other_code or self.verdict_moved)

    @property
    def verdict_moved(self) -> bool:
        return self.before is not None and self.before is not self.after


def since(carried: Carried, judgement: Judgement, editions: Editions) -> Since:
    """Compare what a result said on its day with `judgement`, made now of the same facts. No query of its own."""
    recoded = carried.ruleset != judgement.ruleset.digest[:12]
    moved = recoded or carried.parameters != judgement.parameters.digest[:12]
    figures = differences(editions.on(carried.day), judgement.parameters) if moved else []
    rules = _rules(carried, judgement)
    return Since(
        day=carried.day,
        figures=[one for one in figures if _concerns(one, judgement)],
        rules=rules,
        before=carried.verdict,
        after=judgement.verdict,
        other_code=recoded and not rules,
    )


def _concerns(difference: Difference, judgement: Judgement) -> bool:
    """Whether a figure, or a rule that was switched, is read by the rules of this subject."""
    return difference.name in judgement.ruleset.by_id or any(
        rule in judgement.ruleset.by_id for rule in difference.rules
    )


def _rules(carried: Carried, judgement: Judgement) -> list[RuleChange]:
    said = carried.said or {}
    now = {finding.id: finding for finding in judgement.findings}
    found = []
    for rule_id in [one for one in rule_texts() if one in said or one in now]:
        old, finding = said.get(rule_id), now.get(rule_id)
        rule = judgement.ruleset.by_id.get(rule_id)
        rewritten = bool(old and (rule is None or fingerprint(rule) != old.fingerprint))
        before = _WORDS[old.state] if old else SILENT
        after = _WORDS[finding.state] if finding else SILENT
        if rewritten or before != after:
            found.append(RuleChange(rule_id, rule_texts()[rule_id].sentence, before, after, rewritten))
    return found
