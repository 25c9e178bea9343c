"""Data of the intentions and the promises that the database keeps about them."""

from intentions.models.importing import ColumnMapping, ImportBatch, ImportRow
from intentions.models.intention import Intention
from intentions.models.linked import Consultation, IntentionDerogation, Post

__all__ = [
    "ColumnMapping",
    "Consultation",
    "ImportBatch",
    "ImportRow",
    "Intention",
    "IntentionDerogation",
    "Post",
]
