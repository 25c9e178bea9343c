"""Rules of lots, orders and invoices: facts in, verdict out. Pure, usable without the framework."""

from .lot import RULES, LotFacts, LotRole, book, departure_refusal

__all__ = ["RULES", "LotFacts", "LotRole", "book", "departure_refusal"]
