"""The rules of an intention, gathered in the order of the register."""

from __future__ import annotations

from core.rules import RuleSet

from . import contract, deposit, employer
from .facts import IntentionFacts

RULES: RuleSet = RuleSet.gather("intention", IntentionFacts, deposit.book, employer.book, contract.book)
