"""Which persons a hat may see, and how much of each."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from stagiaires.enums import PositioningState
from stagiaires.models import Positioning, SensitiveReading, Stagiaire


def visible_to(hat: Membership | None) -> QuerySet[Stagiaire]:
    """A valideur: those that it positioned or wrote. An organisme: those on its sessions. The Région: all.

    Nobody else sees a person's file; an employer sees candidacies, under a short name.
    """
    if hat is None:
        return Stagiaire.objects.none()
    theirs = Positioning.objects.filter(stagiaire=OuterRef("pk"))
    written = Q(created_by__organisation=hat.organisation_id)
    match hat.kind:
        case OrganisationKind.VALIDEUR:
            return Stagiaire.objects.filter(written | Exists(theirs.filter(valideur=hat.organisation_id)))
        case OrganisationKind.ORGANISME:
            return Stagiaire.objects.filter(written | Exists(theirs.filter(session__organisme=hat.organisation_id)))
        case OrganisationKind.REGION:
            return Stagiaire.objects.all()
    return Stagiaire.objects.none()


def keeps(hat: Membership, stagiaire: Stagiaire) -> bool:
    """Whether this hat reads and corrects the whole file, sensitive facts apart.

    The organisation that wrote it, and an organisme that answers for the person now. A second valideur who proposes
    a person already known sees what it typed, and nothing of the other's file.
    """
    if stagiaire.created_by.organisation_id == hat.organisation_id:
        return True
    if hat.kind != OrganisationKind.ORGANISME:
        return False
    live = stagiaire.positionings.filter(session__organisme=hat.organisation_id)
    return live.filter(state__in=[*PositioningState.live(), PositioningState.ABSENT]).exists()


def reads_whole(hat: Membership, stagiaire: Stagiaire) -> bool:
    """Whether this hat reads contact data, level and category."""
    return hat.kind == OrganisationKind.REGION or keeps(hat, stagiaire)


def may_read_sensitive(hat: Membership, stagiaire: Stagiaire) -> bool:
    """The advisors of the valideur that follows the person, and the organisme that would admit him (R76, R79)."""
    if hat.kind not in (OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME):
        return False
    return keeps(hat, stagiaire)


def readings() -> QuerySet[SensitiveReading]:
    """Every reading and writing of sensitive facts, the last first. No name: the file's number is enough to ask."""
    return SensitiveReading.objects.select_related("hat__user", "hat__organisation").order_by("-at", "-id")
