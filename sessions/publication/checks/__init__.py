"""What must hold before a sheet is published.

The LHÉO schema accepts nonsense: negative places, letters in a SIRET, an end before its start, the
39th of a month. One bad record makes a reader drop the whole feed, so each sheet is checked here
first, with messages that the organisation or the Région can act upon.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from sessions.publication.checks.coordinates import coordinate_problems
from sessions.publication.checks.offer import kind_problems, offer_problems
from sessions.publication.checks.problem import LABELS, TEXT_LIMITS, Check, Problem
from sessions.publication.sheet import SessionSheet
from sessions.publication.structure import validate_element
from sessions.publication.text import one_line

__all__ = [
    "LABELS",
    "TEXT_LIMITS",
    "Check",
    "Problem",
    "check",
    "check_names",
    "validate_element",
]

_MIN_NAME = 4


def check(sheet: SessionSheet, today: date) -> list[Problem]:
    """Return all that prevents the sheet from being published, an empty list when nothing does.

    ``today`` bounds the dates: nothing is created or changed in the future, and a year that is far
    away is a slip of the keyboard. Whether codes and communes exist is for the reference lists.
    """
    problems = list(kind_problems(sheet))
    if problems:
        # Values of the wrong kind would make the checks below fail for reasons no one can read.
        return problems
    return [*offer_problems(sheet, today), *coordinate_problems(sheet)]


def check_names(sheet: SessionSheet, names: Iterable[str]) -> list[Problem]:
    """Return a problem for each text that quotes one of ``names`` (employers, stagiaires).

    A sheet has no field for them, but a person may have written one in a free text. Accents and
    case do not matter; names under four letters are left out, they would be found everywhere.
    """
    patterns = {
        name: re.compile(rf"(?<!\w){re.escape(_fold(name))}(?!\w)") for name in names if len(name.strip()) >= _MIN_NAME
    }
    texts = {field: _fold(getattr(sheet, field)) for field in TEXT_LIMITS}
    texts["meetings"] = _fold(" ".join(meeting.comment for meeting in sheet.meetings))
    return [
        Problem(field, f"Ce texte public nomme « {name} » : retirez ce nom.")
        for field, text in texts.items()
        for name, pattern in patterns.items()
        if pattern.search(text)
    ]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", one_line(text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
