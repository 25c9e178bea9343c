"""Past decisions under the other reading of each contradiction: counted by a task, never while a page waits."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from core.rulebook.models import ReadingCount, Receipt
from core.rulebook.readings import Count
from core.rulebook.registry import rulesets
from core.rulebook.replay import UNREADABLE, Judge, Stored, latest_of
from core.rules import Variant, Verdict, contradictions
from core.rules.comparison import variant_of

CHUNK = 2_000


@dataclass
class _Tally:
    """One reading while it is counted."""

    contradiction: str
    number: int
    variant: Variant
    judge: Judge
    verdicts: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)

    def speaks_of(self, subject: str) -> bool:
        """True when the reading may move a verdict of this subject."""
        return bool(self.variant.parameters) or self.variant.rules_from(rulesets()[subject]) is not rulesets()[subject]


def count_readings() -> int:
    """Judge the decisions that stand again under every reading that a verdict depends on. Returns how many.

    One that can no longer be read is left out: the nightly replay tells of it.
    """
    tallies, judged = _tallies(), 0
    judge = Judge()
    for stored in _standing():
        try:
            facts = judge.facts_of(stored)
            before = judge.judge(stored, facts).verdict
        except UNREADABLE:
            continue
        judged += 1
        for tally in tallies:
            if tally.speaks_of(stored.judged_as):
                tally.verdicts[before, tally.judge.judge(stored, facts).verdict] += 1
    now = timezone.now()
    with transaction.atomic():
        ReadingCount.objects.all().delete()
        ReadingCount.objects.bulk_create(
            ReadingCount(
                contradiction=tally.contradiction,
                reading=tally.number,
                counted_at=now,
                judged=tally.verdicts.total(),
                flips=Count.of(tally.verdicts).as_list(),
            )
            for tally in tallies
        )
    return judged


def _tallies() -> list[_Tally]:
    found = []
    for contradiction in contradictions().values():
        for number, reading in enumerate(contradiction.readings, 1):
            variant = variant_of(reading)
            if variant is not None:
                found.append(_Tally(contradiction.id, number, variant, Judge(variant)))
    return found


def _standing() -> Iterator[Stored]:
    """The decisions that stand, chunk by chunk (`latest_of`)."""
    for subject_type in Receipt.objects.order_by().values_list("subject_type", flat=True).distinct():
        after = 0
        while chunk := latest_of(subject_type, after, CHUNK):
            yield from (one for one in chunk if one.judged_as in rulesets())
            after = chunk[-1].id
