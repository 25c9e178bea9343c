"""What every act on an intention starts with: the lock, and the question of who may."""

from core.accounts.enums import OrganisationKind, RelaisKind, Role
from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.rulebook import receipts
from intentions.enums import Origin
from intentions.models import Intention

_MOVED = "Entre-temps, cette intention est devenue «\u00a0{state}\u00a0». Rien n’a été changé."


def locked(intention: Intention, *, judged: bool = False) -> Intention:
    """The row as it stands now, held until the end of the transaction.

    Args:
        judged: a receipt follows, here or in a room above: its chain is held first, as every such act does.
    """
    if judged:
        receipts.hold_chain()
    return (
        Intention.objects.select_for_update(of=("self",))
        .select_related("employer", "workplace_commune", "certification", "filed_by__organisation", "engaged_organisme")
        .get(pk=intention.pk)
    )


def require_state(intention: Intention, *states: str) -> None:
    """Refuse when another person was quicker."""
    if intention.state not in states:
        raise Refused(_MOVED.format(state=intention.get_state_display().lower()))


def require_owner(intention: Intention, hat: Membership | None) -> None:
    """Its author's organisation, its employer, or the employer by his link (None)."""
    if hat is None or hat.organisation_id in (intention.filed_by.organisation_id, intention.employer_id):
        return
    raise Refused("Cette intention se modifie par son auteur ou par son employeur.")


def require_region(hat: Membership, *roles: str) -> None:
    """A member of the Région in one of these roles."""
    if hat.kind != OrganisationKind.REGION or hat.role not in roles:
        wanted = " ou ".join(Role(role).label.lower() for role in roles)
        raise Refused(f"Cet acte revient à la Région\u00a0: {wanted}.")


def origin_of(hat: Membership) -> str:
    """R13: which of the five ways in this hat is."""
    match hat.kind:
        case OrganisationKind.EMPLOYEUR:
            return Origin.EMPLOYEUR
        case OrganisationKind.ORGANISME:
            return Origin.ORGANISME
        case OrganisationKind.VALIDEUR:
            return Origin.RESEAU_EMPLOI
        case OrganisationKind.RELAIS:
            return Origin.OPCO if hat.organisation.relais_kind == RelaisKind.OPCO else Origin.REGION
        case OrganisationKind.REGION:
            return Origin.REGION
    raise Refused("Cette casquette ne dépose pas d’intention d’embauche.")
