"""The retention clock: what is due is emptied or removed, history included.

A line in the journal of erasures, in the same transaction, alone opens what is sealed (`core.journal.kept`). Sums of
hours and of money rest on what stays: sealed months, booked hours, receipts without a name.
"""

from stagiaires.workflow.retention.categories import CATEGORIES
from stagiaires.workflow.retention.clock import Foreseen, foresee, purge
from stagiaires.workflow.retention.holds import hold, lift

__all__ = ["CATEGORIES", "Foreseen", "foresee", "hold", "lift", "purge"]
