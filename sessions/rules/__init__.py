"""Rules of the session request: facts in, verdict out. Pure, usable without the framework."""

from collections.abc import Iterable

from core.rules import Judgement, Parameters, evaluate
from orders.rules import LotRole

from .book import RULES
from .completeness import Missing, completeness
from .facts import AttachedIntention, RequestFacts
from .head_count import HeadCount, head_count
from .life import LIFE, CancelReason, SessionAct, SessionFacts
from .routes import Route, RouteStatus, head_count_routes, route_sets
from .terms import AccessMode, Aim, EntryMode, HeadCountCase, Modality
from .training import organisme_hours, total_hours


def judge(
    facts: RequestFacts,
    parameters: Parameters | None = None,
    derogations: Iterable[str] = frozenset(),
) -> Judgement:
    """Judge a session request on what is known; ``derogations`` are ids of rules granted."""
    return evaluate(RULES.edition(parameters) if parameters else RULES, facts, parameters, derogations)


__all__ = [
    "LIFE",
    "RULES",
    "AccessMode",
    "Aim",
    "AttachedIntention",
    "CancelReason",
    "EntryMode",
    "HeadCount",
    "HeadCountCase",
    "LotRole",
    "Missing",
    "Modality",
    "RequestFacts",
    "Route",
    "RouteStatus",
    "SessionAct",
    "SessionFacts",
    "completeness",
    "head_count",
    "head_count_routes",
    "judge",
    "organisme_hours",
    "route_sets",
    "total_hours",
]
