"""A dispute under way suspends the retention clock, for a person or for a session, until it is lifted."""

from django.db import transaction
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused, lost_race
from sessions.models import Session
from stagiaires.models import Hold, Stagiaire


def hold(hat: Membership, reason: str, *, stagiaire: Stagiaire | None = None, session: Session | None = None) -> Hold:
    """Nothing of this person, or of the people of this session, is erased until `lift`. Raises Refused."""
    _must_keep(hat)
    if not reason.strip():
        raise Refused("Dites pourquoi l’effacement attend : un litige, un contrôle, une demande de la personne.")
    if stagiaire is not None and stagiaire.purged_at:
        raise Refused("Le dossier de cette personne est déjà effacé.")
    with transaction.atomic(), lost_race({"hold_one_per": "L’effacement est déjà suspendu ici."}):
        made = Hold.objects.create(stagiaire=stagiaire, session=session, reason=reason.strip(), placed_by=hat)
        events.record(made, "effacement.suspendu", "Effacement suspendu", hat=hat)
    return made


def lift(held: Hold, hat: Membership, reason: str) -> Hold:
    """The clock takes its way again at the next pass. Raises Refused: lifted already, no reason."""
    _must_keep(hat)
    if not reason.strip():
        raise Refused("Dites pourquoi la suspension est levée.")
    with transaction.atomic():
        row = Hold.objects.select_for_update(of=("self",)).get(pk=held.pk)
        if row.lifted_at is not None:
            raise Refused("Cette suspension est déjà levée.")
        row.lifted_at, row.lifted_by, row.lifting_reason = timezone.now(), hat, reason.strip()
        row.save(update_fields=["lifted_at", "lifted_by", "lifting_reason"])
        events.record(row, "effacement.repris", "Suspension de l’effacement levée", hat=hat)
    return row


def _must_keep(hat: Membership) -> None:
    if hat.kind != OrganisationKind.REGION or hat.role != Role.ADMINISTRATEUR:
        raise Refused("Un administrateur de la Région suspend l’effacement, et lève la suspension.")
