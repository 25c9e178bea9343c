"""What is written once, and what time may still take away from it.

A row that `kept` protects is never changed nor deleted, whoever asks; one way alone stays open, to the retention clock:
the columns that are named may be emptied, or the row removed, in the transaction that has written its line in the
journal of erasures (`core.journal.models.Erasure`). Everything else of the row is compared and must be the same.
"""

from collections.abc import Iterable

import pgtrigger

# True in a transaction that has written a line of the journal of erasures.
ERASING = "journal_erasing()"
CREATE_ERASING = """
    CREATE FUNCTION journal_erasing() RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (
            SELECT FROM journal_erasure WHERE transaction = pg_current_xact_id_if_assigned()::text::bigint
        )
    $$
"""
DROP_ERASING = "DROP FUNCTION journal_erasing()"


def only_erased(*columns: str) -> str:
    """SQL, true in a row trigger of an UPDATE: these columns alone change, and the retention clock is at work."""
    names = ", ".join(f"'{column}'" for column in sorted(columns))
    return f"to_jsonb(NEW) - ARRAY[{names}] = to_jsonb(OLD) - ARRAY[{names}] AND {ERASING}"


def kept(*, erasable: Iterable[str] = (), removable: bool = False, name: str = "append_only") -> pgtrigger.Trigger:
    """The trigger of an append-only table of which the clock may empty `erasable` columns, or remove the rows."""
    columns = tuple(erasable)
    ways = ""
    if columns:
        ways += f"IF TG_OP = 'UPDATE' THEN IF {only_erased(*columns)} THEN RETURN NEW; END IF; END IF; "
    if removable:
        ways += f"IF TG_OP = 'DELETE' AND {ERASING} THEN RETURN OLD; END IF; "
    refusal = "RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete, func=ways + refusal
    )
