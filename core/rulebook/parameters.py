"""The figures that the rules read on a given day: the texts' own, unless the Région has dated another."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.rulebook.models import Parameter
from core.rules import Parameters, default_parameters


def current(on: date | None = None) -> Parameters:
    """Parameters in force on `on` (today by default), each with its own source and first day. One query."""
    day = on or timezone.localdate()
    defaults = default_parameters()
    chosen = {
        row.name: replace(
            defaults.describe(row.name),
            value=typed(row.value, defaults[row.name]),
            source=row.source or "Décision de la Région",
            valid_from=row.period.lower or defaults.describe(row.name).valid_from,
        )
        for row in Parameter.objects.filter(period__contains=day)
        if row.name in defaults
    }
    return Parameters({name: defaults.describe(name) for name in defaults} | chosen) if chosen else defaults


def typed(text: str, like: Any) -> Any:
    """Read a stored value in the type of the parameter's default: « oui », « 24 », « 0.5 », « 44, 49 ».

    Raises ValueError or decimal's errors when it is written otherwise.
    """
    if isinstance(like, bool):
        return text == "oui"
    if isinstance(like, Decimal):
        return Decimal(text)
    if isinstance(like, int):
        return int(text)
    if isinstance(like, tuple):
        return tuple(part.strip() for part in text.split(","))
    return text
