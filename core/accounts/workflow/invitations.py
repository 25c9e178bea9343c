"""Invitations: sent by e-mail, valid for fourteen days, renewed rather than dead, accepted once."""

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import Role
from core.accounts.models import Invitation, Membership, Organisation, User
from core.accounts.notices import InvitationAccepted
from core.accounts.queries import active_hats, administrators_of, verified_addresses
from core.accounts.workflow.members import give_hat
from core.accounts.workflow.rights import must_manage
from core.journal.events import record
from core.journal.notices import notify
from core.journal.outbox import enqueue
from core.journal.refusals import Refused

VALID_FOR = timedelta(days=14)
TOPIC = "invitation.envoyer"


@transaction.atomic
def invite(hat: Membership, organisation: Organisation, email: str, role: str) -> Invitation:
    """Offer a hat to an address; the message leaves after the commit.

    Raises:
        Refused: no right, no such role, a member already, or an invitation already waits.
    """
    must_manage(hat, organisation)
    email = email.strip().lower()
    if role not in Role.for_kind(organisation.kind):
        raise Refused("Ce rôle n’existe pas dans cette organisation.")
    if active_hats(organisation=organisation, user__email__iexact=email).exists():
        raise Refused("Cette personne est déjà membre de l’organisation.")
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                email=email,
                role=role,
                invited_by=hat.user,
                expires_at=timezone.now() + VALID_FOR,
            )
    except IntegrityError as error:
        raise Refused("Une invitation attend déjà cette personne. Vous pouvez la renvoyer.") from error
    _send(invitation)
    record(organisation, "invitation.envoyee", f"Invitation envoyée à {email}", hat=hat)
    return invitation


@transaction.atomic
def resend(hat: Membership, invitation: Invitation) -> None:
    """Send a new link, valid for another fourteen days; the old link stops working.

    Raises:
        Refused: no right, or the invitation no longer waits.
    """
    must_manage(hat, invitation.organisation)
    _renew(invitation)
    record(invitation.organisation, "invitation.renvoyee", f"Invitation renvoyée à {invitation.email}", hat=hat)


@transaction.atomic
def renew(invitation: Invitation) -> None:
    """Whoever holds an expired link asks for a new one: it goes to the invited address, and only there.

    Raises:
        Refused: the invitation no longer waits, still works, or its organisation is closed.
    """
    if not invitation.organisation.is_active:
        raise Refused("Cette organisation est fermée.")
    if invitation.is_pending and not invitation.is_expired:
        raise Refused("Votre lien marche encore.")
    _renew(invitation)
    record(
        invitation.organisation,
        "invitation.renouvelee",
        f"Nouveau lien demandé par {invitation.email}",
        actor=invitation.invited_by,
    )


@transaction.atomic
def cancel(hat: Membership, invitation: Invitation) -> None:
    """Take an invitation back; its link stops working.

    Raises:
        Refused: no right, or it was accepted or cancelled meanwhile.
    """
    must_manage(hat, invitation.organisation)
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, cancelled_at=None).update(
        cancelled_at=timezone.now()
    )
    if not taken:
        raise Refused("Cette invitation n’attend plus de réponse.")
    record(invitation.organisation, "invitation.annulee", f"Invitation annulée : {invitation.email}", hat=hat)


@transaction.atomic
def accept(user: User, invitation: Invitation) -> Membership:
    """The invited person puts the hat on.

    Raises:
        Refused: expired, cancelled, already used, for another address, or the organisation is closed.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if not invitation.is_pending:
        raise Refused("Cette invitation n’attend plus de réponse.")
    if invitation.is_expired:
        raise Refused("Le lien de cette invitation a plus de quatorze jours. Demandez-en un nouveau.")
    if not invitation.organisation.is_active:
        raise Refused("Cette organisation est fermée.")
    if not is_for(invitation, user):
        raise Refused(f"Cette invitation est adressée à {invitation.email}.")
    hat, is_new = give_hat(user, invitation.organisation, invitation.role)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if is_new:
        record(invitation.organisation, "invitation.acceptee", f"{user} a rejoint l’organisation"[:300], hat=hat)
        notify(
            InvitationAccepted,
            administrators_of(invitation.organisation).exclude(user=user),
            invitation,
            f"{user} a rejoint {invitation.organisation}.",
            reverse("organisation"),
        )
    return hat


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the invited address is one that the person has proved to be his."""
    return invitation.email.lower() in {address.lower() for address in verified_addresses(user)}


def _renew(invitation: Invitation) -> None:
    renewed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, cancelled_at=None).update(
        token=uuid.uuid4(), expires_at=timezone.now() + VALID_FOR
    )
    if not renewed:
        raise Refused("Cette invitation n’attend plus de réponse.")
    invitation.refresh_from_db()
    _send(invitation)


def _send(invitation: Invitation) -> None:
    enqueue(TOPIC, invitation, str(invitation.token))
