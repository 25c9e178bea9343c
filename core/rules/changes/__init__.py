"""The smallest changes that would make a file éligible, found by search and proven by re-judging.

Each rule that is not satisfied offers remedies (`declared`). The search keeps the smallest sets of remedies after
which nothing blocks and nothing is left to decide (`search`).
"""

from .declared import Change, ChangeSet, Edit, Remedies, as_dicts, change, edit, grant
from .search import WayOut, smallest_changes, ways_out

__all__ = [
    "Change", "ChangeSet", "Edit", "Remedies", "WayOut", "as_dicts", "change", "edit", "grant", "smallest_changes",
    "ways_out",
]  # fmt: skip
