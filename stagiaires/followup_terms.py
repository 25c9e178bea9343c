"""What the follow-up is made of, for those who ask and those who read: terms, delays, notes."""

from dataclasses import dataclass
from datetime import timedelta

from core.rulebook import parameters

TERMS = (3, 6, 12)  # months after the end (P12)
REMINDERS = 2  # then nothing more is written
NOTES = ("welcome", "content", "trainers", "means", "support")  # fields of `Opinion`, in the order of the form
LASTING_MONTHS = 6  # « emploi durable »: CDI, or CDD of six months at least (F0:163)


@dataclass(frozen=True)
class Delays:
    """`open`: how long an answer is awaited; `between`: from one message to the next; `calls`: without an answer."""

    open: timedelta
    between: timedelta
    calls: int


def delays() -> Delays:
    """The delays of today. One query."""
    said = parameters.current()
    return Delays(
        timedelta(days=int(said["followup_open_days"])),
        timedelta(days=int(said["followup_reminder_days"])),
        int(said["followup_calls"]),
    )
