"""The letters that the outbox sends: the employer is told what was filed in his name, with his personal link (R13)."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.journal.models import OutboxMessage
from core.journal.outbox import handles
from intentions import links
from intentions.models import Intention


@handles("intention.prevenir_employeur", outside=True)
def tell_employer(message: OutboxMessage) -> str:
    """Send the personal link to the address on file; a worker that dies in between sends it twice at worst."""
    intention = Intention.objects.select_related("employer", "filed_by__organisation").get(pk=message.subject_id)
    address = links.address_of(intention)
    if not address:
        return "Aucune adresse : personne n’est prévenu."
    context = {
        "intention": intention,
        "link": links.url_for(intention),
        "days": links.LIFETIME.days,
        "site_name": settings.SITE_NAME,
    }
    letter = EmailMultiAlternatives(
        subject=f"Votre intention d’embauche\u00a0: {intention.job_title or 'poste à préciser'}",
        body=render_to_string("intentions/email/lien.txt", context),
        to=[address],
    )
    letter.attach_alternative(render_to_string("intentions/email/lien.html", context), "text/html")
    letter.send()
    return f"Envoyé à {address}."
