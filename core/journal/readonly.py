"""Reading never writes: a GET that tries to change data is a defect, and is stopped before it does.

Only the bookkeeping of reading itself may be written: the session, and who read the feed.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b", re.IGNORECASE)
ALLOWED_TABLES = ("django_session", "training_sessions_reader", "account_", "mfa_")


class WriteInReadError(RuntimeError):
    """A page that is only read has tried to write."""


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if _WRITES.match(sql) and not any(f'"{table}' in sql for table in ALLOWED_TABLES):
        raise WriteInReadError(f"Écriture pendant une lecture : {sql[:120]}")
    return execute(sql, params, many, context)


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse every write on the default connection while this holds."""
    with connection.execute_wrapper(_guard):
        yield
