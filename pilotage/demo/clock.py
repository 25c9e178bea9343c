"""The clock of the demonstration, and the list of what happens when."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")
Act = Callable[[], None]
LEARN_FROM = 64  # acts


class Diary:
    """Acts with their moments, lived in order.

    While an act runs, `timezone.now` says its moment: every date that the workflow writes, and every rule that
    reads today's date, belong to the year lived. Only for a command that is alone in its process.
    """

    def __init__(self, today: date, since: date) -> None:
        self.today = today
        self.since = since
        self.moment = at(since, 8)
        self.lived = 0
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def note(self, moment: datetime, act: Act) -> None:
        """Put an act in the diary; what would happen today or later never happens."""
        if moment < at(self.today, 0):
            heapq.heappush(self._acts, (max(moment, self.moment), next(self._order), act))

    def live(self) -> None:
        """Do everything that stands in the diary, oldest first, what is added meanwhile included."""
        with self._running():
            while self._acts:
                self.moment, _, act = heapq.heappop(self._acts)
                act()
                self.lived += 1
                if self.lived & (self.lived - 1) == 0 and self.lived >= LEARN_FROM:
                    learn_sizes()

    @contextmanager
    def _running(self) -> Iterator[None]:
        real = timezone.now
        timezone.now = lambda: self.moment.astimezone(UTC)
        try:
            yield
        finally:
            timezone.now = real


def learn_sizes() -> None:
    """Let PostgreSQL see how the tables have grown: nobody else does it inside one long transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of that day, in the Région's time."""
    return datetime.combine(day, time(hour, minute), PARIS)


def next_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def working_day(day: date) -> date:
    """That day, or the Monday after a week-end."""
    return next_monday(day) if day.weekday() > 4 else day
