"""What a room above shows under a session's sheet, or on the page of an organisme: a part of page, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Below:
    """The template of the part, and what it reads under the name `below`."""

    template: str
    said: Any


Teller = Callable[[int, int | None], Below | None]  # the organisme, then the session on its sheet
_tellers: list[Teller] = []


def register_below(teller: Teller) -> None:
    """Let a room above say something under these pages."""
    if teller not in _tellers:
        _tellers.append(teller)


def below(organisme: int, session: int | None = None) -> list[Below]:
    """Every part that has something to say."""
    found = (teller(organisme, session) for teller in _tellers)
    return [part for part in found if part is not None]
