"""Work promised in a transaction and done after it.

`enqueue` writes the promise with the change itself; the Celery message sent on commit is only a
wake-up, and a sweep on the schedule finds what a lost message left. A handler must be idempotent:
it may run again if the worker dies between doing and noting.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import models, transaction
from django.utils import timezone

from core.journal.events import subject_of
from core.journal.models import OutboxMessage, OutboxState

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 12
OUTSIDE_SECONDS = 600  # how long a worker may hold work that speaks to another service
_ADDRESS = re.compile(r"[^\s<>()'\",;:]+@[^\s<>()'\",;:]+")  # a mail server that refuses says whom it refuses
Handler = Callable[[OutboxMessage], str]
_handlers: dict[str, Handler] = {}
_outside: set[str] = set()


def handles(topic: str, *, outside: bool = False) -> Callable[[Handler], Handler]:
    """Decorator: this function does the work of `topic` and returns the answer to keep.

    `outside`: it speaks to another service (a mail server…) and is therefore called outside any transaction.
    The others are called inside the transaction that notes their answer.
    """

    def keep(handler: Handler) -> Handler:
        _handlers[topic] = handler
        if outside:
            _outside.add(topic)
        return handler

    return keep


def enqueue(
    topic: str,
    subject: models.Model,
    version: str | int,
    payload: dict[str, Any] | None = None,
    due_at: datetime | None = None,
) -> None:
    """Promise the work of `topic` for `subject`, once per version. Call it inside the transaction of the change."""
    subject_type, subject_id = subject_of(subject)
    now = timezone.now()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                topic=topic,
                subject_type=subject_type,
                subject_id=subject_id,
                version=str(version),
                payload=payload or {},
                due_at=due_at or now,
            )
        ],
        ignore_conflicts=True,  # the promise stands already
    )
    if due_at is None or due_at <= now:
        transaction.on_commit(wake_worker, robust=True)


def wake_worker() -> None:
    """Tell the worker that there is work. If the broker is away, the sweep will find it."""
    from core.journal.tasks import work_outbox

    try:
        work_outbox.apply_async(ignore_result=True, retry=False)
    except work_outbox.OperationalError as error:
        logger.warning("outbox_wakeup_lost", error=str(error))


def work_one() -> bool:
    """Do the oldest due message and note its answer. False when none is due.

    The row is locked with SKIP LOCKED, so that any number of workers share the queue. Work that speaks to another
    service is first put off by `OUTSIDE_SECONDS`, committed, then done: if the worker dies, it comes due again.
    """
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=OutboxState.A_FAIRE, due_at__lte=timezone.now())
            .order_by("due_at", "id")
            .first()
        )
        if message is None:
            return False
        message.attempts += 1
        if message.topic in _outside:
            message.due_at = timezone.now() + timedelta(seconds=OUTSIDE_SECONDS)
        else:
            _do(message)
        message.save()
    if message.topic in _outside:
        _do(message)
        message.save()
    return True


def _do(message: OutboxMessage) -> None:
    """Call the handler and write what came of it on the message."""
    inside = nullcontext() if message.topic in _outside else transaction.atomic()
    try:
        with inside:
            message.answer = _handlers[message.topic](message)
    except Exception as error:  # noqa: BLE001 whatever fails is noted and tried again later
        _postpone(message, error)
    else:
        message.state = OutboxState.FAIT
        message.done_at = timezone.now()


def _postpone(message: OutboxMessage, error: Exception) -> None:
    message.answer = _ADDRESS.sub("…", f"{type(error).__name__}: {error}")[:2000]
    logger.warning("outbox_failed", topic=message.topic, message=message.pk, attempts=message.attempts)
    if message.attempts >= MAX_ATTEMPTS:
        message.state = OutboxState.ABANDONNE
        message.done_at = timezone.now()
    else:
        message.due_at = timezone.now() + timedelta(seconds=min(3600, 5 * 2**message.attempts))


def work_all(limit: int = 500) -> int:
    """Do what is due, at most `limit` messages; returns how many."""
    done = 0
    while done < limit and work_one():
        done += 1
    return done
