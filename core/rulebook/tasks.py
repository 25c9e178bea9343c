"""What the clock asks of the rules: look over the receipts, remind who has not taken note, count the readings."""

from celery import shared_task

from core.journal.history import acting
from core.rulebook import controls, past
from core.rulebook.workflow import looks, proposals


@shared_task
def check_receipts() -> str:
    """Follow the chain and judge everything again; the Région's administrators hear at once of what is wrong."""
    found = [controls.check_chain(), controls.check_replay()]
    for control in found:
        if control.faults:
            looks.tell_fault(control)
    return " ; ".join(
        f"{control.get_kind_display()}\u00a0: {control.count} lus, {control.faults} écarts" for control in found
    )


@shared_task
def remind_acknowledgements() -> int:
    """Once a week, those who have not taken note of an adopted change hear of it again."""
    with acting("tâche du portail"):
        return proposals.remind()


@shared_task
def count_readings() -> int:
    """Judge the decisions that stand under the other reading of each contradiction; their pages show the count."""
    return past.count_readings()
