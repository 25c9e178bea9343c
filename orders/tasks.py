"""What the room does by the clock. Each task finds its own work in the database."""

from celery import shared_task

from core.journal.history import acting
from orders import reminders


@shared_task
def remind() -> int:
    """Orders not acknowledged, lots near their limits, marchés ending: each told once, in the message of the day."""
    with acting("rappels"):
        return (
            reminders.remind_acknowledgements()
            + reminders.remind_near_maxi()
            + reminders.remind_under_mini()
            + reminders.remind_ending()
        )
