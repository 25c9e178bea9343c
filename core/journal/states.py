"""States as data: one table of moves per entity, read by the Python side and by the database alike.

    class IntentionMove(Moves):
        DEPOSER = Move("brouillon", "deposee")

`Moves.fsm_trigger()` gives the trigger that refuses every other change in PostgreSQL, whoever asks;
`via(move)` gives the arguments of django-fsm's `@transition`.
"""

from dataclasses import dataclass
from typing import Any

import pgtrigger


@dataclass(frozen=True)
class Move:
    """One lawful change of state: from any of `sources` to `target` (stored values)."""

    sources: tuple[str, ...]
    target: str


class Moves:
    """A table of moves. Subclass it with `NAME = Move((source, …), target)` attributes."""

    @classmethod
    def all(cls) -> dict[str, Move]:
        return {name: move for name, move in vars(cls).items() if isinstance(move, Move)}

    @classmethod
    def pairs(cls) -> list[tuple[str, str]]:
        """Every lawful (from, to), in a stable order, without doubles."""
        return sorted({(str(source), str(move.target)) for move in cls.all().values() for source in move.sources})

    @classmethod
    def fsm_trigger(cls, field: str = "state", name: str = "state_moves") -> pgtrigger.FSM:
        """The database's own guard: an UPDATE that is not in the table is refused."""
        return pgtrigger.FSM(name=name, field=field, transitions=cls.pairs())


def via(move: Move, field: str = "state") -> dict[str, Any]:
    """Arguments for django-fsm's `@transition`, so that the two guards read one table."""
    return {"field": field, "source": [str(source) for source in move.sources], "target": str(move.target)}
