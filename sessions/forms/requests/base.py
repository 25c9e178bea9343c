"""What every step of a session request shares: its fields, and how an unfinished step is kept."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.db.models import Model

from core.accounts.models import Membership
from sessions.models import SessionRequest
from sessions.publication.text import clean as clean_text


class LongText(forms.CharField):
    """A free text as people paste it, cleaned as the published sheet will clean it."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class HourField(forms.TimeField):
    """An hour from the native input, or typed: « 9 h 30 », « 9h », « 09:30 »."""

    default_error_messages = {"invalid": "Écrivez une heure, par exemple 9 h 30."}
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,2})\s*h\s*(\d{2})?", value.strip(), re.ASCII)):
            value = f"{match[1]}:{match[2] or '00'}"
        return super().to_python(value)


class StepForm(forms.Form):
    """One step. Answers are never required here: an unfinished step is kept as it is.

    `needed` names the questions without which the request cannot be sent: they are not marked « facultatif ».
    """

    use_required_attribute = False
    needed: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()

    def __init__(self, *args: Any, request: SessionRequest, hat: Membership, **kwargs: Any) -> None:
        self.session_request, self.hat = request, hat
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.hide_optional = name in self.needed  # type: ignore[attr-defined]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name in self.initial:
            return self.initial[field_name]
        value = getattr(self.session_request, field_name, None)
        return value.pk if isinstance(value, Model) else value

    def values(self) -> dict[str, Any]:
        """What was understood, by field of the request; what has an error is left as it was."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.relations and hasattr(SessionRequest, name) and not self._keeps(name, value)
        }

    @staticmethod
    def _keeps(name: str, value: Any) -> bool:
        """Whether an unanswered question leaves the request's own default (« sur place », « dates fixes »…)."""
        return value == "" and SessionRequest._meta.get_field(name).has_default()  # type: ignore[union-attr]

    def many(self) -> dict[str, Iterable[Model]]:
        return {name: self.cleaned_data[name] for name in self.relations if name in self.cleaned_data}
