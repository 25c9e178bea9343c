"""A session's life: its next information meeting, the balance once every result is noted, then the closing.

Its start and its end are the calendar's (`publication.follow_the_calendar`).
"""

from datetime import datetime

from django.db import transaction

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from core.rulebook import parameters
from core.rules import Audience
from sessions.enums import SessionMove, SessionState
from sessions.facts import judge_session
from sessions.models import Session, SessionRequest
from sessions.rules import SessionAct
from sessions.workflow import publication


def note_meeting(session: Session, at: datetime | None) -> None:
    """The sheet says its next information meeting from now on, or that none is planned. In the caller's transaction."""
    changed = SessionRequest.objects.filter(pk=session.request_id).exclude(meeting_on=at).update(meeting_on=at)
    if changed and session.state in SessionState.public():
        publication.schedule(session)


def take_stock(session: Session, hat: Membership, *, label: str) -> Session:
    """The organisme says that all is noted; `label` sums it up in the history. Raises Refused outside its turn."""
    with transaction.atomic():
        held = _held(session, SessionMove.FAIRE_BILAN.sources)
        if hat.kind != OrganisationKind.ORGANISME or held.organisme_id != hat.organisation_id:
            raise Refused("L’organisme de la session en fait le bilan.")
        held.faire_bilan()
        held.save(update_fields=["state"])
        events.record(held, "session.bilan", label[:300], hat=hat)
    return held


def close(session: Session, hat: Membership) -> Session:
    """The Région closes a session whose balance is made. Raises Refused outside its turn, or for what R106 asks."""
    with transaction.atomic():
        held = _held(session, SessionMove.CLORE.sources)
        if hat.kind != OrganisationKind.REGION:
            raise Refused("La Région clôt la session.")
        judgement = judge_session(held, parameters.current(), SessionAct.CLORE)
        if judgement.blocking:
            raise Refused(" ".join(finding.message(Audience.REGION) for finding in judgement.blocking))
        held.clore()
        held.save(update_fields=["state"])
        events.record(held, "session.close", "Session close", hat=hat)
    return held


def _held(session: Session, states: tuple[str, ...]) -> Session:
    held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if held.state not in states:
        raise Refused(f"La session {held.number} est « {held.get_state_display()} » : ce n’est pas le moment.")
    return held
