"""Which candidacies a hat may see, what one session still takes, and who stands around it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation, User
from sessions.enums import SessionState
from sessions.models import Coverage, Session
from sessions.queries import catalogue
from stagiaires.enums import PositioningState, Side
from stagiaires.models import CandidateOpinion, Positioning, SessionReferent

NEIGHBOURS = 4


def visible_to(hat: Membership | None) -> QuerySet[Positioning]:
    """A valideur: its whole organisation's. An organisme: on its sessions. An employer: on the sessions that stand on
    its intentions, withdrawn ones apart. The Région: all.
    """
    found = Positioning.objects.all()
    if hat is None:
        return found.none()
    match hat.kind:
        case OrganisationKind.VALIDEUR:
            return found.filter(valideur=hat.organisation_id)
        case OrganisationKind.ORGANISME:
            return found.filter(session__organisme=hat.organisation_id)
        case OrganisationKind.EMPLOYEUR:
            held = Coverage.objects.filter(
                request=OuterRef("session__request"), is_live=True, post__intention__employer=hat.organisation_id
            )
            return found.filter(Exists(held)).exclude(state=PositioningState.RETIRE)
        case OrganisationKind.REGION:
            return found
    return found.none()


def for_list(positionings: QuerySet[Positioning]) -> QuerySet[Positioning]:
    """With what a row shows; those that wait the longest first."""
    said = CandidateOpinion.objects.filter(positioning=OuterRef("pk"))
    return (
        positionings.select_related("stagiaire", "session__commune", "session__organisme", "valideur", "advisor__user")
        .annotate(has_employer_opinion=Exists(said.filter(side=Side.EMPLOYEUR)))
        .order_by("answer_due_on", "created_at", "id")
    )


def for_page(positionings: QuerySet[Positioning]) -> QuerySet[Positioning]:
    return positionings.select_related(
        "stagiaire__created_by",
        "session__organisme",
        "session__commune",
        "session__request",
        "session__metier",
        "valideur",
        "advisor__user",
        "advisor__organisation",
        "answered_by__user",
        "answered_by__organisation",
        "proposed_session",
    )


def sessions_visible_to(hat: Membership) -> QuerySet[Session]:
    """The sessions whose list of candidates this hat may open."""
    shown = Session.objects.exclude(state=SessionState.AUTORISEE)
    match hat.kind:
        case OrganisationKind.ORGANISME:
            return shown.filter(organisme=hat.organisation_id)
        case OrganisationKind.REGION:
            return shown
        case OrganisationKind.VALIDEUR:
            theirs = Positioning.objects.filter(session=OuterRef("pk"), valideur=hat.organisation_id)
            return shown.filter(Q(state__in=SessionState.public()) | Exists(theirs))
        case OrganisationKind.EMPLOYEUR:
            held = Coverage.objects.filter(
                request=OuterRef("request"), is_live=True, post__intention__employer=hat.organisation_id
            )
            return shown.filter(Exists(held))
    return shown.none()


@dataclass(frozen=True)
class StateCount:
    state: str
    label: str
    count: int


def counts(positionings: QuerySet[Positioning], *, for_valideur: bool = False) -> list[StateCount]:
    """How many in each state, in the order of the enumeration, those that are empty left out."""
    found = dict(positionings.order_by().values_list("state").annotate(n=Count("pk")))
    return [
        StateCount(state.value, state.valideur_label if for_valideur else str(state.label), found[state.value])
        for state in PositioningState
        if found.get(state.value)
    ]


# ---- around a session


def employers_of(session: Session) -> QuerySet[Organisation]:
    """The employers of the intentions that the session stands on now; none in the socle."""
    held = Coverage.objects.filter(request=session.request_id, is_live=True)
    return Organisation.objects.filter(pk__in=held.values("post__intention__employer")).order_by("name", "id")


def referent_of(session: Session) -> SessionReferent | None:
    """R104: who follows the action now for the Réseau pour l'emploi."""
    return (
        SessionReferent.objects.filter(session=session, until=None)
        .select_related("membership__user", "membership__organisation")
        .first()
    )


def why_closed(session: Session, *, brought_by_organisme: bool = False, today: date | None = None) -> str:
    """Why nobody can be proposed on this session now, in French; empty when one can.

    An organisme may still bring someone to a group that runs: he replaces a leaver, or joins it (R73, R74).
    """
    today = today or timezone.localdate()
    if session.state not in SessionState.public():
        return f"La session {session.number} n’est plus au catalogue."
    if brought_by_organisme:
        return f"La session {session.number} est terminée." if session.ends_on < today else ""
    if session.enter_until < today:
        return f"La session {session.number} a commencé : on n’y entre plus."
    if session.places_left <= 0:
        return f"Toutes les places de la session {session.number} sont prises."
    return ""


def neighbours(session: Session, *, most: int = NEIGHBOURS) -> list[Session]:
    """Open sessions that could suit instead: same métier first, else same filière, the nearest département first."""
    today = timezone.localdate()
    open_now = catalogue.public().filter(enter_until__gte=today, places_left__gt=0).exclude(pk=session.pk)
    like = Q(metier=session.metier_id) if session.metier_id else Q(filiere=session.filiere_id)
    found = list(catalogue.with_card(open_now.filter(like)).order_by("starts_on", "id")[: most * 3])
    found.sort(key=lambda one: (one.departement_id != session.departement_id, one.starts_on, one.pk))
    return found[:most]


def conflict(session: Session, user: User) -> str:
    """Why this person may not propose anyone here: he wears a hat of those who choose (R88). Empty without conflict."""
    worn = set(user.memberships.filter(is_active=True).values_list("organisation_id", flat=True))
    if session.organisme_id in worn:
        return (
            "Vous portez aussi une casquette de l’organisme de cette session : c’est lui qui répond aux candidatures. "
            "Un collègue peut proposer la personne."
        )
    if employers_of(session).filter(pk__in=worn).exists():
        return (
            "Vous portez aussi une casquette d’un employeur de cette session : il donne son avis sur les candidats. "
            "Un collègue peut proposer la personne."
        )
    return ""


def refused_by_employers(session: Session) -> QuerySet[Positioning]:
    """Candidates of whom the last word of an employer is unfavourable (R91)."""
    last = CandidateOpinion.objects.filter(positioning=OuterRef("pk"), side=Side.EMPLOYEUR).order_by(
        "-created_at", "-id"
    )
    return (
        Positioning.objects.filter(session=session)
        .exclude(state=PositioningState.RETIRE)
        .annotate(last_word=Subquery(last.values("favourable")[:1]))
        .filter(last_word=False)
        .order_by("created_at", "id")
    )
