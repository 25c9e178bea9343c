"""A month is named by its first day, in the database as in Python."""

from calendar import monthrange
from datetime import date, timedelta

from django.db.models import Q

FIRST_OF_MONTH = Q(month__day=1)  # for the constraints of the tables that have a `month`


def first_of(day: date) -> date:
    """The first day of this day's month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of this day's month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def next_of(month: date) -> date:
    """The first day of the month after this day's."""
    return last_of(month) + timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that these two days cross, in order."""
    found, month = [], first_of(first)
    while month <= last:
        found.append(month)
        month = next_of(month)
    return found
