"""A thing picked in an official list, with or without JavaScript.

With it, the hidden code names the thing. Without it, the typed words are looked up; when several things answer,
the form shows them as radios and keeps what was typed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from core.ui.fields import AutocompleteInput, Picked, RadioPick
from intentions.remembered import remembered

MAX_CHOICES = 8
CHOICE = "_choix"


class ReferenceField(forms.Field):
    """Cleans to the object, or None for nothing typed.

    Args:
        model: whose primary key is the code of the proposals.
        url: address of the proposals (a callable, for a lazy reverse).
        find: from a typed text and a picked code, the object meant, or the few that may be.
        what: « une commune », for the messages.
    """

    def __init__(
        self,
        model: type[models.Model],
        *,
        url: Callable[[], str],
        find: Callable[[str, str], models.Model | Sequence[models.Model]],
        what: str,
        **kwargs: Any,
    ) -> None:
        self.model, self.find, self.what = model, find, what
        super().__init__(widget=AutocompleteInput(url, label_for=self.label_for), **kwargs)

    def label_for(self, code: str) -> str:
        found = self.by_code(code)
        return str(found) if found else code

    def by_code(self, code: str) -> models.Model | None:
        return self.model.objects.filter(pk=code).first()  # type: ignore[attr-defined]

    def clean(self, value: Any) -> models.Model | None:
        if value in self.empty_values:
            return None
        text, code = (value.text, value.code) if isinstance(value, Picked) else (str(value), "")
        found = remembered((self.model, text, code), lambda: self.find(text, code))
        if isinstance(found, self.model):
            return found
        several = list(found)[:MAX_CHOICES] if not isinstance(found, models.Model) else [found]
        if not several:
            raise ValidationError(
                f"Nous ne trouvons pas {self.what} dans «\u00a0{text}\u00a0». Essayez un autre mot.", code="unknown"
            )
        raise Several(text, several)

    def _clean_bound_field(self, bf: forms.BoundField) -> models.Model | None:
        try:
            return self.clean(bf.data)
        except Several as several:
            chosen = bf.form.data.get(f"{bf.html_name}{CHOICE}", "")
            for thing in several.found:
                if str(thing.pk) == chosen:
                    return thing
            _offer(bf, several)
            raise


class Several(ValidationError):
    """Several things answer to the typed words: the person chooses."""

    def __init__(self, text: str, found: Sequence[models.Model]) -> None:
        super().__init__(
            f"«\u00a0{text}\u00a0» désigne plusieurs réponses. Choisissez la vôtre ci-dessous.", code="several"
        )
        self.found = found


def _offer(bf: forms.BoundField, several: Several) -> None:
    """Put the radios right after the ambiguous question."""
    radios = forms.ChoiceField(
        label="Laquelle de ces réponses\u00a0?",
        choices=[(thing.pk, str(thing)) for thing in several.found],
        widget=RadioPick,
        required=False,
    )
    radios.hide_optional = True  # type: ignore[attr-defined]
    fields = {}
    for name, field in bf.form.fields.items():
        fields[name] = field
        if name == bf.name:
            fields[f"{name}{CHOICE}"] = radios
    bf.form.fields = fields
