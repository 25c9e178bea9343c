"""The receipts of the copied decisions, sealed one after the other at the end of the chain."""

import json
import re

from core.rulebook.models import Receipt
from core.rulebook.receipts import seal

# What a copy of a receipt has of its own, and the type that PostgreSQL gives it.
COLUMNS = {
    "original": "bigint",
    "id": "bigint",
    "subject_id": "bigint",
    "facts": "jsonb",
    "previous_hash": "text",
    "hash": "text",
}
Link = tuple[int, int, int, str, str, str]
_INTENTION = re.compile(r"\bI(20\d\d)-(\d{4,})\b")


class Chain:
    """Seals copies; knows the last seal given. Touches no database once it is made, so that a thread may hold it."""

    def __init__(self, ranks: dict[int, int], *, receipts: int, requests: int, numbers: int) -> None:
        """`ranks`: receipt → rank of its session. The three others: by how much each turn shifts keys and numbers."""
        self.receipts, self.requests, self.numbers = receipts, requests, numbers
        lived = Receipt.objects.filter(pk__in=ranks).order_by("pk")
        self.kept = [
            (ranks[one.pk], one.pk, one.subject_id, one, json.dumps(one.facts, ensure_ascii=False)) for one in lived
        ]
        self.head = Receipt.objects.order_by("-id").values_list("hash", flat=True).first() or ""

    def links(self, turn: int, most: int) -> list[Link]:
        """The receipts of the first `most` sessions, copied for the `turn`-th time, in the order of the chain."""
        moved = self.numbers * turn

        def renumber(match: re.Match[str]) -> str:
            return f"I{match[1]}-{int(match[2]) + moved:04d}"

        made = []
        for rank, original, subject, receipt, text in self.kept:
            if rank > most:
                continue
            facts = _INTENTION.sub(renumber, text)
            receipt.facts = json.loads(facts)
            receipt.subject_id = subject + turn * self.requests
            previous, self.head = self.head, self._seal(receipt)
            made.append((original, original + turn * self.receipts, receipt.subject_id, facts, previous, self.head))
        return made

    def _seal(self, receipt: Receipt) -> str:
        receipt.previous_hash = self.head
        return seal(receipt)
