"""What stands beside a session's public sheet: who follows the action, and for some, what to do about it."""

from django.http import HttpRequest
from django.urls import reverse

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from sessions.models import Session
from sessions.views.catalogue import Beside
from stagiaires.queries import positionings as queries


def beside(request: HttpRequest, session: Session) -> list[Beside]:
    """For everyone, the agency that follows the action (R104); for those who propose or answer, where they do it."""
    hat: Membership | None = request.hat  # type: ignore[attr-defined]
    said = _acts(hat, session) if hat else []
    if referent := queries.referent_of(session):
        who = referent.membership
        name = f"{who.user}, {who.organisation}" if hat else str(who.organisation)
        said.append(Beside(f"Référent de l’action : {name}.", rule="R104"))
    return said


def _acts(hat: Membership, session: Session) -> list[Beside]:
    candidates = reverse("session_candidats", args=[session.number])
    if hat.kind == OrganisationKind.VALIDEUR:
        closed = queries.why_closed(session)
        if closed:
            others = reverse("positionnement_nouveau", args=[session.number])
            return [Beside(closed, others, "Voir où proposer la personne")]
        return [
            Beside(
                "L’organisme convoque la personne et vous répond ici, à date annoncée.",
                reverse("positionnement_nouveau", args=[session.number]),
                "Proposer une personne",
            ),
            Beside("Vos candidats et le référent de l’action.", candidates, "Suivre les candidatures"),
        ]
    own = hat.kind == OrganisationKind.ORGANISME and session.organisme_id == hat.organisation_id
    if own or hat.kind == OrganisationKind.REGION:
        return [Beside("Candidats, réunions d’information, référent.", candidates, "Voir les candidats")]
    if hat.kind == OrganisationKind.EMPLOYEUR and queries.employers_of(session).filter(pk=hat.organisation_id).exists():
        return [
            Beside("Cette session est bâtie sur vos intentions.", candidates, "Donner votre avis sur les candidats")
        ]
    return []
