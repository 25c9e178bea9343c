"""The table of rights, held by asking every address as every role, before one's own, another's and an absent object."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.conftest import Readers
from tests.access.table import TABLE
from tests.access.table.row import Row
from tests.access.world import ABSENT, ROLES, World

pytestmark = pytest.mark.django_db

# Sign-in, second factor and back-office: tested as groups, below and in the room of accounts.
GROUPS = ("account_", "mfa_")
GROUP_NAMESPACES = ("admin", "composants")
PATTERNED = {"month": "2026-10", "side": "source"}  # parts of an address that are always of the right shape
ABSENT_VALUES = {
    "token": "00000000-0000-4000-8000-000000000000",
    "number": "S1999-0001",
    "slug": "nulle-part",
    "step": "nulle-part",
    "fmt": "exe",
    "source": "nulle-part",
    "rule": "R99999",
}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the portal, with its namespace."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, one.namespace or namespace)
        else:
            yield namespace, one


@cache
def named() -> dict[str, URLPattern]:
    return {
        str(one.name): one
        for namespace, one in patterns(get_resolver())
        if namespace not in GROUP_NAMESPACES and not str(one.name).startswith(GROUPS)
    }


def test_every_address_stands_in_the_table() -> None:
    unknown, gone = named().keys() - TABLE.keys(), TABLE.keys() - named().keys()
    assert not unknown, f"Adresses sans ligne dans la table : {sorted(unknown)}"
    assert not gone, f"Lignes sans adresse : {sorted(gone)}"


def keys_of(name: str) -> dict[str, Any]:
    """What fills the address, in its order: written with converters, or as a pattern that names an object."""
    pattern = named()[name].pattern
    named_by_pattern = pattern.regex.groupindex
    return dict(pattern.converters or (named_by_pattern if "pk" in named_by_pattern else {}))


def address(name: str, row: Row, thing: Any) -> str:
    """The address of this row for this object (a record, a word, or the values themselves)."""
    values: dict[str, Any] = dict(row.more)
    if isinstance(thing, dict):
        values |= thing
    elif row.on:
        key = next(k for k in keys_of(name) if k not in row.more)
        values[key] = getattr(thing, "pk", thing)
    return reverse(name, kwargs=values)


def absent(name: str, row: Row) -> str | None:
    """The same address for an object that does not exist; None when the address holds none."""
    keys = keys_of(name)
    if keys.keys() <= PATTERNED.keys():
        return None
    return reverse(name, kwargs={key: (PATTERNED | ABSENT_VALUES).get(key, ABSENT) for key in keys})


def _plain(page: str) -> str:
    """What the page says, without its frame."""
    return page[page.index("<main") : page.index("</main>")]


def allowed(row: Row, method: str, role: str, *, own: bool) -> set[int | str]:
    """What this role may meet. Which of two walls stands first (method, hat, object) does not matter."""
    expected = row.expected(method, role)
    if expected == 405:
        within = row.expected("POST" if method == "GET" else "GET", role)
        return {405} if own and within not in (404, "entrer", "accueillir") else {405, 404, within}
    if own or expected == "entrer":
        return {expected}
    return {404, "accueillir"} if expected == "accueillir" else {404}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_meets_what_the_table_says(world: World, readers: Readers, role: str) -> None:
    reader, wrong = readers[role], []
    pages: dict[tuple[bool, str], str] = {}
    for name, row in TABLE.items():
        mine, theirs = world.mine.get(row.on, {}), world.theirs.get(row.on, {})
        cases: list[tuple[str, str]] = []
        if not row.on:
            cases.append(("le sien", address(name, row, None)))
        elif role in mine:
            cases.append(("le sien", address(name, row, mine[role])))
        elif role in ("anonyme", "sans_casquette") and mine:
            cases.append(("un objet", address(name, row, next(iter(mine.values())))))
        if role in theirs:
            cases.append(("celui d’un autre", address(name, row, theirs[role])))
        if missing := absent(name, row):
            cases.append(("absent", missing))
        for method in ("GET", "POST"):
            for case, url in cases:
                own = case in ("le sien", "un objet")
                answer = reader.get(url) if own and method == "GET" else reader.ask(method, url, row.data)
                code = answer.code
                good = allowed(row, method, role, own=own)
                if code not in good:
                    wrong.append(f"{method:5}{name:32}{case:18}attendu {sorted(map(str, good))}, reçu {code}")
                if code == 404 and role not in ("anonyme", "sans_casquette"):
                    pages[name.startswith("espace"), _plain(answer.page)] = url
    assert not wrong, f"{role} :\n" + "\n".join(wrong)
    # Two pages: a personal link that opens nothing, whatever it was, says how to get a new one.
    assert len(pages) == len({personal for personal, _ in pages}), f"« Page absente » diffère : {list(pages.values())}"
