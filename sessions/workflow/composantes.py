"""What a session takes from its lot: the composante asked for when it is authorised, given back when it falls away."""

from core.accounts.models import Membership
from orders.enums import ComposanteKind, ComposanteState
from orders.models import Composante
from orders.queries import composantes_of
from orders.workflow import composantes, following
from orders.workflow.composantes import Training, lock_composante
from sessions.enums import AccessMode, HeadCountCase
from sessions.models import Session

_ORDERED = (ComposanteState.COMMANDEE, ComposanteState.SOLDEE)


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
    kind, completes = _kind_of(session)
    return composantes.engage(session.lot, kind, training, hat=hat, completes=completes)


def _kind_of(session: Session) -> tuple[ComposanteKind, Composante | None]:
    """What is bought: the socle, a complement of a session that is ordered on the same lot (R72), or on intentions."""
    request = session.request
    if session.access_mode == AccessMode.SOCLE:
        return ComposanteKind.SOCLE, None
    if request.head_count_case == HeadCountCase.COMPLEMENTAIRE:
        completed = next((one for one in composantes_of(request.complements) if one.state in _ORDERED), None)
        if completed is not None and completed.lot_id == session.lot_id:
            return ComposanteKind.COMPLEMENTAIRE, completed
    return ComposanteKind.INTENTION, None


def drop_hours(session: Session, *, hat: Membership, reason: str) -> None:
    """The session will not take place: its hours, and those that complete them, go back to the lot.

    What an order carries is to be taken off it by an avenant.
    """
    for composante in [lock_composante(one) for one in composantes_of(session)]:  # all of them before the books
        composantes.drop(composante, hat=hat, reason=reason)
