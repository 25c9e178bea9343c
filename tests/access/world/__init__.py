"""Two tenants of every kind, the Région, and one object of each sort on both sides of every wall.

Side A signs in and looks; side B owns what must stay unseen. `World.mine` and `World.theirs` name, for a
sort of object and a role, the one that the role may reach and one that it must not.
"""

from django.db import transaction

from tests.access.world import market, needs, people, records, requests, training
from tests.access.world.base import ABSENT, FILERS, HATS, REGION, ROLES, TENANTS, World

__all__ = ["ABSENT", "FILERS", "HATS", "REGION", "ROLES", "TENANTS", "World", "build"]


@transaction.atomic
def build() -> World:
    """Make the whole world; about a second."""
    world = World()
    for room in (people, needs, market, requests, records, training):
        room.build(world)
    return world
