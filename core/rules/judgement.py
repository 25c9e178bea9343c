"""What comes out of the engine: a verdict, every rule that spoke, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .catalogue import Citation
from .changes import ChangeSet, WayOut, as_dicts, smallest_changes, ways_out
from .vocabulary import Audience, Mode, Outcome, State, Verdict

if TYPE_CHECKING:
    from .engine import Rule, RuleSet
    from .facts import Facts
    from .parameters import Parameters


@dataclass(frozen=True)
class MissingFact:
    """A fact that somebody must still give."""

    field: str
    label: str
    hint: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"field": self.field, "label": self.label, "hint": self.hint}


class Finding:
    """What one applicable rule says of this file."""

    __slots__ = ("_facts", "_parameters", "granted", "outcome", "rule")

    def __init__(
        self,
        rule: Rule,
        outcome: Outcome,
        facts: Facts,
        parameters: Parameters,
        granted: bool,
    ) -> None:
        self.rule = rule
        self.outcome = outcome
        self.granted = granted
        self._facts = facts
        self._parameters = parameters

    def __repr__(self) -> str:
        return f"<{self.rule.id} {self.mode.value} {self.state.value}>"

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def state(self) -> State:
        return self.outcome.state

    @property
    def mode(self) -> Mode:
        """The mode for this file: a rule may be milder in some circumstances."""
        return self.outcome.mode or self.rule.mode

    @property
    def citation(self) -> Citation:
        return self.rule.text.citation

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self.rule.text.citations

    @property
    def is_satisfied(self) -> bool:
        return self.outcome.state is State.SATISFIED

    @property
    def is_blocking(self) -> bool:
        return self.outcome.state is State.UNSATISFIED and self.mode is Mode.BLOCK

    @property
    def is_to_decide(self) -> bool:
        """True for a derogation that the Région has not granted."""
        return self.outcome.state is State.UNSATISFIED and self.mode is Mode.DEROGATION and not self.granted

    @property
    def is_warning(self) -> bool:
        return self.outcome.state is State.UNSATISFIED and self.mode is Mode.WARN

    @property
    def is_information(self) -> bool:
        return self.outcome.state is State.UNSATISFIED and self.mode is Mode.INFORM

    def message(self, audience: Audience | str = Audience.EMPLOYEUR) -> str:
        """One French sentence with the figures of the file, for this reader."""
        return self._said_to(Audience(audience))

    def _said_to(self, audience: Audience) -> str:
        if self.outcome.state is State.UNKNOWN:
            labels = [self._facts.describe(name)["label"] for name in self.outcome.missing]
            return f"Il manque\u00a0: {', '.join(labels)}."
        return self.rule.say(
            self.outcome.state is State.SATISFIED,
            self._facts,
            self._parameters,
            audience,
        )

    def as_dict(self, audience: Audience = Audience.EMPLOYEUR) -> dict[str, Any]:
        return {
            "rule": self.rule.id,
            "mode": str(self.outcome.mode or self.rule.mode),
            "state": str(self.outcome.state),
            "granted": self.granted,
            "message": self._said_to(audience),
            "missing": list(self.outcome.missing),
            "citations": list(self.rule.text.written_citations),
        }


class Judgement:
    """The verdict on one file, with everything needed to explain, store and replay it."""

    def __init__(
        self,
        ruleset: RuleSet,
        facts: Facts,
        parameters: Parameters,
        derogations: frozenset[str],
        outcomes: list[Outcome],
    ) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.parameters = parameters
        self.derogations = derogations
        self._outcomes = outcomes
        self.findings: tuple[Finding, ...] = tuple(
            Finding(rule, outcome, facts, parameters, rule.id in derogations)
            for rule, outcome in zip(ruleset.rules, outcomes, strict=True)
            if outcome.state is not State.NOT_APPLICABLE
        )
        verdict = Verdict.ELIGIBLE
        for finding in self.findings:
            if finding.outcome.state is not State.UNSATISFIED:
                continue
            if finding.is_blocking:
                verdict = Verdict.NON_ELIGIBLE
                break
            if finding.is_to_decide:
                verdict = Verdict.A_INSTRUIRE
        self.verdict = verdict

    def __repr__(self) -> str:
        return f"<Judgement {self.ruleset.subject} {self.verdict.value}>"

    def finding(self, rule_id: str) -> Finding | None:
        """What a rule said, or None when it does not apply to this file."""
        return next((found for found in self.findings if found.rule.id == rule_id), None)

    @cached_property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_blocking)

    @cached_property
    def to_decide(self) -> tuple[Finding, ...]:
        """The derogations that the Région has still to grant or refuse."""
        return tuple(finding for finding in self.findings if finding.is_to_decide)

    @cached_property
    def granted(self) -> tuple[Finding, ...]:
        """The derogations that were needed and have been granted."""
        return tuple(
            finding
            for finding in self.findings
            if finding.granted and finding.state is State.UNSATISFIED and finding.mode is Mode.DEROGATION
        )

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_warning)

    @cached_property
    def informations(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_information)

    @cached_property
    def satisfied(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_satisfied)

    @cached_property
    def missing(self) -> tuple[MissingFact, ...]:
        """Facts that somebody must still give before the verdict can be final.

        Facts that the portal finds out by itself are not asked for, and a rule that can only warn
        or inform asks for nothing.
        """
        names: dict[str, None] = {}
        for finding in self.findings:
            if finding.outcome.missing and finding.mode.decides:
                names.update(dict.fromkeys(finding.outcome.missing))
        described = ((name, self.facts.describe(name)) for name in names)
        return tuple(
            MissingFact(name, about["label"], about["hint"]) for name, about in described if not about["supplied"]
        )

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing: the verdict will not move by itself."""
        return not self.missing

    @cached_property
    def ways_out(self) -> tuple[WayOut, ...]:
        """For each group of linked obstacles, the smallest sets of changes that lift it."""
        if self.verdict is Verdict.ELIGIBLE:
            return ()
        return ways_out(self.ruleset, self.facts, self.parameters, self.derogations, self._outcomes)

    @cached_property
    def changes(self) -> tuple[ChangeSet, ...]:
        """The smallest sets of changes that lead to éligible, those who can act first first."""
        return smallest_changes(self.ways_out)

    @cached_property
    def ruleset_hash(self) -> str:
        return self.ruleset.hash(self.parameters)

    def as_dict(self, audience: Audience | str = Audience.EMPLOYEUR) -> dict[str, Any]:
        """The whole judgement as JSON values, in a stable order."""
        audience = Audience(audience)
        return {
            "subject": self.ruleset.subject,
            "verdict": self.verdict.value,
            "complete": self.is_complete,
            "facts": self.facts.as_dict(),
            "derogations": sorted(self.derogations),
            "findings": [finding.as_dict(audience) for finding in self.findings],
            "missing": [fact.as_dict() for fact in self.missing],
            "changes": as_dicts(self.changes, self.facts),
            "ruleset_hash": self.ruleset_hash,
        }
