"""The lists of candidacies, declared once for each who reads them."""

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from core.accounts.enums import OrganisationKind
from core.ui import html
from core.ui.french import jour_court
from core.ui.tables import Column, Table
from stagiaires.enums import PositioningState
from stagiaires.models import Positioning

TONES = {
    PositioningState.PROPOSE: "doute",
    PositioningState.CONVOQUE: "info",
    PositioningState.EN_ATTENTE: "doute",
    PositioningState.ADMIS: "ok",
    PositioningState.REFUSE: "non",
    PositioningState.ABSENT: "line",
    PositioningState.RETIRE: "line",
}


def state_badge(positioning: Positioning, kind: str) -> SafeString:
    """The state in the words of the reader: « À étudier » for the organisme, « Proposé » for the valideur."""
    state = PositioningState(positioning.state)
    label = str(state.label) if kind == OrganisationKind.ORGANISME else state.valideur_label
    return html.badge(label, TONES[state])


def _late(positioning: Positioning) -> str:
    due = positioning.answer_due_on
    waits = positioning.state in PositioningState.waiting()
    return f"Réponse attendue depuis le {jour_court(due)}" if waits and due and due < timezone.localdate() else ""


def _page(positioning: Positioning) -> str:
    return reverse("positionnement_detail", args=[positioning.pk])


def _session(positioning: Positioning) -> str:
    session = positioning.session
    return f"{session.title}, {session.commune.name} ({session.number})"


_PERSON = Column("personne", "Personne", value="stagiaire", link=_page)
_SESSION = Column("session", "Session", value=_session)
_DUE = Column("attendue", "Réponse attendue le", value="answer_due_on", kind="date")
_VALIDEUR = Column("valideur", "Proposée par", value=lambda one: one.valideur or "L’organisme")
_OPINION = Column("avis", "Avis d’employeur", value=lambda one: "Donné" if one.has_employer_opinion else "Aucun")
_PROPOSED = Column("proposee", "Proposée le", value="created_at", kind="date")


def _state(kind: str) -> Column:
    return Column("etat", "État", value=lambda one: one.get_state_display(), show=lambda one: state_badge(one, kind))


def table_for(kind: str, *, one_session: bool = False) -> Table:
    """The table of this kind of reader; the session's column goes where there is only one."""
    session = [] if one_session else [_SESSION]
    state = _state(kind)
    match kind:
        case OrganisationKind.VALIDEUR:
            columns = [_PERSON, *session, state, _DUE, Column("conseiller", "Suivie par", value="advisor.user")]
        case OrganisationKind.ORGANISME:
            columns = [_PERSON, *session, state, _VALIDEUR, _OPINION, _DUE]
        case OrganisationKind.EMPLOYEUR:
            short = Column("candidat", "Candidat", value="stagiaire.short_name", link=_page)
            columns = [short, *session, state, _PROPOSED]
        case _:
            organisme = Column("organisme", "Organisme", value="session.organisme")
            columns = [_PERSON, *session, organisme, _VALIDEUR, state, _DUE]
    flag = None if kind == OrganisationKind.EMPLOYEUR else _late
    return Table("Candidatures", columns, flag=flag)
