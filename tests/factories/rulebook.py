"""Dated values and proposed changes for tests. Days are counted from today, since the past is never rewritten."""

from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.outbox import work_all
from core.rulebook.models import Parameter, Proposal
from core.rulebook.workflow import proposals


def days(number: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=number)


def dated(name: str, value: str, since: int, until: int | None = None, **given: Any) -> Parameter:
    """A value in force from `since` days to `until` days from today, as if it had been dated in its time.

    The database would refuse it today: the past is not rewritten.
    """
    period = DateRange(days(since), None if until is None else days(until))
    with pgtrigger.ignore("rulebook.Parameter:past_is_kept"), transaction.atomic():
        return Parameter.objects.create(name=name, value=value, period=period, **{"reason": "Délibération", **given})


def proposal(
    hat: Membership, name: str = "weekly_hours_min", value: str = "20", *, calculated: bool = True
) -> Proposal:
    """A change that the Région tries; calculated, unless said otherwise."""
    with transaction.atomic():
        made = proposals.propose(name, value, hat=hat, why="Combien de dossiers en dépendent ?")
    if calculated:
        work_all()
        made.refresh_from_db()
    return made


def adopted(hat: Membership, name: str = "weekly_hours_min", value: str = "20", start: int = 30) -> Proposal:
    """A change tried, then adopted."""
    return proposals.adopt(proposal(hat, name, value), days(start), hat=hat, reason="Délibération d’automne")
