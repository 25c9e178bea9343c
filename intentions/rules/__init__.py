"""Rules of the hiring intention: facts in, verdict out. Pure, usable without the framework."""

from collections.abc import Iterable

from core.rules import Judgement, Parameters, evaluate

from .book import RULES
from .facts import IntentionFacts
from .outcome import OUTCOME, OutcomeFacts
from .terms import (
    ContractType,
    EmployerKind,
    LowHoursReason,
    Milestone,
    Origin,
    OutsideReason,
    ShortContractReason,
    StatementKind,
)


def judge(
    facts: IntentionFacts,
    parameters: Parameters | None = None,
    derogations: Iterable[str] = frozenset(),
) -> Judgement:
    """Judge an intention on what is known; ``derogations`` are ids of rules granted (``R31``)."""
    return evaluate(RULES.edition(parameters) if parameters else RULES, facts, parameters, derogations)


__all__ = [
    "OUTCOME",
    "RULES",
    "ContractType",
    "EmployerKind",
    "IntentionFacts",
    "LowHoursReason",
    "Milestone",
    "Origin",
    "OutcomeFacts",
    "OutsideReason",
    "ShortContractReason",
    "StatementKind",
    "judge",
]
