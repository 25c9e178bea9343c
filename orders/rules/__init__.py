"""Rules of lots, orders and invoices: facts in, verdict out. Pure, usable without the framework."""

from .invoice import INVOICE, InvoiceFacts, InvoiceLineFacts
from .lot import RULES, LotFacts, LotRole, book, departure_refusal
from .order import ORDER, Obstacle, OrderFacts, Unit, forbidden, judge_order, obstacles, unsaid

RULESETS = (ORDER, INVOICE)

__all__ = [
    "INVOICE",
    "ORDER",
    "RULES",
    "RULESETS",
    "InvoiceFacts",
    "InvoiceLineFacts",
    "LotFacts",
    "LotRole",
    "Obstacle",
    "OrderFacts",
    "Unit",
    "book",
    "departure_refusal",
    "forbidden",
    "judge_order",
    "obstacles",
    "unsaid",
]
