"""What the replay of receipts and the trial of a change ask of this room: files by number, never whose they are."""

from collections.abc import Collection

from django.urls import reverse

from core.rulebook.registry import FileKind, FileLine
from stagiaires.models import Parcours, Positioning


def describe(ids: Collection[int]) -> dict[int, FileLine]:
    """How these parcours stand in a list, and whose they are. One query."""
    rows = Parcours.objects.filter(pk__in=ids).order_by("id").values_list("pk", "session__number", "organisme")
    found = {}
    for pk, number, organisme in rows:
        url = reverse("parcours_detail", args=[pk])
        found[pk] = FileLine(f"P{pk}", f"Parcours {pk} · session {number}", url, frozenset((organisme,)))
    return found


def describe_candidacies(ids: Collection[int]) -> dict[int, FileLine]:
    """The same of candidacies, which were refused. One query."""
    rows = Positioning.objects.filter(pk__in=ids).order_by("id")
    found = {}
    for pk, number, organisme in rows.values_list("pk", "session__number", "session__organisme"):
        url = reverse("positionnement_detail", args=[pk])
        found[pk] = FileLine(f"K{pk}", f"Candidature {pk} · session {number}", url, frozenset((organisme,)))
    return found


CANDIDACIES = FileKind("positioning", describe=describe_candidacies, live=lambda: set())
PARCOURS = FileKind("parcours", describe=describe, live=lambda: set())
