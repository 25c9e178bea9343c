"""Judge every past decision again: 100,000 receipts, on two processes."""

import os
import time

from django.db import connection

from bench.rows import Row
from core.rulebook.models import Receipt
from core.rulebook.replay import replay

RECEIPTS = int(os.environ.get("BENCH_RECEIPTS", "100000"))
PROCESSES = 2
# Copies of what the lived sessions left, each a row of its own: other ids, another seal, no shared page.
COPY = """
    INSERT INTO rulebook_receipt (at, judged_on, subject_type, subject_id, act, facts, parameters, derogations, verdict,
                                  judgement, ruleset_hash, author_id, hat_id, previous_hash, hash)
    SELECT r.at, r.judged_on, r.subject_type, -n, r.act, r.facts, r.parameters, r.derogations, r.verdict, r.judgement,
           r.ruleset_hash, r.author_id, r.hat_id, r.hash, md5(n::text) || md5(n::text || r.hash)
    FROM generate_series(1, %s) AS n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS rank, count(*) OVER () AS known FROM rulebook_receipt
          WHERE subject_id > 0) AS r ON r.rank = 1 + n %% r.known
"""


def prepare() -> None:
    """Fill the base up to `RECEIPTS`; nothing when they are there."""
    missing = RECEIPTS - Receipt.objects.count()
    if missing > 0:
        with connection.cursor() as cursor:
            cursor.execute(COPY, [missing])
            cursor.execute("ANALYZE rulebook_receipt")


def rows() -> list[Row]:
    """The replay, against reading the same rows and judging nothing."""
    prepare()
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text, parameters::text, verdict, outcome FROM rulebook_receipt ORDER BY id")
        count = sum(len(batch) for batch in iter(lambda: cursor.fetchmany(2000), []))
    floor = time.perf_counter() - start
    start = time.perf_counter()
    again = replay(processes=PROCESSES)
    seconds = time.perf_counter() - start
    found = "aucun écart" if not again.differences else f"{len(again.differences)} écarts"
    return [
        (
            f"Rejeu de {again.count} décisions, {PROCESSES} processus",
            f"{seconds:.1f} s, {found}",
            f"lecture {floor:.1f} s ({count})",
            f"{floor / seconds:.2f}",
        )
    ]
