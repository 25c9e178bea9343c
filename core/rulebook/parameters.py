"""The figures that the rules read on a given day: the texts' own, unless the Région has dated another."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.rulebook.models import Parameter
from core.rules import Parameters, default_parameters


def current(on: date | None = None) -> Parameters:
    """Parameters in force on `on` (today by default). One query."""
    day = on or timezone.localdate()
    defaults = default_parameters()
    chosen = Parameter.objects.filter(period__contains=day).values_list("name", "value")
    values = {name: typed(value, defaults[name]) for name, value in chosen if name in defaults}
    return defaults.with_values(**values) if values else defaults


def typed(text: str, like: Any) -> Any:
    """Read a stored value in the type of the parameter's default. Raises ValueError or decimal's errors."""
    if isinstance(like, bool):
        return text == "oui"
    if isinstance(like, Decimal):
        return Decimal(text)
    if isinstance(like, int):
        return int(text)
    return text
