"""Who sees what of organisations, members and invitations."""

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Invitation, JoinRequest, Membership, Organisation, User


def active_hats(**where: object) -> QuerySet[Membership]:
    """Hats that are worn today: active, of an active person, in an active organisation."""
    return Membership.objects.filter(
        is_active=True, user__is_active=True, organisation__is_active=True, **where
    ).select_related("user", "organisation")


def administrators_of(organisation: Organisation) -> QuerySet[Membership]:
    """The hats that manage an organisation's members."""
    return active_hats(organisation=organisation, role=Role.ADMINISTRATEUR)


def manageable_by(hat: Membership) -> QuerySet[Organisation]:
    """Organisations whose members and details this hat may change: its own as administrator; all, for the
    Région's administrators."""
    if hat.role != Role.ADMINISTRATEUR:
        return Organisation.objects.none()
    if hat.kind == OrganisationKind.REGION:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk=hat.organisation_id)


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Every hat of the organisation, the active first, then by name."""
    return organisation.memberships.select_related("user", "organisation").order_by(
        "-is_active", "user__last_name", "user__first_name", "id"
    )


def pending_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations that still wait, the expired ones too (they can be sent again)."""
    return organisation.invitations.filter(accepted_at=None, cancelled_at=None).select_related("invited_by")


def waiting_join_requests(organisation: Organisation) -> QuerySet[JoinRequest]:
    return organisation.join_requests.filter(answered_at=None, user__is_active=True).select_related("user")


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Invitations that wait for a person at an address that he has proved to be his."""
    addresses = [address.lower() for address in verified_addresses(user)]
    return (
        Invitation.objects.filter(
            accepted_at=None, cancelled_at=None, expires_at__gt=timezone.now(), organisation__is_active=True
        )
        .filter(email__in=addresses)
        .select_related("organisation")
    )


def verified_addresses(user: User) -> list[str]:
    return list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def join_requests_of(user: User) -> QuerySet[JoinRequest]:
    """What the person asked and has no answer to."""
    return user.join_requests.filter(answered_at=None).select_related("organisation")


def organisations(text: str = "", kind: str = "") -> QuerySet[Organisation]:
    """The Région's list: by name or SIRET, and by kind."""
    found = Organisation.objects.order_by("name", "id")
    if kind:
        found = found.filter(kind=kind)
    if words := text.strip():
        digits = "".join(words.split())
        condition = Q(name__icontains=words) | Q(legal_name__icontains=words)
        if digits.isdigit():
            condition |= Q(siret__startswith=digits)
        found = found.filter(condition)
    return found
