"""What the room does by the clock. Each task finds its own work in the database."""

from celery import shared_task

from core.journal.history import acting
from orders import reminders
from orders.importing import batches
from orders.models import MarketImport


@shared_task
def remind() -> int:
    """Orders not acknowledged, lots near their limits, what ends: each told once, in the message of the day."""
    with acting("rappels"):
        return (
            reminders.remind_acknowledgements()
            + reminders.remind_near_maxi()
            + reminders.remind_under_mini()
            + reminders.remind_periods()
            + reminders.remind_ending()
        )


@shared_task
def take_market(batch_id: int) -> None:
    """Look at a spreadsheet of the market, or write it; when time is up, another task goes on."""
    with acting("reprise de marché", batch=batch_id):
        if not batches.take_through(batch_id):
            batches.wake(batch_id)


@shared_task
def resume_market_imports() -> int:
    """Wake the files that a lost message or a dead worker left. Returns how many were still under way."""
    under_way = [MarketImport.State.LECTURE, MarketImport.State.EN_COURS]
    waiting = list(MarketImport.objects.filter(state__in=under_way).values_list("pk", flat=True))
    for batch_id in waiting:
        batches.wake(batch_id)
    return len(waiting)
