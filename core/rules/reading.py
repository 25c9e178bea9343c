"""Facts that come from outside: read with their kinds and limits, every fault named, never an exception.

What the portal itself stores is read by ``Facts.from_dict``. This reader is for what strangers send (a request to the
simulation service, a link that was shared): a hostile value is refused in words, and a name that is no fact is set
aside and said.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from typing import Any

from .facts import Facts, Many
from .french import typography

MAX_TEXT = 500  # signs of one fact in words
MAX_ITEMS = 60  # things in one list
MAX_NUMBER = 1_000_000  # either side of zero
MAX_GUESSES = 20  # names for which the fact that was meant is looked for: each is compared with all of them
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NUMBER = re.compile(r"-?\d{1,7}(\.\d{1,6})?\Z")
_UNREADABLE = object()


@dataclass(frozen=True)
class Problem:
    """A value that cannot be read. ``path``: ``weekly_hours``, ``intentions[2].posts``."""

    path: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return {"fait": self.path, "message": self.message}


@dataclass(frozen=True)
class UnknownName:
    """A name that is no fact, and the fact that it may have meant."""

    path: str
    close_to: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"nom": self.path, "proche_de": self.close_to}


@dataclass(frozen=True)
class Reading:
    """What was read: the facts (without the faulty ones), the faults, the names set aside."""

    facts: Facts
    problems: tuple[Problem, ...]
    unknown: tuple[UnknownName, ...]


def read_facts(kind: type[Facts], data: Any) -> Reading:
    """Read JSON values as facts of this kind. Never raises: whatever ``data`` is, the faults are listed."""
    reader = _Reader()
    facts = reader.facts(kind, data, "")
    return Reading(facts, tuple(reader.problems), tuple(reader.unknown))


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.unknown: list[UnknownName] = []

    def refuse(self, path: str, message: str) -> Any:
        self.problems.append(Problem(path, typography(message)))
        return _UNREADABLE

    def facts(self, kind: type[Facts], data: Any, path: str) -> Any:
        if not isinstance(data, Mapping):
            self.refuse(path, "Donnez un objet : le nom de chaque fait, puis sa valeur.")
            return kind()
        fields = {field.name: field for field in dataclasses.fields(kind)}
        found = {}
        for name, raw in data.items():
            here = f"{path}.{name}" if path else str(name)
            if name not in fields:
                guess = len(self.unknown) < MAX_GUESSES
                close = get_close_matches(str(name)[:60], fields, n=1) if guess else []
                self.unknown.append(UnknownName(printable(here), close[0] if close else ""))
                continue
            value = None if raw is None else self.value(fields[name].metadata["kind"], raw, here)
            if value is not None and value is not _UNREADABLE:
                found[name] = value
        return kind(**found)

    def value(self, kind: Any, raw: Any, path: str) -> Any:
        if isinstance(kind, Many):
            return self.several(kind, raw, path)
        if issubclass(kind, Facts):
            return self.facts(kind, raw, path)
        if issubclass(kind, Enum):
            return self.choice(kind, raw, path)
        if kind is bool:
            return raw if isinstance(raw, bool) else self.refuse(path, "Répondez par true ou false.")
        if kind is date:
            return self.day(raw, path)
        if kind in (int, Decimal):
            return self.number(kind, raw, path)
        return self.text(raw, path)

    def several(self, kind: Many, raw: Any, path: str) -> Any:
        if not isinstance(raw, list | tuple):
            return self.refuse(path, "Donnez une liste.")
        if len(raw) > MAX_ITEMS:
            return self.refuse(path, f"La liste compte {len(raw)} éléments ; {MAX_ITEMS} au plus sont lus.")
        found = [self.value(kind.of, item, f"{path}[{index}]") for index, item in enumerate(raw)]
        return _UNREADABLE if _UNREADABLE in found else tuple(found)

    def choice(self, kind: type[Enum], raw: Any, path: str) -> Any:
        values = [member.value for member in kind]
        if isinstance(raw, str) and raw in values:
            return kind(raw)
        return self.refuse(path, f"Choisissez parmi : {', '.join(values)}.")

    def day(self, raw: Any, path: str) -> Any:
        try:
            found = date.fromisoformat(raw) if isinstance(raw, str) and _DAY.match(raw) else None
        except ValueError:
            found = None
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            return self.refuse(path, "Écrivez un jour du calendrier, par exemple 2027-03-01.")
        return found

    def number(self, kind: type, raw: Any, path: str) -> Any:
        whole = kind is int
        say = "Écrivez un nombre entier, par exemple 6." if whole else 'Écrivez un nombre, par exemple 22.5 ou "22.5".'
        if (
            isinstance(raw, bool)
            or not isinstance(raw, int | float | str | Decimal)
            or (whole and isinstance(raw, str))
        ):
            return self.refuse(path, say)
        text = raw if isinstance(raw, str) else str(raw)
        if not isinstance(raw, str) and "e" in text.lower():
            return self.refuse(path, say)
        if not _NUMBER.match(text):
            return self.refuse(path, say)
        found = Decimal(text)
        if abs(found) > MAX_NUMBER or (whole and found != found.to_integral_value()):
            return self.refuse(path, say)
        return int(found) if whole else found

    def text(self, raw: Any, path: str) -> Any:
        if not isinstance(raw, str):
            return self.refuse(path, "Écrivez un texte.")
        if len(raw) > MAX_TEXT:
            return self.refuse(path, f"Ce texte compte {len(raw)} signes ; {MAX_TEXT} au plus sont lus.")
        if printable(raw) != raw:
            return self.refuse(path, "Ce texte contient un signe qui ne s'écrit pas.")
        return raw


def printable(text: str) -> str:
    """The text without control signs and halves of characters, which no page could show; short enough to repeat."""
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))
    return kept if kept == text else kept[:80]
