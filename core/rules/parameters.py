"""Dated figures that the rules read: thresholds, days, distances.

The defaults come from ``texts/parameters.toml``. A room that lets the Région edit them passes its
own :class:`Parameters` to the engine; nothing here reads a database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any


class Theme(StrEnum):
    """What a figure is about: the pages that list the figures show them theme by theme, in this order."""

    INTENTION = "intention"
    SESSION = "session"
    PERSONNE = "personne"
    EMARGEMENT = "emargement"
    LOT = "lot"
    FACTURATION = "facturation"
    SUIVI = "suivi"
    AIDES = "aides"
    CONSERVATION = "conservation"

    @property
    def label(self) -> str:
        return _THEMES[self]


_THEMES = {
    Theme.INTENTION: "L’employeur et son intention",
    Theme.SESSION: "La session et sa demande",
    Theme.PERSONNE: "Les candidatures et les parcours",
    Theme.EMARGEMENT: "Émargement",
    Theme.LOT: "Les lots et les commandes",
    Theme.FACTURATION: "Facturation",
    Theme.SUIVI: "Suivi à 3, 6 et 12 mois",
    Theme.AIDES: "Aides après l’embauche",
    Theme.CONSERVATION: "Conservation",
}


@dataclass(frozen=True)
class Parameter:
    """One figure with its unit, its source and the day from which it holds."""

    key: str
    value: Any
    unit: str
    label: str
    source: str
    valid_from: date
    theme: Theme  # like the bounds below, says nothing of the figure: not in as_dict
    rules: tuple[str, ...] = ()
    minimum: Decimal | None = None  # what an editor may enter
    maximum: Decimal | None = None
    earlier: tuple[Parameter, ...] = ()  # what the texts said before `valid_from`, the latest first

    def of(self, day: date) -> Parameter:
        """What the texts say on a day; before everything that they say, the oldest."""
        said = (self, *self.earlier)
        return next((one for one in said if one.valid_from <= day), said[-1])

    @property
    def short_label(self) -> str:
        """The label as it reads under the title of its theme: « Facturation : délai… » is « Délai… »."""
        said = self.label.removeprefix(f"{self.theme.label} : ")
        return said[:1].upper() + said[1:]

    def as_dict(self) -> dict[str, Any]:
        value = self.value
        return {
            "key": self.key,
            "value": str(value) if isinstance(value, Decimal) else value,
            "unit": self.unit,
            "label": self.label,
            "source": self.source,
            "valid_from": self.valid_from.isoformat(),
        }


class Parameters(Mapping[str, Any]):
    """Frozen mapping from a key to its value; :meth:`describe` gives unit, source and date.

    ``on`` is the day whose edition this is (None: the texts' own figures, of no day in particular), and
    ``switches`` the rules that the Région has switched on that day: an id and its mode, "" for a rule left out.
    :meth:`RuleSet.edition` reads both, so that whoever judges with these figures judges with the rules of their day.
    """

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        *,
        on: date | None = None,
        switches: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._parameters = dict(parameters)
        self.on = on
        self.switches = switches
        self._values = {key: parameter.value for key, parameter in self._parameters.items()}
        canonical = json.dumps(
            [self._parameters[key].as_dict() for key in sorted(self._parameters)],
            ensure_ascii=False,
            sort_keys=True,
        )
        self.digest = hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The rules that no longer speak; what one of them allowed falls back under the rule that it was lifting."""
        return frozenset(rule for rule, mode in self.switches if not mode)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def describe(self, key: str) -> Parameter:
        return self._parameters[key]

    def by_theme(self) -> dict[Theme, list[Parameter]]:
        """Every figure under its theme, in the order of the themes, then of the texts; no theme is empty."""
        found: dict[Theme, list[Parameter]] = {theme: [] for theme in Theme}
        for parameter in self._parameters.values():
            found[parameter.theme].append(parameter)
        return {theme: group for theme, group in found.items() if group}

    def with_values(self, **values: Any) -> Parameters:
        """Return a copy in which these keys have another value ("what if 24 h became 20 h?").

        Raises KeyError for a key that does not exist.
        """
        changed = dict(self._parameters)
        for key, value in values.items():
            changed[key] = replace(changed[key], value=value)
        return Parameters(changed, on=self.on, switches=self.switches)

    def without_rules(self, rules: Iterable[str]) -> Parameters:
        """Return a copy, of the same name and figures, for which these rules no longer speak."""
        found = copy(self)
        found.__dict__.pop("left_out", None)
        found.switches = tuple(sorted((dict(self.switches) | dict.fromkeys(rules, "")).items()))
        return found
