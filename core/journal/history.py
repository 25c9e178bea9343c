"""History of business tables: each insert, update and delete leaves a row, written by a database trigger.

Who acted and under which hat is attached by `core.journal.middleware.HistoryMiddleware` (requests) and
`acting` (tasks and commands). Tables of sensitive facts are never tracked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
from django.db import models

ModelType = TypeVar("ModelType", bound=type[models.Model])


def tracked(*, exclude: tuple[str, ...] = ()) -> Callable[[ModelType], ModelType]:
    """Class decorator: keep the whole history of this table, less the fields in `exclude`."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
    )


@contextmanager
def acting(who: str, **context: Any) -> Iterator[None]:
    """Name the actor of what follows (a task or a command), as the middleware does for a request."""
    with pghistory.context(who=who, **context):
        yield
