"""The small shapes that list components take: dataclasses with defaults, so that a template reads no missing key.

A view may pass these, plain dicts with the same keys, or tuples in the same order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from typing import Any

from core.ui.components import ComponentError


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    """``state``: done, current or todo. ``note`` follows the label (« , le 2 nov. »)."""

    label: str
    state: str = "todo"
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Fact:
    label: str
    value: Any
    rule: str = ""
    url: str = ""


@dataclass(frozen=True)
class Event:
    when: datetime | date
    title: str
    text: str = ""
    actor: str = ""
    tone: str = "info"


@dataclass(frozen=True)
class Attachment:
    label: str
    url: str
    size: int | None = None


@dataclass(frozen=True)
class Message:
    author: str
    when: datetime
    text: str
    mine: bool = False
    files: Iterable[Any] = ()


@dataclass(frozen=True)
class Way:
    """A way out: who acts, what, and the address of the action. ``mine``: the reader can do it now."""

    actor: str
    title: str
    text: str = ""
    url: str = ""
    action: str = ""
    mine: bool = False


@dataclass(frozen=True)
class Chip:
    label: str
    url: str


@dataclass(frozen=True)
class Todo:
    title: str
    text: str = ""
    tone: str = "info"
    when: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Finding:
    tone: str
    text: str
    rule: str = ""


@dataclass(frozen=True)
class Cited:
    tone: str
    title: str
    quote: str
    source: str
    rule: str = ""
    text: str = ""


PARTS: dict[str, type] = {
    "crumb": Crumb,
    "step": Step,
    "fact": Fact,
    "event": Event,
    "attachment": Attachment,
    "message": Message,
    "way": Way,
    "chip": Chip,
    "todo": Todo,
    "finding": Finding,
    "cited": Cited,
}


def parts(kind: str, items: Iterable[Any] | None) -> list[Any]:
    """Give ``items`` as the dataclass named ``kind``; objects that already carry its fields pass as they are.

    Raises:
        ComponentError: for a dict with an unknown or a missing key, or a tuple of the wrong length.
    """
    shape = PARTS[kind]
    names = [f.name for f in dataclass_fields(shape)]
    out: list[Any] = []
    for item in items or ():
        if isinstance(item, shape):
            out.append(item)
        elif isinstance(item, Mapping | tuple | list):
            try:
                out.append(shape(**item) if isinstance(item, Mapping) else shape(*item))
            except TypeError as error:
                raise ComponentError(f"{kind}: {error}") from error
        elif all(hasattr(item, name) for name in names):
            out.append(item)
        else:
            raise ComponentError(f"{kind} cannot be made from {item!r}; it has {', '.join(names)}")
    return out
