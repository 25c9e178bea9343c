"""What the screens read about the official lists."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Value

from core.reference.enums import Source
from core.reference.importers import IMPORTERS
from core.reference.models import Edition, TerritoireEfop

STAND_IN_NOTE = "zones d’emploi, en attendant la liste de la Région"


@dataclass(frozen=True)
class ListState:
    """One official list: its latest edition and how many rows may be chosen today."""

    source: Source
    active: int
    edition: Edition | None


def lists() -> list[ListState]:
    """Every official list, in the order in which they lean on each other (two queries)."""
    latest = {edition.source: edition for edition in Edition.objects.order_by("source", "-id").distinct("source")}
    counts = [
        importer().choosable().order_by().annotate(source=Value(source.value)).values("source").annotate(n=Count("pk"))
        for source, importer in IMPORTERS.items()
    ]
    active = {row["source"]: row["n"] for row in counts[0].union(*counts[1:], all=True)}
    return [ListState(source, active.get(source.value, 0), latest.get(source.value)) for source in IMPORTERS]


def editions_of(source: str) -> QuerySet[Edition]:
    """Editions of one list, the latest first."""
    return Edition.objects.filter(source=source).order_by("-id")


def territoires_are_stand_ins() -> bool:
    """Whether territories are still the employment zones; screens then add `STAND_IN_NOTE`."""
    return not TerritoireEfop.objects.active().filter(is_stand_in=False).exists()
