"""What holds a session back on its first day: nobody of the Réseau pour l’emploi, or of the Région, follows it.

R104 and R106 are conditions of the start. Until they are met the calendar does not begin the session and nobody
enters it; each night looks again, and an entry is then dated of its own day. What an employer may still do does not
wait for them: on its day a session has begun for him (R19, `Session.has_begun`), since people were told to come.
"""

from django.urls import reverse

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.rulebook import parameters
from core.rules import Audience, Finding
from core.ui.french import jour
from orders.workflow.people import members_of, region_of
from sessions.enums import SessionMove
from sessions.facts import judge_session
from sessions.models import Session
from sessions.notices import SessionUnprepared, tell_of_session
from sessions.rules import SessionAct
from sessions.workflow.around import valideurs_near


def held_back_by(session: Session) -> list[Finding]:
    """What the rules of today still ask before this session begins; nothing once it has, or when it may."""
    if session.state not in SessionMove.DEMARRER.sources:
        return []
    return list(judge_session(session, parameters.current(), SessionAct.DEMARRER).blocking)


def is_held_back(session: Session) -> bool:
    """Whether its day has come in vain. Who can settle it is told once, with a line of its history."""
    found = held_back_by(session)
    told = 0
    for finding in found:
        text = (
            f"{session.title} ({session.number}) n’a pas pu commencer le {jour(session.starts_on, weekday=False)}. "
            f"{finding.message(Audience.ORGANISME)}"
        )
        told += tell(session, finding, text, once=f"{finding.id}:retenue")
        if finding.id == "R104":
            sheet = reverse("session_fiche", args=[session.number])
            told += notify(SessionUnprepared, valideurs_near(session), session, text, sheet, dedupe_key="retenue")
    if told:
        why = " ".join(finding.message(Audience.REGION) for finding in found)
        events.record(session, "session.retenue", "La session n’a pas pu commencer", reason=why)
    return bool(found)


def tell(session: Session, finding: Finding, text: str, *, once: str) -> int:
    """Tell who can settle what a rule asks before the start: the Région of its gestionnaire, else the organisme."""
    of_region = finding.id == "R106" and session.lot.gestionnaire_id is None
    people: list[Membership] = region_of(session.lot) if of_region else members_of(session.organisme)
    return tell_of_session(SessionUnprepared, people, session, text, once=once)
