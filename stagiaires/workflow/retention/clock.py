"""The pass: small steps that may stop anywhere, each one transaction with its line in the journal first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from core.journal.history import acting
from core.journal.models import Erasure
from core.rulebook import parameters
from core.ui.pagination import Counted, count_up_to_cap
from stagiaires.queries import retention as due
from stagiaires.workflow.retention.categories import CATEGORIES, Category, Step

BATCH = 200  # rows of one transaction
_LOCK = 0x9E7  # one pass at a time


def purge(today: date | None = None, *, batch: int = BATCH) -> int:
    """Erase all that is due today. Returns how many rows of the steps; 0 when another pass is at work.

    Stopped anywhere, what was done stays done and has its lines; the next pass goes on.
    """
    on = today or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        with acting("effacement"):
            return sum(
                _through(category, step, before, batch)
                for category, _, before in _delays(on)
                for step in category.steps
            )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _delays(on: date) -> Iterator[tuple[Category, int, date]]:
    """Each category with its delay that day, in months, and the day before which it is due."""
    figures = parameters.current(on)
    for category in CATEGORIES:
        months = int(figures[category.setting])
        yield category, months, due.cutoff(months, on)


def _through(category: Category, step: Step, before: date, batch: int) -> int:
    total = 0
    while done := _one_batch(category, step, before, batch):
        total += done
    return total


def _one_batch(category: Category, step: Step, before: date, batch: int) -> int:
    """The next rows of a step, held and looked at again: somebody may have moved them meanwhile."""
    with transaction.atomic():
        rows = step.due(before)
        found = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
        if not found:
            return 0
        held = rows.model._base_manager.filter(pk__in=found).order_by("pk")  # noqa: SLF001
        list(held.select_for_update(of=("self",)).only("pk"))
        keys = list(rows.filter(pk__in=found).values_list("pk", flat=True))
        if keys:
            Erasure.objects.create(setting=category.setting, what=step.what, before=before, rows=len(keys))
            step.erase(keys)
    return len(keys)


@dataclass(frozen=True)
class Foreseen:
    """What a pass on some day would take away for one delay."""

    category: Category
    months: int
    before: date
    counts: list[tuple[str, Counted]]

    @property
    def total(self) -> int:
        """Of all its steps, each counted up to the cap."""
        return sum(counted.number for _, counted in self.counts)


def foresee(on: date) -> list[Foreseen]:
    """« Ce qui sera effacé le … »: by the delays of that day, with what is there today. One query for each step."""
    return [
        Foreseen(category, months, before, [(step.what, count_up_to_cap(step.due(before))) for step in category.steps])
        for category, months, before in _delays(on)
    ]
