"""One line of the table, and the names it gives to several roles."""

from dataclasses import dataclass, field
from typing import Any

from tests.access.world import FILERS, HATS, REGION, ROLES

GROUPS = {"tous": ROLES, "hats": HATS, "filers": FILERS, "region": REGION, "personnes": ("sans_casquette", *HATS)}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    get: str | None = None
    post: str | None = None
    on: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def expected(self, method: str, role: str) -> int | str:
        """The code that this role meets before its own object; "entrer" and "accueillir" are the two redirections."""
        said = self.get if method == "GET" else self.post
        named = _read(said or "")
        if role in named:
            return named[role]
        if said is None and role != "anonyme":
            return 405
        if role == "anonyme":
            return 405 if said is None and role in _read(self.get or self.post or "") else "entrer"
        return "accueillir" if role == "sans_casquette" else 404


def _read(said: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, said.split(";"))):
        code, *names = part.split()
        for name in names:
            found |= dict.fromkeys(GROUPS.get(name, (name,)), int(code))
    return found


KEEPERS = "200 gestionnaire administrateur"
LOT_POST = "422 gestionnaire administrateur"
