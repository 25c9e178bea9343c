"""What the room does by the clock. Each task finds its own work in the database."""

from celery import shared_task
from django.utils import timezone

from core.journal.history import acting
from sessions import reminders
from sessions.models import Session
from sessions.queries import words
from sessions.workflow import feed, losses, offers, posts, publication


@shared_task
def follow_the_calendar() -> str:
    """Sessions begin and end, offers of places lapse; the feed leaves those that are over, and bears the day's date."""
    with acting("calendrier"):
        begun, ended = publication.follow_the_calendar()
        losses.end_with_sessions()
        offers.lapse(timezone.localdate())
        feed.write()
    return f"{begun} commencées, {ended} terminées"


@shared_task
def check_quarantine() -> int:
    """Try again the sheets that could not be published: what was missing may have been filled in since."""
    with acting("publication"):
        return publication.check_again()


@shared_task
def refresh_sheets() -> int:
    """Look again at every public sheet: an organisation's address, a mandataire or a place may have changed."""
    with acting("publication"):
        words.forget_unused()
        return publication.check_again(Session.objects.all())


@shared_task
def remind() -> int:
    """Files to complete or undecided, sessions soon to start, places offered: each told once, in the day’s message."""
    with acting("rappels"):
        return (
            reminders.remind_to_complete()
            + reminders.remind_undecided()
            + reminders.remind_empty_seats()
            + reminders.remind_offers()
            + reminders.remind_missing_meetings()
            + reminders.remind_unprepared()
        )


@shared_task
def free_forgotten_posts() -> int:
    """Drafts that nobody touches any more give their posts back to the others."""
    with acting("brouillons"):
        return posts.free_forgotten_drafts(timezone.localdate())
