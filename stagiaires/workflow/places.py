"""The public sheet says whether a session still recruits: it is made again when its last place is taken, or freed."""

from core.journal.events import subscribe
from sessions.enums import SessionState
from sessions.models import Session
from sessions.workflow import publication
from stagiaires.models import Parcours


@subscribe("parcours.admis")
@subscribe("parcours.annule")
@subscribe("parcours.abandonne")
@subscribe("parcours.exclu")
def on_places(*, parcours: Parcours) -> None:
    """Places are counted by the database, which holds the session's row until the end of the act."""
    session = Session.objects.get(pk=parcours.session_id)
    if session.places_left <= 1 and session.state in SessionState.public():
        publication.schedule(session)
