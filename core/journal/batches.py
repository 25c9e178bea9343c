"""A spreadsheet that came in, and its rows, treated in the background by one worker at a time, which may die at any
moment.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection, models

RENEW_SECONDS = 240  # a task gives way well before its time limit, and calls the next one


class Batch(models.Model):
    """A spreadsheet with its `rows`, of which nothing is lost; a room adds the states of its own."""

    hat = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    headers = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows: Any  # the manager of its rows

    class Meta:
        abstract = True
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    def counts(self) -> Counter[str]:
        """How many rows stand in each state."""
        return Counter(dict(self.rows.order_by().values_list("state").annotate(n=models.Count("id"))))

    def refused_file(self) -> IO[bytes]:
        """The refused rows as they came, with their line and « Motif », ready to be corrected and sent again."""
        from core.ui.spreadsheets import to_correct  # its libraries are those of files: models load without them

        refused = self.rows.filter(state="refusee").order_by("line").iterator()
        return to_correct(self.headers, ((row.line, row.values, row.reasons) for row in refused))


class BatchRow(models.Model):
    """One line of a spreadsheet as it came, and why it was not taken; a room adds its `batch` and its states."""

    line = models.PositiveIntegerField("ligne")
    values = models.JSONField()
    reasons = models.JSONField(default=list)

    class Meta:
        abstract = True
        ordering = ["batch", "line"]

    def __str__(self) -> str:
        return f"{self.batch_id} · ligne {self.line}"  # type: ignore[attr-defined]


def take_through(
    lock: int, batch_id: int, treat_one: Callable[[int], bool], finish: Callable[[int], bool], seconds: float
) -> bool:
    """Treat the rows left of a batch. `treat_one` treats the next one in its own transaction, False when none is left.

    `finish` closes the batch, False while a row is still held elsewhere. Returns False when time is up and rows
    remain, True when nothing is left to this worker: the batch is finished, or another worker is at it.
    """
    with _alone(lock, batch_id) as alone:
        until = time.monotonic() + seconds
        while alone and time.monotonic() < until:
            if not treat_one(batch_id):
                return finish(batch_id)
        return not alone


@contextmanager
def _alone(lock: int, batch_id: int) -> Iterator[bool]:
    """One worker per batch; the lock falls by itself with the connection of a dead one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, batch_id])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, batch_id])
