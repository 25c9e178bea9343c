"""Another way to judge: other figures, rules left out, rules in another mode.

A variant is what "what if" means to the engine: the other reading of a contradiction, or a change
that somebody proposes. It holds plain values only, so that it can stand in a text file, travel in
a form and be kept beside its results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import wraps
from typing import Any, Self

from .engine import Check, Rule, RuleSet
from .facts import Facts
from .parameters import Parameters
from .vocabulary import Mode, Outcome


@dataclass(frozen=True)
class Variant:
    """What differs from the rules in force.

    ``parameters`` gives other values to some parameters. ``without`` names rules that no longer
    speak. ``modes`` gives another mode to rules, whatever the circumstances of the file. ``ignoring``
    names facts that a rule no longer looks at: that is how an exception falls away. ``label`` is
    French and shown to people. Rules that a rule set does not have are passed over, since one
    variant may bear on several subjects.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    label: str = ""
    modes: Mapping[str, Mode] = field(default_factory=dict)
    ignoring: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rules(self) -> frozenset[str]:
        """Ids of the rules that are judged otherwise (those that a parameter moves are not told here)."""
        return frozenset(self.without) | frozenset(self.modes) | frozenset(self.ignoring)

    def apply(self, ruleset: RuleSet, parameters: Parameters) -> tuple[RuleSet, Parameters]:
        """The rules and the parameters to judge with under this variant.

        Raises KeyError for a parameter that does not exist.
        """
        return self.rules_from(ruleset), self.parameters_from(parameters)

    def rules_from(self, ruleset: RuleSet) -> RuleSet:
        """``ruleset`` under this variant; itself when the variant says nothing of its rules."""
        if self.rules.isdisjoint(ruleset.by_id):
            return ruleset
        rules = tuple(self._rule(rule) for rule in ruleset.rules if rule.id not in self.without)
        return RuleSet(ruleset.subject, ruleset.facts, rules)

    def parameters_from(self, parameters: Parameters) -> Parameters:
        """``parameters`` under this variant; a list of values becomes a tuple, as everywhere."""
        if self.without:
            parameters = parameters.without_rules(self.without)
        if not self.parameters:
            return parameters
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in self.parameters.items()}
        return parameters.with_values(**values)

    def _rule(self, rule: Rule) -> Rule:
        hidden = self.ignoring.get(rule.id, ())
        if hidden:
            rule = replace(rule, check=_ignoring(rule.check, hidden), reads=rule.reads - frozenset(hidden))
        mode = self.modes.get(rule.id)
        if mode is not None:
            rule = replace(rule, check=_without_mode(rule.check), text=replace(rule.text, mode=mode))
        return rule

    def as_dict(self) -> dict[str, Any]:
        """The variant as JSON values; what it leaves alone is left out."""
        said: dict[str, Any] = {
            "label": self.label,
            "parameters": {
                key: str(value) if isinstance(value, Decimal) else value for key, value in self.parameters.items()
            },
            "without": list(self.without),
            "modes": {rule_id: mode.value for rule_id, mode in self.modes.items()},
            "ignoring": {rule_id: list(names) for rule_id, names in self.ignoring.items()},
        }
        return {key: value for key, value in said.items() if value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a variant from :meth:`as_dict`, or from a table of ``texts/contradictions.toml``.

        Raises ValueError for a mode that does not exist.
        """
        return cls(
            parameters=dict(data.get("parameters", {})),
            without=tuple(data.get("without", ())),
            label=data.get("label", ""),
            modes={rule_id: Mode(mode) for rule_id, mode in data.get("modes", {}).items()},
            ignoring={rule_id: tuple(names) for rule_id, names in data.get("ignoring", {}).items()},
        )


def _without_mode(check: Check) -> Check:
    """The same predicate, whose circumstances no longer soften or harden the rule."""

    @wraps(check)
    def judged(facts: Any, parameters: Parameters) -> Outcome:
        return check(facts, parameters)._replace(mode=None)

    return judged


def _ignoring(check: Check, names: tuple[str, ...]) -> Check:
    """The same predicate, to which these facts are not told."""

    @wraps(check)
    def judged(facts: Facts, parameters: Parameters) -> Outcome:
        return check(facts.with_facts(**dict.fromkeys(names)), parameters)

    return judged
