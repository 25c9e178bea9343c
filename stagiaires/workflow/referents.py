"""The person of the Réseau pour l'emploi who follows an action until the return to work (R104)."""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from sessions.models import Session
from sessions.workflow import publication
from stagiaires.models import SessionReferent
from stagiaires.notices import ReferentNamed
from stagiaires.queries import positionings as queries


def eligible(hat: Membership) -> QuerySet[Membership]:
    """Whom this hat may name: the people of its own agency."""
    return active_hats(organisation=hat.organisation_id).order_by("user__last_name", "user__first_name", "id")


def may_name(session: Session, hat: Membership) -> bool:
    """A valideur, unless another agency follows the action already."""
    if hat.kind != OrganisationKind.VALIDEUR:
        return False
    current = queries.referent_of(session)
    return (
        current is None or current.membership.organisation_id == hat.organisation_id or not current.membership.is_active
    )


def name(session: Session, membership: Membership, hat: Membership) -> SessionReferent:
    """Name the action's referent; the one before, of the same agency or gone, is thanked.

    A session that waited for this alone begins at once.

    Raises Refused when another agency follows the action, and for a person of another agency.
    """
    if not may_name(session, hat):
        raise Refused("Cette session a déjà un référent, d’un autre service du Réseau pour l’emploi (R104).")
    if not eligible(hat).filter(pk=membership.pk).exists():
        raise Refused("Choisissez une personne de votre organisation.")
    with (
        transaction.atomic(),
        lost_race({"session_one_referent": "Un référent vient d’être désigné pour cette session."}),
    ):
        current = SessionReferent.objects.select_for_update(of=("self",)).filter(session=session, until=None).first()
        if current is not None:
            if current.membership_id == membership.pk:
                return current
            current.until = timezone.now()
            current.save(update_fields=["until"])
        made = SessionReferent.objects.create(session=session, membership=membership)
        publication.begin_if_due(pk=session.pk)
        label = f"Référent du Réseau pour l’emploi désigné : {membership.organisation}"
        events.record(session, "session.referent", label[:300], hat=hat, detail={"referent": made.pk})
        if membership.pk != hat.pk:
            text = f"{hat.user} vous désigne référent de {session.title} ({session.number})"
            url = reverse("session_fiche", args=[session.number])
            notify(ReferentNamed, [membership], session, text, url, dedupe_key=str(made.pk))
    return made
