"""Numbers without holes: taken under a row lock, given back if the transaction fails."""

from django.db import connection, transaction

_NEXT = """
INSERT INTO journal_counter (series, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = journal_counter.last + 1
RETURNING last
"""


def next_number(series: str, year: int) -> int:
    """The next number of `series` for `year`, from 1. Must be called in the transaction that uses it."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series, year])
        return int(cursor.fetchone()[0])
