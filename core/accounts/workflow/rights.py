"""The one right of this room: who manages an organisation's people and details."""

from core.accounts.models import Membership, Organisation
from core.accounts.queries import manageable_by
from core.journal.refusals import Refused


def must_manage(hat: Membership, organisation: Organisation) -> None:
    """Its own administrators, and the Région's.

    Raises:
        Refused: this hat is neither, or it was deactivated meanwhile.
    """
    still_worn = Membership.objects.filter(pk=hat.pk, is_active=True, role=hat.role).exists()
    if not still_worn or not manageable_by(hat).filter(pk=organisation.pk).exists():
        raise Refused("Seuls les administrateurs de l’organisation peuvent le faire.")


def lock(organisation: Organisation) -> None:
    """Hold the organisation's row: two administrators must not remove each other at the same instant."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
