"""What several files of this room do to a request."""

from django.db import connection

from core.accounts.models import Membership
from intentions.models import Intention
from sessions.models import SessionRequest


def asker(request: SessionRequest) -> Membership:
    """The one member of the organisme that asks."""
    return request.organisme.memberships.get()


def intention_of(request: SessionRequest) -> Intention:
    """The intention of its first post, read anew."""
    return request.coverages.first().post.intention


def check_promises() -> None:
    """Make the database check now what it checks when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
