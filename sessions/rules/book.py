"""The rules of a session request, gathered in the order of the register."""

from __future__ import annotations

from core.rules import RuleSet
from orders.rules import book as lot_book

from . import coverage, head_count, procedure, training
from .facts import RequestFacts

RULES: RuleSet = RuleSet.gather(
    "demande",
    RequestFacts,
    coverage.book,
    training.book,
    head_count.book,
    procedure.book,
    lot_book,
)
