"""Who may act on the rules."""

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal.refusals import Refused


def may_keep_rules(hat: Membership | None) -> bool:
    """The Région's administrators keep the rules; nobody else does."""
    return hat is not None and hat.is_active and hat.kind == OrganisationKind.REGION and hat.role == Role.ADMINISTRATEUR


def require_keeper(hat: Membership) -> None:
    """Raises Refused for whoever does not keep the rules."""
    if not may_keep_rules(hat):
        raise Refused("Les règles et leurs seuils sont tenus par l’administrateur de la Région.")


def keepers() -> list[Membership]:
    """The Région's administrators of today."""
    return list(active_hats(organisation__kind=OrganisationKind.REGION, role=Role.ADMINISTRATEUR).order_by("id"))
