"""The figures that the rules read on a given day: the texts' own, unless the Région has dated another.

An edition is all of them on one day, with the rules as the Région has switched them. A file is judged by the edition
of its own day, which its room knows (`intentions.facts.day_of`, `sessions.facts.day_of`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import structlog
from django.utils import timezone

from core.rulebook.enums import LEFT_OUT
from core.rulebook.models import Parameter
from core.rules import Judgement, Mode, Parameters, default_parameters, rule_texts
from core.ui.french import liste, mesure

logger = structlog.get_logger(__name__)
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)


class Editions:
    """Every dated value, read once (one query), from which the edition of any day is told without another."""

    def __init__(self, rows: Iterable[Parameter] | None = None) -> None:
        stored = Parameter.objects.standing() if rows is None else rows
        self._rows = list(stored)
        self._known: dict[date, Parameters] = {}

    def on(self, day: date) -> Parameters:
        """The edition of a day. A stored value that cannot be read is passed over: the one before it holds."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._edition(day)
        return known

    def today(self) -> Parameters:
        return self.on(timezone.localdate())

    def _edition(self, day: date) -> Parameters:
        defaults = default_parameters()
        chosen = {name: defaults.describe(name).of(day) for name in defaults}
        switches: list[tuple[str, str]] = []
        for row in self._rows:
            if day not in row.period:
                continue
            try:
                if row.name in chosen:
                    chosen[row.name] = replace(
                        chosen[row.name],
                        value=read(row.value, defaults[row.name]),
                        source=row.source or "Décision de la Région",
                        valid_from=row.period.lower or chosen[row.name].valid_from,
                    )
                elif row.name in rule_texts():
                    switches.append((row.name, _mode(row.value)))
            except ValueError:
                logger.warning("parameter_unreadable", name=row.name, row=row.pk)
        return Parameters(chosen, on=day, switches=tuple(sorted(switches)))


def current(on: date | None = None) -> Parameters:
    """The edition of `on` (today by default), each figure with its own source and first day. One query."""
    return Editions().on(on or timezone.localdate())


@dataclass(frozen=True)
class Difference:
    """What two editions do not say alike: a figure, or a rule switched. Values are as one stores them."""

    name: str
    label: str
    unit: str
    before: str
    after: str
    rules: tuple[str, ...]

    @property
    def was(self) -> str:
        """The value before as one reads it, with its unit."""
        return self._read(self.before)

    @property
    def now(self) -> str:
        """The value after as one reads it, with its unit."""
        return self._read(self.after)

    def _read(self, stored: str) -> str:
        figures = default_parameters()
        return with_unit(read(stored, figures[self.name]), self.unit) if self.name in figures else stored


def differences(before: Parameters, after: Parameters) -> list[Difference]:
    """What changed from one edition to another, in the order of the figures, then of the rules."""
    found = [
        Difference(
            key,
            after.describe(key).label,
            after.describe(key).unit,
            written(before[key]),
            written(after[key]),
            after.describe(key).rules,
        )
        for key in after
        if before[key] != after[key]
    ]
    old, new = dict(before.switches), dict(after.switches)
    return found + [
        Difference(
            rule,
            rule_texts()[rule].sentence,
            "",
            mode_label(rule, old.get(rule)),
            mode_label(rule, new.get(rule)),
            (rule,),
        )
        for rule in rule_texts()
        if old.get(rule) != new.get(rule)
    ]


@dataclass(frozen=True)
class JudgedBy:
    """By the rules of which day a file is judged, and what has changed since among those that judge it."""

    day: date
    changes: list[Difference]


def judged_by(judgement: Judgement) -> JudgedBy | None:
    """What a page says of the edition that judged. None when no day is named. One query for a day that is past."""
    figures = judgement.parameters
    if figures.on is None:
        return None
    if figures.on == timezone.localdate():
        return JudgedBy(figures.on, [])
    rules = {rule.id for rule in judgement.ruleset.rules} | {rule for rule, _ in figures.switches}
    changed = differences(figures, current())
    return JudgedBy(figures.on, [one for one in changed if rules.intersection(one.rules)])


def mode_label(rule: str, stored: str | None) -> str:
    """How a rule works in an edition, in words: « bloque », « avertit », « ne s’applique plus »…"""
    if stored == "":
        return "ne s’applique plus"
    mode = rule_texts()[rule].mode if stored is None else Mode(stored)
    return mode.label


def _mode(stored: str) -> str:
    return "" if stored == LEFT_OUT else Mode(stored).value


def read(text: str, like: Any) -> Any:
    """Read a stored value in the type of the parameter's default: « oui », « 24 », « 0.5 », « 44, 49 ».

    Raises ValueError when it is written otherwise.
    """
    text = text.strip()
    if isinstance(like, bool):
        if text not in ("oui", "non"):
            raise ValueError(f"neither oui nor non: {text!r}")
        return text == "oui"
    if isinstance(like, int | Decimal):
        if not _NUMBER.fullmatch(text) or (isinstance(like, int) and "." in text):
            raise ValueError(f"not a number of this sort: {text!r}")
        return type(like)(text)
    if isinstance(like, tuple):
        parts = tuple(part.strip() for part in text.split(","))
        if not all(parts):
            raise ValueError(f"an empty value in a list: {text!r}")
        return parts
    if not text:
        raise ValueError("nothing written")
    return text


def with_unit(value: Any, unit: str) -> str:
    """A typed value as one reads it in French: « 24 heures par semaine », « oui », « 44, 49 et 53 »."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | Decimal):
        return mesure(value, unit)
    return liste(value) if isinstance(value, tuple) else str(value)


def written(value: Any) -> str:
    """The reverse of `read`: how a value is stored, in the base and on a receipt."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
