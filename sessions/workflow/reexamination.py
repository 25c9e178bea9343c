"""What the Région decides of a session that an employer has left before its start (R18): the same acts as for any
request, and one more: keep it with fewer places.
"""

from django.db import transaction

from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.ui.french import pluriel
from sessions.enums import RequestState
from sessions.models import Decision, SessionRequest
from sessions.queries.cascade import standing
from sessions.workflow import decisions


def keep(request: SessionRequest, hat: Membership, seats: int, note: str = "") -> Decision:
    """Confirm a frozen session with fewer places, as many as there are posts at the most (R11).

    Judged as it then stands: the head count has its say (R67 to R72). Its hours on the lot follow: given back at once,
    or by an avenant that is prepared for the gestionnaire when they are ordered.
    """
    with transaction.atomic():
        locked = decisions.locked_for(request, hat, decisions.DECIDERS, (RequestState.A_REEXAMINER,))
        posts = standing(locked).count()
        if not 1 <= seats <= posts:
            raise Refused(f"La session peut garder de 1 à {pluriel(posts, 'place')} : une par poste (R11).")
        locked.seats = seats
        locked.save()
        return decisions.authorise(locked, hat, note=note)
