"""The history of a file as a page shows it."""

from django.db import models

from core.journal.events import history_of
from core.ui.parts import Event


def timeline(subject: models.Model, *, with_internal: bool = False) -> list[Event]:
    """What happened to a file, the most recent first; the Région's own lines only when asked for."""
    lines = history_of(subject, with_internal=with_internal)
    return [Event(one.at, one.label, one.reason, str(one.hat or one.actor or "Le portail")) for one in lines][::-1]
