"""Who looks and what there is to see, on the two sides of every wall."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from core.accounts.hats import SESSION_KEY
from core.accounts.models import Membership
from tests.factories.accounts import UserFactory

ABSENT = 987_654_321
REGION = ("gestionnaire", "decideur", "finances", "administrateur")
FILERS = ("employeur", "membre", "organisme", "valideur", "relais", *REGION)
HATS = (*FILERS, "cariforef")
ROLES = ("anonyme", "sans_casquette", *HATS)
TENANTS = ("employeur", "organisme", "valideur", "relais", "cariforef")


@dataclass
class World:
    """Who looks (`hats`, by role) and what there is to see."""

    hats: dict[str, Membership] = field(default_factory=dict)
    others: dict[str, Membership] = field(default_factory=dict)
    mine: dict[str, dict[str, Any]] = field(default_factory=dict)
    theirs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A client signed in as this role, or a visitor."""
        client = Client()
        if role == "sans_casquette":
            client.force_login(UserFactory())
        elif role != "anonyme":
            client.force_login(self.hats[role].user)
            session = client.session
            session[SESSION_KEY] = self.hats[role].pk
            session.save()
        return client

    def put(self, sort: str, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Both are by role; a role that is not named has nothing of its own, or no wall before it."""
        self.mine[sort], self.theirs[sort] = mine, theirs


def pairs(roles: dict[str, Any], lot: Any, second: Any, name: str = "member") -> dict[str, Any]:
    return {role: {"pk": lot.pk, name: second.pk} for role in roles}
