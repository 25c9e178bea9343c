"""The few words that every rule, verdict and receipt is made of.

Stored values are plain ASCII so that receipts and exports never depend on a screen label;
the French words shown to people are the ``label`` of each member.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple


class Mode(StrEnum):
    """What an unsatisfied rule means for the file (code of the rule table)."""

    BLOCK = "B"
    DEROGATION = "D"
    WARN = "W"
    INFORM = "I"
    AUTHORISE = "A"

    @property
    def label(self) -> str:
        return _MODE_LABELS[self]

    @property
    def decides(self) -> bool:
        """True when the rule may change a verdict by itself."""
        return self in _DECIDING


_DECIDING = frozenset({Mode.BLOCK, Mode.DEROGATION})
_MODE_LABELS = {
    Mode.BLOCK: "condition",
    Mode.DEROGATION: "dérogation possible",
    Mode.WARN: "point d’attention",
    Mode.INFORM: "information",
    Mode.AUTHORISE: "autorisation",
}


class Verdict(StrEnum):
    """The three values of a judgement, best first."""

    ELIGIBLE = "eligible"
    A_INSTRUIRE = "a_instruire"
    NON_ELIGIBLE = "non_eligible"

    @property
    def label(self) -> str:
        return _VERDICT_LABELS[self]

    @property
    def rank(self) -> int:
        """0 for the best verdict, 2 for the worst: lets two verdicts be compared."""
        return _VERDICT_RANKS[self]


_VERDICT_LABELS = {
    Verdict.ELIGIBLE: "éligible",
    Verdict.A_INSTRUIRE: "à instruire",
    Verdict.NON_ELIGIBLE: "non éligible",
}
_VERDICT_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Audience(StrEnum):
    """Who reads the message."""

    EMPLOYEUR = "employeur"
    ORGANISME = "organisme"
    REGION = "region"
    VALIDEUR = "valideur"


class Actor(StrEnum):
    """Who can make a change, in the order in which they can act."""

    EMPLOYEUR = "employeur"
    ORGANISME = "organisme"
    VALIDEUR = "valideur"
    REGION = "region"

    @property
    def label(self) -> str:
        return _ACTOR_LABELS[self]

    @cached_property
    def rank(self) -> int:
        return list(Actor).index(self)


_ACTOR_LABELS = {
    Actor.EMPLOYEUR: "L’employeur",
    Actor.ORGANISME: "L’organisme",
    Actor.VALIDEUR: "Le valideur",
    Actor.REGION: "La Région",
}


class State(StrEnum):
    """What a rule finds when it reads a file."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Outcome(NamedTuple):
    """What a predicate returns.

    ``mode`` replaces the mode of the rule for this file (an immersion with another employer is
    only worth a warning, where no immersion at all needs a derogation). ``missing`` names the
    facts without which the rule cannot tell, or that the Région will ask for.
    """

    state: State
    mode: Mode | None = None
    missing: tuple[str, ...] = ()


SATISFIED = Outcome(State.SATISFIED)
UNSATISFIED = Outcome(State.UNSATISFIED)
NOT_APPLICABLE = Outcome(State.NOT_APPLICABLE)


@lru_cache(maxsize=512)
def unknown(*fields: str) -> Outcome:
    """The rule cannot tell: these facts are missing."""
    return Outcome(State.UNKNOWN, missing=fields)


@lru_cache(maxsize=512)
def unsatisfied(*asks: str, mode: Mode | None = None) -> Outcome:
    """The rule is not satisfied; ``asks`` are the facts that whoever decides will want to read."""
    return Outcome(State.UNSATISFIED, mode=mode, missing=asks)
