"""Hats: given another role, taken off, given back. Never deleted, and never the last administrator's."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import Membership, Organisation, User
from core.accounts.queries import administrators_of
from core.accounts.workflow.rights import lock, must_manage
from core.journal.events import record
from core.journal.refusals import Refused

LAST_ADMINISTRATOR = "Une organisation garde toujours un administrateur. Nommez-en un autre d’abord."


@transaction.atomic
def change_role(hat: Membership, member: Membership, role: str) -> None:
    """Give a member another role of his kind of organisation.

    Raises:
        Refused: no right, no such role there, or the last administrator.
    """
    lock(member.organisation)
    must_manage(hat, member.organisation)
    member.refresh_from_db()
    if role not in Role.for_kind(member.kind):
        raise Refused("Ce rôle n’existe pas dans cette organisation.")
    if not member.is_active:
        raise Refused("Cette personne n’est plus membre de l’organisation.")
    if role == member.role:
        return
    if member.role == Role.ADMINISTRATEUR:
        _must_not_be_last(member)
    before = member.get_role_display()
    member.role = role
    member.save(update_fields=["role"])
    record(
        member.organisation,
        "membre.role",
        f"{member.user} : {before} devient {member.get_role_display()}"[:300],
        hat=hat,
        detail={"member": member.pk, "role": role},
    )


@transaction.atomic
def deactivate(hat: Membership, member: Membership) -> None:
    """Take a hat off someone; what he did under it stays.

    Raises:
        Refused: no right, already done, or the last administrator.
    """
    lock(member.organisation)
    must_manage(hat, member.organisation)
    member.refresh_from_db()
    if not member.is_active:
        raise Refused("Cette personne n’est déjà plus membre de l’organisation.")
    if member.role == Role.ADMINISTRATEUR:
        _must_not_be_last(member)
    member.is_active = False
    member.deactivated_at = timezone.now()
    member.deactivated_by = hat.user
    member.save(update_fields=["is_active", "deactivated_at", "deactivated_by"])
    record(
        member.organisation,
        "membre.desactive",
        f"{member.user} n’est plus membre"[:300],
        hat=hat,
        detail={"member": member.pk},
    )


@transaction.atomic
def reactivate(hat: Membership, member: Membership) -> None:
    """Give a former member his hat back, with the role he had.

    Raises:
        Refused: no right, he is a member already, or his account is closed.
    """
    must_manage(hat, member.organisation)
    member.refresh_from_db()
    if not member.user.is_active:
        raise Refused("Le compte de cette personne est fermé.")
    try:
        with transaction.atomic():
            updated = Membership.objects.filter(pk=member.pk, is_active=False).update(
                is_active=True, deactivated_at=None, deactivated_by=None
            )
    except IntegrityError as error:
        raise Refused("Cette personne est déjà membre de l’organisation.") from error
    if not updated:
        raise Refused("Cette personne est déjà membre de l’organisation.")
    member.refresh_from_db()
    record(
        member.organisation,
        "membre.reactive",
        f"{member.user} est de nouveau membre"[:300],
        hat=hat,
        detail={"member": member.pk},
    )


def give_hat(user: User, organisation: Organisation, role: str) -> tuple[Membership, bool]:
    """(the person's active hat in this organisation, whether it was given now). A former hat is given back.

    Call it in a transaction: an invitation and an answer at the same instant wait for one another.
    """
    lock(organisation)
    former = Membership.objects.filter(user=user, organisation=organisation).order_by("-is_active", "-id").first()
    if former is None:
        return Membership.objects.get_or_create(
            user=user, organisation=organisation, is_active=True, defaults={"role": role}
        )
    if former.is_active:
        return former, False
    former.is_active, former.deactivated_at, former.deactivated_by, former.role = True, None, None, role
    former.save(update_fields=["is_active", "deactivated_at", "deactivated_by", "role"])
    return former, True


def _must_not_be_last(member: Membership) -> None:
    if not administrators_of(member.organisation).exclude(pk=member.pk).exists():
        raise Refused(LAST_ADMINISTRATOR)
