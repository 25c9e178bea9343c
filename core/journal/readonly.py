"""Reading never writes: a GET that tries to change data is a defect, and is stopped before it does.

Only the bookkeeping of reading itself may be written: the session, and who read the feed.

The statement is read here rather than by a read-only transaction of the database: a GET runs statement by
statement, this bookkeeping is written in between, and a transaction that has begun read-only never writes again.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connection

ALLOWED_TABLES = ("django_session", "training_sessions_reader", "account_", "mfa_")
_NOT_CODE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_READING = ("SELECT", "WITH", "VALUES", "TABLE", "EXPLAIN", "SHOW", "DECLARE", "FETCH", "CLOSE",
            "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET", "RESET")  # fmt: skip
# Wherever it stands, since `WITH made AS (INSERT …) SELECT …` begins like a reading.
_CHANGE = re.compile(
    r"(?:\bINSERT INTO|\bMERGE INTO|\bDELETE FROM|\bTRUNCATE(?: TABLE)?|(?<!FOR )(?<!KEY )(?<!DO )\bUPDATE"
    r"|(?<!INSERT )(?<!MERGE )\bINTO)(?: ONLY)? \"?([\w.]+)",
    re.IGNORECASE,
)


class WriteInReadError(RuntimeError):
    """A page that is only read has tried to write."""


@lru_cache(maxsize=2048)
def writes(sql: str) -> frozenset[str]:
    """The tables that a statement changes; for any other act than reading (`CREATE`, `COPY`…), its first word."""
    code = " ".join(_NOT_CODE.sub(" '' ", sql).split())
    changed = frozenset(target.lower() for target in _CHANGE.findall(code))
    verb = re.match(r"[(\s]*(\w*)", code)
    first = verb[1].upper() if verb else ""
    return changed if changed or first in _READING else frozenset({first})


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if any(not table.startswith(ALLOWED_TABLES) for table in writes(str(sql))):
        raise WriteInReadError(f"Écriture pendant une lecture : {str(sql)[:120]}")
    return execute(sql, params, many, context)


@contextmanager
def read_only() -> Iterator[None]:
    """Refuse every write on the default connection while this holds."""
    with connection.execute_wrapper(_guard):
        yield
