"""Who else hears of a session that stops and starts again: the employers who stay in it, and the valideurs around."""

from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal.notices import notify
from core.ui.french import jour
from intentions.models import Intention
from intentions.workflow.tell import authors_of
from sessions.models import Session
from sessions.notices import SessionStopped
from sessions.queries.cascade import standing


def valideurs_near(session: Session) -> list[Membership]:
    """The valideurs of the session's département."""
    here = {"organisation__commune__departement": session.departement_id}
    return list(active_hats(organisation__kind=OrganisationKind.VALIDEUR, **here).order_by("id"))


def tell_suspended(session: Session) -> None:
    """R18: nobody is recruited for it until the Région has decided."""
    _tell(session, f"{session.title}, {_when(session)} : la session {session.number} est suspendue, un employeur s’est "
          "désisté. La Région l’examine de nouveau.")  # fmt: skip


def tell_resumed(session: Session) -> None:
    """It is open again, with the places that it now has."""
    _tell(session, f"{session.title}, {_when(session)} : la session {session.number} est confirmée par la Région, pour "
          f"{session.seats} places.")  # fmt: skip


def tell_cancelled(session: Session) -> None:
    """It will not take place. The employers hear it of their intentions, which wait again."""
    text = f"{session.title}, {_when(session)} : la session {session.number} est annulée."
    notify(SessionStopped, valideurs_near(session), session, text, _sheet(session), dedupe_key=_once())


def _tell(session: Session, text: str) -> None:
    notify(SessionStopped, valideurs_near(session), session, text, _sheet(session), dedupe_key=_once())
    stays = standing(session.request).values("post__intention")
    for intention in Intention.objects.filter(pk__in=stays).select_related("filed_by__organisation", "employer"):
        notify(SessionStopped, authors_of(intention), session, text, intention.get_absolute_url(), dedupe_key=_once())


def _when(session: Session) -> str:
    return f"le {jour(session.starts_on, weekday=False)}"


def _sheet(session: Session) -> str:
    return reverse("session_fiche", args=[session.number])


def _once() -> str:
    return timezone.now().isoformat()
