"""Who is told of what happens on a lot, or of a request on it."""

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation
from core.accounts.queries import active_hats
from orders.models import Lot


def members_of(organisation: Organisation) -> list[Membership]:
    """The people who wear this organisation's hat now."""
    return list(active_hats(organisation=organisation))


def region_of(lot: Lot | None) -> list[Membership]:
    """Who follows a lot at the Région: its gestionnaire (R106), or all of them when none is named or he has left."""
    hats = active_hats(organisation__kind=OrganisationKind.REGION, role=Role.GESTIONNAIRE)
    referent = list(hats.filter(user=lot.gestionnaire_id)) if lot and lot.gestionnaire_id else []
    return referent or list(hats.order_by("id"))
