"""What the room does by the clock. Each task finds its own work in the database."""

from celery import shared_task

from core.journal.history import acting
from stagiaires import attendance_reminders, exchange_reminders, followup_reminders, parcours_reminders, reminders
from stagiaires.workflow import half_days, parcours, retention, surveys, trainee_opinions


@shared_task
def remind() -> int:
    """Answers that are late: told to the organisme, then to the Région, in the message of the day."""
    with acting("rappels"):
        return reminders.remind_answers() + reminders.remind_region()


@shared_task
def tell_new_sessions() -> int:
    """The new sessions of each territory, once a week."""
    with acting("rappels"):
        return reminders.tell_new_sessions()


@shared_task
def follow_entries() -> str:
    """Those whose day has come and whose file is whole enter; the others are told of."""
    with acting("calendrier"):
        return f"{parcours.enter_those_ready()} entrées"


@shared_task
def remind_parcours() -> int:
    """Entries to prepare, words to exchange after a stage, hires to confirm."""
    with acting("rappels"):
        return (
            parcours_reminders.remind_entries()
            + parcours_reminders.remind_contacts()
            + parcours_reminders.remind_hires()
        )


@shared_task
def close_half_days() -> int:
    """Half-days that nobody closed, a quarter of an hour after their end."""
    with acting("calendrier"):
        return half_days.close_forgotten()


@shared_task
def remind_attendance() -> int:
    """Answers that are missing at the attendance, months to lock."""
    with acting("rappels"):
        return attendance_reminders.remind_unanswered() + attendance_reminders.remind_months()


@shared_task
def ask_follow_up() -> str:
    """Questions at 3, 6 and 12 months that fall due, their reminders, and the opinions of those who have just ended."""
    with acting("suivi"):
        opened, sent = surveys.open_due(), surveys.send_due()
        return f"{opened} suivis ouverts, {sent} messages, {trainee_opinions.ask_due()} avis demandés"


@shared_task
def remind_calls() -> int:
    """Those whom no message has reached: told once a week to the ones who follow them."""
    with acting("rappels"):
        return followup_reminders.remind_calls()


@shared_task
def erase_what_is_due() -> int:
    """What has passed its retention delay. Stopped in the middle, the next night goes on."""
    return retention.purge()


@shared_task
def remind_exchanges() -> int:
    """What partners have not been told yet, or have refused."""
    with acting("rappels"):
        return exchange_reminders.remind_senders()
