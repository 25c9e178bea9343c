"""What was decided, on what ground: dated parameters, the chain of receipts, letters, and what a change would do.

The engine itself is `core.rules`, which knows no database; this app keeps what it is given and what it said.
"""

from core.rulebook.models.letter import DocumentEdition, Letter, LetterText
from core.rulebook.models.parameter import Parameter
from core.rulebook.models.proposal import Acknowledgement, Proposal, ProposalChange
from core.rulebook.models.reading import ReadingCount
from core.rulebook.models.receipt import Control, Receipt

__all__ = [
    "Acknowledgement",
    "Control",
    "DocumentEdition",
    "Letter",
    "LetterText",
    "Parameter",
    "Proposal",
    "ProposalChange",
    "ReadingCount",
    "Receipt",
]
