"""What the replay of receipts and the trial of a change ask of this room: which intentions, whose, how named."""

from collections.abc import Collection

from django.urls import reverse

from core.rulebook.registry import FileKind, FileLine
from intentions.enums import IntentionState
from intentions.models import Intention


def describe(ids: Collection[int]) -> dict[int, FileLine]:
    """How these intentions stand in a list, and whose they are. One query."""
    rows = Intention.objects.filter(pk__in=ids).order_by("id")
    found = rows.values_list("pk", "number", "job_title", "employer", "filed_by__organisation", "engaged_organisme")
    return {
        pk: FileLine(
            reference=number,
            label=f"Intention {number} · {title}",
            url=reverse("intention_detail", args=[pk]),
            organisations=frozenset(filter(None, organisations)),
        )
        for pk, number, title, *organisations in found
    }


def find(references: Collection[str]) -> dict[str, int]:
    """Intentions by number. One query."""
    return dict(Intention.objects.filter(number__in=references).order_by("id").values_list("number", "pk"))


def live() -> set[int]:
    """Organisations that have an intention filed and not yet covered: its employer and whoever filed it."""
    rows = Intention.objects.filter(state__in=IntentionState.filed()).order_by()
    return {pk for pair in rows.values_list("employer", "filed_by__organisation").distinct() for pk in pair if pk}


INTENTIONS = FileKind("intention", describe=describe, find=find, live=live, judged_as="intention")
