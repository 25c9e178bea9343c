"""Who is told of what happens on a lot."""

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation
from orders.models import Lot


def members_of(organisation: Organisation) -> list[Membership]:
    """The people of an organisation."""
    return list(organisation.memberships.filter(is_active=True).select_related("user"))


def region_of(lot: Lot) -> list[Membership]:
    """The lot's gestionnaire at the Région, or all of them while none is named."""
    hats = Membership.objects.filter(
        organisation__kind=OrganisationKind.REGION, role=Role.GESTIONNAIRE, is_active=True
    ).select_related("user")
    return list(hats.filter(user=lot.gestionnaire_id) if lot.gestionnaire_id else hats)
