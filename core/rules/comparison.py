"""What flips under the other reading of a contradiction: the same file, judged twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .cases import base
from .catalogue import Reading, Witness
from .engine import RuleSet, evaluate
from .facts import Facts
from .judgement import Finding, Judgement
from .parameters import Parameters
from .variants import Variant


@dataclass(frozen=True)
class Shift:
    """One rule that no longer says the same thing; None where it does not speak."""

    rule: str
    before: Finding | None
    after: Finding | None


@dataclass(frozen=True)
class Comparison:
    """One file judged by the rules in force, and under a variant."""

    before: Judgement
    after: Judgement

    @property
    def flips(self) -> bool:
        """True when the verdict is not the same."""
        return self.before.verdict is not self.after.verdict

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """The rules whose finding moves, in the order of the register."""
        ids = [rule.id for rule in self.before.ruleset.rules]
        both = ((rule_id, self.before.finding(rule_id), self.after.finding(rule_id)) for rule_id in ids)
        return tuple(Shift(*each) for each in both if _said(each[1]) != _said(each[2]))


def _said(finding: Finding | None) -> tuple[object, ...] | None:
    return (finding.state, finding.mode) if finding else None


def variant_of(reading: Reading) -> Variant | None:
    """The machine form of a reading, None when no verdict depends on it."""
    if reading.variant is None:
        return None
    return Variant.from_dict({"label": reading.statement, **reading.variant})


def compare(
    ruleset: RuleSet,
    facts: Facts,
    parameters: Parameters,
    variant: Variant,
    derogations: Iterable[str] = frozenset(),
) -> Comparison:
    """Judge a file by the rules in force, then under ``variant``."""
    granted = frozenset(derogations)
    rules, figures = variant.apply(ruleset, parameters)
    return Comparison(evaluate(ruleset, facts, parameters, granted), evaluate(rules, facts, figures, granted))


def witness_facts(witness: Witness, ruleset: RuleSet) -> Facts:
    """The whole file of a witness. Raises UnknownFactError when it names a fact that does not exist."""
    return ruleset.facts.from_dict({**base(witness.subject), **witness.facts})
