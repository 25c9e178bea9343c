"""Many small questions in one journey to the database: each kind of thing that may wait asks its own.

« Aujourd’hui » looks at some twenty kinds of things, most of which hold nothing: asked one by one, they would cost
twenty journeys to say « rien ». Nothing is kept from one page to the next.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import IntegerField, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.french import depuis
from core.ui.pagination import Counted, counted, up_to_cap
from core.ui.parts import Todo

Row = dict[str, Any]
"""What `JSONObject` makes of a row: dates and moments are ISO texts."""


@dataclass(frozen=True)
class Ask:
    """Scalar questions to the database, and what is told of their answers."""

    what: tuple[Subquery, ...]
    tell: Callable[..., Iterable[Todo]]


class _HowMany(Subquery):
    """How many rows, up to the cap."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS asked)"
    output_field = IntegerField()
    empty_result_set_value = 0


def how_many(rows: QuerySet[Any], tell: Callable[[Counted], Todo]) -> Ask:
    """How many rows there are; nothing is told of none."""
    return Ask((_HowMany(up_to_cap(rows)),), lambda found: [tell(counted(found))] if found else [])


def how_many_and_first(rows: QuerySet[Any], tell: Callable[[Counted, Row], Todo], **columns: Any) -> Ask:
    """The same, with these columns of the first of the rows, which are in order."""

    def said(found: int, first: list[Row] | None) -> Iterator[Todo]:
        if found and first:
            yield tell(counted(found), first[0])

    return Ask((_HowMany(up_to_cap(rows)), _rows(rows, 1, columns)), said)


def first_rows(rows: QuerySet[Any], most: int, tell: Callable[[Row], Todo], **columns: Any) -> Ask:
    """These columns of the first rows: one thing to do for each."""
    return Ask((_rows(rows, most, columns),), lambda found: map(tell, found or []))


def apart(tell: Callable[[], Iterable[Todo]]) -> Ask:
    """What a question to the database cannot say: it asks for itself, at its place among the others."""
    return Ask((), tell)


def answers(hat: Membership, asked: Iterable[Ask]) -> list[Todo]:
    """What there is to do, in the order of the questions. One query, and those of `apart`."""
    asked = list(asked)
    what = [one for ask in asked for one in ask.what]
    found = iter(Membership.objects.filter(pk=hat.pk).values_list(*what).get() if what else ())
    return [todo for ask in asked for todo in ask.tell(*[next(found) for _ in ask.what])]


def _rows(rows: QuerySet[Any], most: int, columns: dict[str, Any]) -> Subquery:
    return ArraySubquery(rows.values(asked=JSONObject(**columns))[:most])


def ago(moment: str | None) -> str:
    """« il y a 3 jours » for a moment of a row; nothing when it never happened."""
    return depuis(timezone.localtime(datetime.fromisoformat(moment)), timezone.localtime()) if moment else ""
