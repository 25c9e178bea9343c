"""Who sees which entry in the header, filled by the rooms at start-up so that the core knows none of them.

In an ``AppConfig.ready``::

    from core.ui import navigation
    navigation.register("organisme", "Demandes", "demandes:liste", order=20)
    navigation.register("organisme", "Parcours", "parcours_liste", order=30, room="Stagiaires")
    navigation.place("contact", "Nous écrire", "portal:contact")
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

PUBLIC = "public"

# The fixed places that the shell itself links to; a room gives each its URL name.
PLACES = (
    "sign_in",
    "sign_out",
    "account",
    "organisation",
    "hat_switch",
    "accessibility",
    "privacy",
    "open_data",
    "contact",
    "rules",
    "demo",
)
FOOTER = ("accessibility", "privacy", "open_data", "contact", "rules")


@dataclass(frozen=True)
class Entry:
    """One link of the header: shown to one kind of hat, current on every address under one of ``match``.

    Those of one ``room`` stand behind a single word of the header, and side by side under it once one is there.
    """

    kind: str
    label: str
    url_name: str
    order: int
    match: tuple[str, ...]
    room: str


@dataclass(frozen=True)
class Place:
    label: str
    url_name: str


_entries: dict[tuple[str, str], Entry] = {}
_places: dict[str, Place] = {}


def register(
    kind: str | Iterable[str],
    label: str,
    url_name: str,
    order: int = 50,
    *,
    match: str | tuple[str, ...] = (),
    room: str = "",
) -> None:
    """Add a header entry for one or several kinds of hat (``PUBLIC`` for visitors without one).

    ``match`` is the address prefix (or several) under which the entry is current; by default its own address.
    ``room`` is the word that it shares with others. Registering the same kind and URL name again replaces the entry.
    """
    prefixes = (match,) if isinstance(match, str) else match
    for one in [kind] if isinstance(kind, str) else kind:
        _entries[one, url_name] = Entry(one, label, url_name, order, prefixes, room)


def place(key: str, label: str, url_name: str) -> None:
    """Say where a fixed place of the shell stands.

    Raises:
        ValueError: for a key that the shell does not know.
    """
    if key not in PLACES:
        raise ValueError(f"Unknown place {key!r}; known: {', '.join(PLACES)}")
    _places[key] = Place(label, url_name)


def place_link(key: str) -> dict[str, str] | None:
    """``{label, url}`` of a place, or None while no room has claimed it or its URL does not exist."""
    found = _places.get(key)
    if found is None:
        return None
    try:
        return {"label": found.label, "url": reverse(found.url_name)}
    except NoReverseMatch:
        return None


def entries_for(kind: str, path: str) -> list[dict[str, Any]]:
    """The header of one kind of hat: ``[{label, url, current, inside}]``, in order; the longest match is current.

    ``inside`` holds the entries of a room (same shape), and is empty for an entry alone in its own.
    """
    links: list[tuple[Entry, str]] = []
    for entry in sorted(_entries.values(), key=lambda e: (e.order, e.label)):
        if entry.kind != kind:
            continue
        try:
            links.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue
    best = ""
    for entry, url in links:
        for prefix in entry.match or (url,):
            if _under(path, prefix) and len(prefix) > len(best):
                best = prefix
    rooms: dict[str, list[dict[str, Any]]] = {}
    for entry, url in links:
        current = bool(best) and best in (entry.match or (url,))
        link = {"label": entry.label, "url": url, "current": current, "inside": []}
        rooms.setdefault(entry.room or entry.url_name, []).append(link)
    return [_behind(room, inside) for room, inside in rooms.items()]


def _behind(room: str, inside: list[dict[str, Any]]) -> dict[str, Any]:
    """The word of a room, which opens its first entry; an entry alone keeps its own."""
    if len(inside) == 1:
        return inside[0]
    current = any(link["current"] for link in inside)
    return {"label": room, "url": inside[0]["url"], "current": current, "inside": inside}


def _under(path: str, prefix: str) -> bool:
    return path == prefix or (prefix != "/" and path.startswith(prefix))
