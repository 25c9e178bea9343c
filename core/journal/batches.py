"""Work done row by row in the background, by one worker at a time, which may die at any moment."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

RENEW_SECONDS = 240  # a task gives way well before its time limit, and calls the next one


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
