"""Facts: what a verdict is made from.

A room declares its facts as a frozen dataclass that inherits from :class:`Facts`; each field is
made by :func:`fact`, is optional, and ``None`` means "not known yet". Facts go in and out of a
receipt as plain JSON values (:meth:`Facts.as_dict`, :meth:`Facts.from_dict`) without loss.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Self

from .french import typography


@dataclass(frozen=True)
class Many:
    """Kind of a field that holds a tuple of values of one kind."""

    of: type


def fact(
    label: str,
    kind: type | Many = str,
    *,
    hint: str = "",
    unit: str = "",
    supplied: bool = False,
) -> Any:
    """Declare one fact.

    ``label`` and ``hint`` are French and shown to people. ``supplied`` marks what the portal finds
    out by itself: such a fact is never asked of the reader when it is missing.
    """
    return dataclasses.field(
        default=None,
        metadata={
            "label": typography(label),
            "kind": kind,
            "hint": typography(hint),
            "unit": unit,
            "supplied": supplied,
        },
    )


class UnknownFactError(ValueError):
    """A stored file names a fact that these facts do not have."""


@dataclass(frozen=True)
class Facts:
    """Base of all facts. Instances are immutable; :meth:`with_facts` makes a changed copy."""

    def with_facts(self, **updates: Any) -> Self:
        """Return a copy with these fields changed, or these very facts when they already hold these values.

        Skips the dataclass constructor: the search for the smallest changes makes many copies.
        """
        mine = self.__dict__
        for name, value in updates.items():
            if mine.get(name) is not value:
                break
        else:
            return self
        copy = object.__new__(type(self))
        values = copy.__dict__
        values.update(mine)
        values.pop("_worked_out", None)
        values.update(updates)
        return copy

    def once(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """Return what ``work`` gives, worked out once for these facts: several rules ask it."""
        known = self.__dict__.setdefault("_worked_out", {})
        if key not in known:
            known[key] = work()
        return known[key]

    def as_dict(self) -> dict[str, Any]:
        """Return the known facts as JSON values, in the order of the fields."""
        values = self.__dict__
        return {
            name: value if type(value) in _AS_IT_IS else encode(value)
            for name in _descriptions(type(self))
            if (value := values[name]) is not None
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild facts from :meth:`as_dict`.

        Raises UnknownFactError for a name that is not a fact, ValueError for a value that cannot
        be read as the kind of its field.
        """
        known = _descriptions(cls)
        if not data.keys() <= known.keys():
            unknown = sorted(data.keys() - known.keys())
            raise UnknownFactError(f"{cls.__name__} has no fact named {', '.join(unknown)}")
        return cls(**{name: _decode(known[name]["kind"], raw) for name, raw in data.items()})

    @classmethod
    def describe(cls, name: str) -> Mapping[str, Any]:
        """Label, hint, kind, unit and origin of one fact."""
        return _descriptions(cls)[name]


_DESCRIPTIONS: dict[type[Facts], dict[str, Mapping[str, Any]]] = {}


def _descriptions(cls: type[Facts]) -> dict[str, Mapping[str, Any]]:
    if cls not in _DESCRIPTIONS:
        _DESCRIPTIONS[cls] = {field.name: field.metadata for field in dataclasses.fields(cls)}
    return _DESCRIPTIONS[cls]


_AS_IT_IS = frozenset({str, int, bool, type(None)})


def encode(value: Any) -> Any:
    """Return a value of a fact as a JSON value."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, (tuple, list)):
        return [item if type(item) in _AS_IT_IS else encode(item) for item in value]
    if isinstance(value, Facts):
        return value.once("as_dict", value.as_dict)  # the same one in many proposed changes
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _decode(kind: type | Many, raw: Any) -> Any:
    if raw is None or type(raw) is kind:
        return raw
    if isinstance(kind, Many):
        return tuple(_decode(kind.of, item) for item in raw)
    if issubclass(kind, Facts):
        return raw if isinstance(raw, kind) else kind.from_dict(raw)
    if kind is date:
        return raw if isinstance(raw, date) else date.fromisoformat(raw)
    if kind is Decimal:
        return Decimal(str(raw))
    if kind is bool:
        if not isinstance(raw, bool):
            raise ValueError(f"expected true or false, got {raw!r}")
        return raw
    build: Callable[[Any], Any] = kind
    return build(raw)
