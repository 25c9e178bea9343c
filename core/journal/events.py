"""What happened to a file, and news between rooms.

`record` writes one line of the file's history, in the caller's transaction. `announce` carries news
upward (an intention is withdrawn, a request must be looked at again) without the lower room knowing
the upper one; its handlers run at once, in the same transaction.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction

from core.accounts.models import Membership, User
from core.journal.models import Event

Handler = TypeVar("Handler", bound=Callable[..., None])
_handlers: dict[str, list[Callable[..., None]]] = defaultdict(list)


def subject_of(instance: models.Model) -> tuple[str, int]:
    """How a file is named in the journal: (« intention », 12)."""
    return str(instance._meta.model_name), int(instance.pk)


def record(
    subject: models.Model,
    kind: str,
    label: str,
    *,
    hat: Membership | None = None,
    actor: User | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    internal: bool = False,
) -> Event:
    """Write one line of history.

    `label` is a French sentence in the past (« Intention déposée »); `reason` the person's own words;
    `internal` keeps the line for the Région. `detail` never holds a sensitive fact.
    """
    subject_type, subject_id = subject_of(subject)
    return Event.objects.create(
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        label=label,
        reason=reason,
        detail=detail or {},
        actor=actor or (hat.user if hat else None),
        hat=hat,
        internal=internal,
    )


def history_of(subject: models.Model, *, with_internal: bool = False) -> models.QuerySet[Event]:
    """The file's history, oldest first, with its authors; the Région's own lines only when asked for."""
    subject_type, subject_id = subject_of(subject)
    lines = Event.objects.filter(subject_type=subject_type, subject_id=subject_id).select_related(
        "actor", "hat__organisation", "hat__user"
    )
    return lines if with_internal else lines.filter(internal=False)


def subscribe(name: str) -> Callable[[Handler], Handler]:
    """Decorator: call this function when `name` is announced. Import it from the app's `ready()`."""

    def keep(handler: Handler) -> Handler:
        if handler not in _handlers[name]:
            _handlers[name].append(handler)
        return handler

    return keep


def announce(name: str, **news: Any) -> None:
    """Tell the rooms above, inside the current transaction: if a handler fails, nothing has happened."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"« {name} » is announced outside a transaction")
    for handler in _handlers[name]:
        handler(**news)
