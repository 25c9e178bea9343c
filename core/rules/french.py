"""French typography and figures for the messages of the rules.

Messages are written with a plain keyboard (straight apostrophe, ordinary spaces) and repaired
here, so that no invisible character hides in the source.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_NBSP = "\u00a0"
# Before these signs, after «, and between a figure and its unit.
_HARD = re.compile(r" (?:(?=[:;?!»%€])|(?<=« )|(?<=\d )(?=(?:h|heures?|mois|km|postes?|places?|jours?|stagiaires?)\b))")
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_WORDS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@lru_cache(maxsize=4096)
def typography(text: str) -> str:
    """Return ``text`` with curly apostrophes and hard spaces where French wants them."""
    return _HARD.sub(_NBSP, text.replace("'", "’"))


@lru_cache(maxsize=4096)
def number(value: Decimal | int | float | None) -> str:
    """``Decimal("22.50")`` → ``22,5``; thousands parted by a hard space."""
    if value is None:
        return "?"
    text = f"{Decimal(str(value)).normalize():,f}"
    return text.replace(",", _NBSP).replace(".", ",")


def to_the_cent(value: Decimal) -> str:
    """« 10 000 », « 4 000,50 »: cents are two, or none."""
    cents = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if cents == cents.to_integral_value():
        return number(cents)
    return f"{cents:,f}".replace(",", _NBSP).replace(".", ",")


def words(value: int) -> str:
    """Small whole numbers in letters, the others in figures."""
    return _WORDS[value] if 0 <= value < len(_WORDS) else number(value)


@lru_cache(maxsize=4096)
def count(value: Decimal | int | None, singular: str, plural: str | None = None) -> str:
    """``count(1, "poste")`` → ``1 poste``; ``count(4, "poste")`` → ``4 postes``."""
    many = value is not None and not -2 < value < 2
    return f"{number(value)} {(plural or singular + 's') if many else singular}"


def in_days(value: int) -> str:
    """``0`` → ``aujourd'hui``; ``1`` → ``demain``; ``12`` → ``dans 12 jours``."""
    return {0: "aujourd'hui", 1: "demain"}.get(value) or f"dans {count(value, 'jour')}"


def day(value: date | None) -> str:
    """A date in full: ``1er février 2027``."""
    if value is None:
        return "?"
    first = "1er" if value.day == 1 else str(value.day)
    return f"{first} {_MONTHS[value.month - 1]} {value.year}"


def listing(items: list[str] | tuple[str, ...]) -> str:
    """``a, b et c``."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"
