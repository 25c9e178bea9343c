"""What the employer and the valideur say of a candidate: heard and kept, the organisme decides (R88)."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from intentions.rules import Milestone as Step
from orders.workflow.people import members_of
from sessions.models import Session
from stagiaires.enums import PositioningState, Side
from stagiaires.models import CandidateOpinion, Positioning
from stagiaires.notices import OpinionAsked, OpinionGiven, tell
from stagiaires.queries import positionings as queries
from stagiaires.workflow import milestones


def give(positioning: Positioning, hat: Membership, *, favourable: bool, text: str) -> CandidateOpinion:
    """Say what one thinks of a candidate; one who thinks again says so again, the last word counts.

    Raises Refused for a hat that is neither of an employer of the session nor of the valideur who proposed, for an
    unfavourable opinion without a reason, and once the organisme has answered.
    """
    side = _side(positioning, hat)
    if not favourable and not text.strip():
        raise Refused("Dites ce qui vous fait hésiter : l’organisme en tient compte pour sa réponse.")
    with transaction.atomic():
        locked = Positioning.objects.select_for_update(of=("self",)).select_related("session__organisme")
        held = locked.get(pk=positioning.pk)
        if held.state not in (*PositioningState.waiting(), PositioningState.ABSENT):
            raise Refused("L’organisme a déjà répondu à cette candidature.")
        said = CandidateOpinion.objects.create(
            positioning=held, side=side, author=hat, favourable=favourable, text=text.strip()
        )
        words = "favorable" if favourable else "défavorable"
        label = f"Avis {words} de l’employeur" if side == Side.EMPLOYEUR else f"Avis {words} du valideur"
        events.record(held, "candidature.avis", label, hat=hat)
        session = held.session
        told = f"{session.title} ({session.number}) : {hat.organisation} donne un avis {words} sur un candidat"
        tell(OpinionGiven, members_of(session.organisme), held, told, once=str(said.pk))
        if side == Side.EMPLOYEUR:
            milestones.keep(session, hat.organisation, Step.RECRUTEMENT, hat)
    return said


def _side(positioning: Positioning, hat: Membership) -> Side:
    if hat.kind == OrganisationKind.VALIDEUR and positioning.valideur_id == hat.organisation_id:
        return Side.VALIDEUR
    is_employer = hat.kind == OrganisationKind.EMPLOYEUR
    if is_employer and queries.employers_of(positioning.session).filter(pk=hat.organisation_id).exists():
        if positioning.advisor.user_id == hat.user_id:
            raise Refused("Vous avez proposé cette personne comme conseiller : un collègue donne l’avis (R88).")
        return Side.EMPLOYEUR
    raise Refused("Le valideur qui a proposé la personne et les employeurs de la session donnent leur avis (R88).")


def ask_employers(session: Session) -> None:
    """Tell the employers, once a day at most, that candidates wait for their opinion."""
    employers = queries.employers_of(session).values("pk")
    hats = list(active_hats(organisation__in=employers))
    if hats:
        text = f"Des candidats sont proposés sur {session.title} ({session.number}) : votre avis est attendu"
        url = reverse("session_candidats", args=[session.number])
        notify(OpinionAsked, hats, session, text, url, dedupe_key=f"{timezone.localdate():%Y-%m-%d}")
