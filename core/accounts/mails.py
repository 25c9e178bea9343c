"""The messages that the accounts room sends, from the outbox: after the commit, once per link."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from core.accounts.models import Invitation, JoinRequest
from core.accounts.workflow import invitations, joining
from core.journal.models import OutboxMessage
from core.journal.outbox import handles


@handles(invitations.TOPIC, outside=True)
def send_invitation(message: OutboxMessage) -> str:
    """The link of an invitation that still waits, and only its present link."""
    invitation = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(pk=message.subject_id, token=message.version, accepted_at=None, cancelled_at=None)
        .first()
    )
    if invitation is None:
        return "Sans objet : ce lien a été remplacé, utilisé ou annulé."
    _send(
        invitation.email,
        f"{invitation.invited_by} vous invite à rejoindre {invitation.organisation}",
        "accounts/email/invitation.txt",
        {"invitation": invitation, "link": settings.SITE_URL + reverse("invitation", args=[invitation.token])},
    )
    return "Envoyée."


@handles(joining.TOPIC, outside=True)
def send_answer(message: OutboxMessage) -> str:
    """What was answered to someone who asked to be let in."""
    asked = JoinRequest.objects.select_related("organisation", "user").get(pk=message.subject_id)
    _send(
        asked.user.email,
        f"Votre demande à {asked.organisation}",
        "accounts/email/join_answer.txt",
        {"asked": asked, "link": settings.SITE_URL + reverse("accueil")},
    )
    return "Envoyée."


def _send(to: str, subject: str, template: str, context: dict[str, object]) -> None:
    context |= {"site_name": settings.SITE_NAME, "contact_email": settings.CONTACT_EMAIL}
    title = " ".join(f"{subject} · {settings.SITE_NAME}".split())
    send_mail(title, render_to_string(template, context), None, [to])
