"""Lists by pages of 25, without a count that grows with the table.

Two ways: numbered pages (:func:`paginate`), for lists that people browse, and keyset pages
(:func:`paginate_by_key`), for lists that grow without end. Both give a :class:`Page` to ``<c-pagination>``.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

from core.ui.french import NBSP, nombre, pluriel

PER_PAGE = 25
COUNT_CAP = 1000
LAST_PAGE = 400
"""Past ten thousand rows nobody turns pages: one searches. It also bounds what OFFSET may cost."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class PageLink:
    number: int = 0
    query: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of a list.

    Attributes:
        rows: at most ``per_page`` of them.
        total: how many in all, up to the cap; None where it was not counted.
        capped: there are more than the cap.
        previous_query, next_query: addresses (``?…``) that keep the filters; empty at the ends.
    """

    rows: list[M]
    number: int = 1
    first: int = 0
    total: int | None = None
    capped: bool = False
    previous_query: str = ""
    next_query: str = ""
    numbers: list[PageLink] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    def total_text(self, singular: str = "résultat", plural: str | None = None) -> str:
        """« 47 sessions », « plus de 1 000 sessions »."""
        if self.capped:
            return f"plus de {pluriel(COUNT_CAP, singular, plural)}"
        return pluriel(self.total or 0, singular, plural)

    @property
    def shown_text(self) -> str:
        """« 26 à 50 sur 112 », « 26 à 50 sur plus de 1 000 »."""
        if not self.rows:
            return ""
        span = f"{nombre(self.first)} à {nombre(self.last)}"
        if self.total is None:
            return span
        return f"{span} sur {f'plus de{NBSP}' if self.capped else ''}{nombre(self.total)}"


@dataclass(frozen=True)
class Counted:
    """How many, up to the cap: beyond, the figure would cost more each day and say no more."""

    number: int
    capped: bool = False

    def __bool__(self) -> bool:
        return bool(self.number)

    @property
    def figure(self) -> str:
        """« 47 », « plus de 1 000 »."""
        return f"plus de {nombre(self.number)}" if self.capped else nombre(self.number)

    def text(self, singular: str, plural: str | None = None) -> str:
        """« 47 demandes », « plus de 1 000 demandes »."""
        return f"{'plus de ' if self.capped else ''}{pluriel(self.number, singular, plural)}"


def up_to_cap(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The rows to count: one more than `COUNT_CAP` says that there are more. The order, if any, is left out."""
    return queryset.order_by().values("pk")[: COUNT_CAP + 1]


def counted(found: int) -> Counted:
    """What is said of so many rows of `up_to_cap`."""
    return Counted(min(found, COUNT_CAP), found > COUNT_CAP)


def count_up_to_cap(queryset: QuerySet[Any]) -> Counted:
    """Count at most `COUNT_CAP` rows: the database stops there."""
    return counted(up_to_cap(queryset).count())


def _query(params: QueryDict, **changes: str | int | None) -> str:
    query = params.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


def _asked_page(params: Mapping[str, str]) -> int:
    text = params.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), LAST_PAGE)


def paginate(
    queryset: QuerySet[M], request: HttpRequest, *, per_page: int = PER_PAGE, counted: int | None = None
) -> Page[M]:
    """The page that the address asks for (``?page=2``); two queries whatever the number of rows.

    ``counted``: how many rows there are, where the caller knows it already: one query less.
    A page past the end gives the last one; anything unreadable gives the first.

    Raises:
        ValueError: for a queryset without order, whose pages would overlap.
    """
    if not queryset.ordered:
        raise ValueError(f"Unordered {queryset.model.__name__} queryset")
    if counted is None:
        counted = queryset.order_by("pk")[: COUNT_CAP + 1].count()
    capped = counted > COUNT_CAP
    total = min(counted, COUNT_CAP)
    number = _asked_page(request.GET)
    if not capped:
        number = min(number, max(1, -(-total // per_page)))
    start = (number - 1) * per_page
    rows = list(queryset[start : start + per_page + 1])
    more = len(rows) > per_page and number < LAST_PAGE
    params = request.GET
    return Page(
        rows=rows[:per_page],
        number=number,
        first=start + 1 if rows else 0,
        total=total,
        capped=capped,
        previous_query=_query(params, page=number - 1 if number > 2 else None) if number > 1 else "",
        next_query=_query(params, page=number + 1) if more else "",
        numbers=_numbers(params, number, None if capped else -(-total // per_page), more=more),
    )


def _numbers(params: QueryDict, number: int, pages: int | None, *, more: bool) -> list[PageLink]:
    """The first page, the neighbours, the last one when it is known."""
    wanted = {1, number - 1, number, number + 1}
    if pages is not None:
        wanted.add(pages)
    top = pages if pages is not None else (number + 1 if more else number)
    links: list[PageLink] = []
    before = 0
    for one in sorted(n for n in wanted if 1 <= n <= top):
        if one - before > 1:
            links.append(PageLink(gap=True))
        links.append(PageLink(one, _query(params, page=one if one > 1 else None), current=one == number))
        before = one
    return links


def _encode(values: Sequence[Any]) -> str:
    text = json.dumps(list(values), cls=DjangoJSONEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str, model: type[Model], keys: Sequence[str]) -> list[Any] | None:
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(raw, list) or len(raw) != len(keys) or None in raw:
            return None
        fields = [model._meta.pk if key == "pk" else model._meta.get_field(key) for key in keys]
        return [field.to_python(value) for field, value in zip(fields, raw, strict=True)]  # type: ignore[union-attr]
    except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist):
        return None


def _beyond(keys: Sequence[str], descending: Sequence[bool], values: Sequence[Any]) -> Q:
    """Rows strictly after ``values`` in an order of several keys."""
    condition = Q()
    for at, key in enumerate(keys):
        same = {keys[i]: values[i] for i in range(at)}
        condition |= Q(**same, **{f"{key}__{'lt' if descending[at] else 'gt'}": values[at]})
    return condition


def paginate_by_key(
    queryset: QuerySet[M], request: HttpRequest, *, order: Sequence[str], per_page: int = PER_PAGE
) -> Page[M]:
    """Pages by key (``?apres=…``, ``?avant=…``): one query, as quick on the last page as on the first.

    Args:
        order: field names, « - » for descending, the last one unique; none may be null.

    An unreadable cursor gives the first page.
    """
    keys = [name.lstrip("-") for name in order]
    descending = [name.startswith("-") for name in order]
    params = request.GET
    back = "avant" in params
    cursor = _decode(params.get("avant") or params.get("apres") or "", queryset.model, keys)
    if cursor is None:
        back = False
    direction = [not d for d in descending] if back else descending
    ordered = queryset.order_by(*(f"{'-' if down else ''}{key}" for key, down in zip(keys, direction, strict=True)))
    if cursor is not None:
        ordered = ordered.filter(_beyond(keys, direction, cursor))
    found = list(ordered[: per_page + 1])
    more = len(found) > per_page
    rows = found[:per_page]
    if back:
        rows.reverse()
    has_next, has_previous = (bool(rows), more) if back else (more, cursor is not None)

    def key_of(row: M) -> str:
        return _encode([getattr(row, key) for key in keys])

    return Page(
        rows=rows,
        previous_query=_query(params, apres=None, avant=key_of(rows[0])) if rows and has_previous else "",
        next_query=_query(params, avant=None, apres=key_of(rows[-1])) if rows and has_next else "",
    )
