"""Two tenants of every kind, and the Région's people."""

from tests.access.world.base import TENANTS, World
from tests.factories.accounts import hat
from tests.factories.sessions import located_organisme


def build(world: World) -> None:
    for kind in TENANTS:
        place = {"organisation": located_organisme()} if kind == "organisme" else {}
        world.hats[kind] = hat(kind, **place)
        place = {"organisation": located_organisme()} if kind == "organisme" else {}
        world.others[kind] = hat(kind, **place)
    world.hats["membre"] = hat("employeur", "membre", organisation=world.hats["employeur"].organisation)
    region = hat("region", "decideur")
    world.hats["decideur"] = region
    for role in ("gestionnaire", "finances", "administrateur"):
        world.hats[role] = hat("region", role, organisation=region.organisation)
