"""What the worker does for invoices: their files, the months that are invoiced in one act, what the clock says."""

from celery import shared_task

from core.journal import outbox
from core.journal.history import acting
from core.journal.models import OutboxMessage
from invoices import reminders
from invoices.chorus import connection
from invoices.models import Invoice, MonthBatch
from invoices.workflow import exchange, month_batch, tables
from invoices.workflow.deposits import PURSUE
from invoices.workflow.files import keep_file
from invoices.workflow.invoices import MAKE_FILE


@outbox.handles(MAKE_FILE)
def on_invoice(message: OutboxMessage) -> str:
    """Make and seal the Factur-X file with its sheets. Run twice, it changes nothing the second time."""
    return keep_file(Invoice.objects.select_for_update(of=("self",)).get(pk=message.subject_id))


@shared_task
def make_month(batch_id: int) -> None:
    """Make the invoices of a month; when time is up, another task goes on."""
    with acting("factures du mois", batch=batch_id):
        if not month_batch.take_through(batch_id):
            month_batch.wake(batch_id)


@shared_task
def resume_months() -> int:
    """Wake the months that a lost message or a dead worker left. Returns how many were still under way."""
    waiting = list(MonthBatch.objects.filter(state=MonthBatch.State.EN_COURS).values_list("pk", flat=True))
    for batch_id in waiting:
        month_batch.wake(batch_id)
    return len(waiting)


@shared_task
def remind() -> int:
    """Open what is to be agreed, then tell what the month's end waits for, once, in the message of the day."""
    with acting("rappels"):
        tables.keep_up()  # what is to be agreed is put before both sides, whoever looks
        return (
            reminders.remind_hours()
            + reminders.remind_tables()
            + reminders.remind_to_invoice()
            + reminders.remind_deposits()
            + reminders.remind_payments()
            + reminders.remind_rate()
        )


@outbox.handles(PURSUE, outside=True)
def on_deposit(message: OutboxMessage) -> str:
    """Begin a deposit at once; the sweep goes on with it, whatever becomes of this message."""
    chorus = connection.connect(exchange.keep_call)
    return exchange.pursue(message.subject_id, chorus).words if chorus else "Le portail n’est pas relié à Chorus Pro."


@shared_task
def follow_deposits() -> int:
    """Deposits whose next step is due: to send, to search for, to read the statuses of."""
    with acting("chorus pro"):
        return exchange.sweep()


@shared_task
def forget_chorus_calls() -> int:
    """Calls are kept for a month."""
    return exchange.forget_old_calls()
