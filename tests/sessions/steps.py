"""What several files of this room do to a request, and to the session that it becomes."""

import datetime as dt

from django.db import connection
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification
from intentions import workflow as intentions_workflow
from intentions.models import Intention
from orders.models import Composante
from orders.queries import composantes_of
from orders.workflow import bons
from sessions.models import Session, SessionRequest
from sessions.workflow.composantes import engage_hours
from tests.factories.accounts import hat
from tests.factories.sessions import published_session, waiting_intention


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


def standing_on(decider: Membership, stays: int, leaves: int, **said: object) -> tuple[Session, Intention, Intention]:
    """A published session, its hours engaged, on two employers: who stays, and who is about to leave."""
    staying, leaving = waiting_intention(stays), waiting_intention(leaves)
    posts = [*staying.posts.order_by("rank"), *leaving.posts.order_by("rank")]
    session = published_session(posts=posts, seats=stays + leaves, decider=decider, **said)
    for intention in (staying, leaving):
        intentions_workflow.cover(intention, hat=decider)
    engage_hours(session, hat=decider)
    return session, Intention.objects.get(pk=staying.pk), Intention.objects.get(pk=leaving.pk)


def withdraw(intention: Intention) -> None:
    intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le chantier est reporté.")


def start(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate() - dt.timedelta(days=10))


def again(session: Session) -> tuple[SessionRequest, Session]:
    request = SessionRequest.objects.select_related("session__lot", "organisme", "lot").get(pk=session.request_id)
    return request, request.session


def order(session: Session) -> Composante:
    """Its composante, on an order that was sent."""
    (one,) = composantes_of(session)
    keeper = hat("region", "gestionnaire")
    bons.issue(bons.prepare(one.lot, [one], keeper), keeper)
    return Composante.objects.get(pk=one.pk)


def told(kind: str) -> set[str]:
    """Kinds of hats that heard this news."""
    return set(Notification.objects.filter(kind=kind).values_list("hat__organisation__kind", flat=True))
