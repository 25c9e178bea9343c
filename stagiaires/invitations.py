"""The calendar invitation of an information meeting, and the e-mail that brings it to a candidate."""

from datetime import UTC

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from icalendar import Calendar, Event, vCalAddress

from core.journal.models import OutboxMessage
from core.journal.outbox import handles
from core.ui.french import NBSP
from stagiaires.models import InformationMeeting, MeetingInvitation
from stagiaires.workflow.meetings import CONVOKE

PRODUCT = "-//1 emploi = 1 formation//reunions//FR"


def calendar_of(meeting: InformationMeeting, *, attendee: str = "") -> bytes:
    """The meeting as an iCalendar file. Each change says a higher SEQUENCE under the same UID; a meeting that is called
    off says CANCEL. `attendee`: the address that an e-mailed invitation is for; without it, a file to download.
    """
    cancelled = meeting.cancelled_at is not None
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else ("REQUEST" if attendee else "PUBLISH"))
    event = Event()
    event.add("uid", f"reunion-information-{meeting.pk}@1emploi1formation")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", (meeting.cancelled_at or meeting.created_at).astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", f"Réunion d’information{NBSP}: {meeting.session.title}")
    event.add("location", meeting.place)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if meeting.note:
        event.add("description", meeting.note)
    if attendee:
        organiser = vCalAddress(f"mailto:{meeting.session.organisme.email or settings.CONTACT_EMAIL}")
        organiser.params["CN"] = meeting.session.organisme.name
        event["organizer"] = organiser
        event.add("attendee", vCalAddress(f"mailto:{attendee}"), encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


@handles(CONVOKE, outside=True)
def send_invitation(message: OutboxMessage) -> str:
    """Write to the candidate, with the meeting for his calendar. An invitation overtaken by a change gives way."""
    invitation = (
        MeetingInvitation.objects.select_related("meeting__session__organisme", "positioning__stagiaire")
        .filter(pk=message.subject_id)
        .first()
    )
    if invitation is None or str(invitation.meeting.sequence) != message.version:
        return "Dépassée par un changement plus récent."
    meeting, person = invitation.meeting, invitation.positioning.stagiaire
    address = invitation.positioning.contact_email or person.email
    if not address:
        return "Aucune adresse : le conseiller prévient la personne."
    context = {"meeting": meeting, "person": person, "site_name": settings.SITE_NAME}
    if meeting.cancelled_at:
        subject = f"Réunion annulée{NBSP}: {meeting.session.title}"
    elif meeting.sequence:
        subject = f"Votre réunion d’information a changé{NBSP}: {meeting.session.title}"
    else:
        subject = f"Vous êtes attendu{NBSP}: {meeting.session.title}"
    letter = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("stagiaires/positionnement/email/reunion.txt", context),
        to=[address],
    )
    letter.attach_alternative(render_to_string("stagiaires/positionnement/email/reunion.html", context), "text/html")
    letter.attach("reunion.ics", calendar_of(meeting, attendee=address), "text/calendar")
    letter.send()
    return "Envoyée."
