"""What a session takes from its lot: the composante asked for when it is authorised, given back when it falls away."""

from core.accounts.models import Membership
from orders.enums import ComposanteKind, ComposanteState
from orders.models import Composante
from orders.queries import composantes_of
from orders.workflow import composantes, following
from orders.workflow.composantes import Training
from sessions.enums import AccessMode
from sessions.models import Session


def engage_hours(session: Session, *, hat: Membership) -> Composante:
    """Hours with the organisme × places, on the session's lot. Raises Refused when the lot has not that many left.

    Authorised again after being looked at (R18), the session keeps its composante when nothing was changed. Ordered
    hours that are no longer those of the session are brought to them by an avenant, prepared for the gestionnaire.
    """
    training = Training(
        organisme=session.organisme,
        title=session.title,
        places=session.seats,
        hours_each=session.request.hours_training,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        reference=session.number,
        origin=session,
    )
    known = composantes_of(session)
    if known and known[0].state == ComposanteState.COMMANDEE:
        return following.bring_to(known[0], training, hat=hat)
    if known:
        return composantes.follow(known[0], training, hat=hat)
    kind = ComposanteKind.SOCLE if session.access_mode == AccessMode.SOCLE else ComposanteKind.INTENTION
    return composantes.engage(session.lot, kind, training, hat=hat)


def drop_hours(session: Session, *, hat: Membership, reason: str) -> None:
    """The session will not take place: its hours go back to the lot, or its order is to be changed by an avenant."""
    for composante in composantes_of(session):
        composantes.drop(composante, hat=hat, reason=reason)
