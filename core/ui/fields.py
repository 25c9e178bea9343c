"""Fields and widgets that read what French people type, and give it back untouched when it must be corrected."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.utils.datastructures import MultiValueDict

from core.ui.french import nombre, parse_jour, parse_nombre, taille


class FrenchNumberInput(forms.TextInput):
    """A text input with the numeric keyboard: a native number input refuses « 1 234,5 » and loses it."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, integer: bool = False) -> None:
        super().__init__({"inputmode": "numeric" if integer else "decimal", "autocomplete": "off", **(attrs or {})})
        self.width = "short"

    def format_value(self, value: Any) -> str | None:
        if value in (None, ""):
            return None
        if isinstance(value, int | float | Decimal):
            return nombre(value)
        return str(value)


def _bounds(low: Decimal | int | None, high: Decimal | int | None) -> list[BaseValidator]:
    """Validators that say their bound the French way."""
    out: list[BaseValidator] = []
    if low is not None:
        out.append(MinValueValidator(low, f"Écrivez un nombre d’au moins {nombre(low)}."))
    if high is not None:
        out.append(MaxValueValidator(high, f"Écrivez un nombre d’au plus {nombre(high)}."))
    return out


class DecimalField(forms.DecimalField):
    """A decimal typed the French way: « 1 234,5 », « 1234.50 », with or without its unit.

    ``unit`` is written after the input (« heures par semaine »).
    """

    default_error_messages = {
        "invalid": "Écrivez un nombre, par exemple 12 ou 12,5.",
        "max_digits": "Ce nombre est trop grand.",
        "max_whole_digits": "Ce nombre est trop grand.",
        "max_decimal_places": "Écrivez au plus %(max)s chiffres après la virgule.",
    }
    widget = FrenchNumberInput

    def __init__(
        self,
        *,
        unit: str = "",
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.unit = unit
        self.validators.extend(_bounds(min_value, max_value))

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        try:
            return parse_nombre(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class IntegerField(forms.Field):
    """A whole number typed the French way: « 1 234 »."""

    default_error_messages = {"invalid": "Écrivez un nombre entier, par exemple 6."}

    def __init__(
        self, *, unit: str = "", min_value: int | None = None, max_value: int | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", FrenchNumberInput(integer=True))
        super().__init__(**kwargs)
        self.unit = unit
        self.validators.extend(_bounds(min_value, max_value))

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            number = parse_nombre(str(value))
        except ValueError:
            number = None
        if number is None or number != number.to_integral_value():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(number)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class DateInput(forms.DateInput):
    """The browser's own date input. What it cannot show (a typed « 10/11/2026 ») falls back to text."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text = context["widget"]["value"]
        if text:
            try:
                date.fromisoformat(text)
            except ValueError:
                context["widget"]["type"] = "text"
        return context


class FrenchDateField(forms.DateField):
    """A date from the native input, or typed: « 10/11/2026 », « 10.11.26 », « 10 novembre 2026 »."""

    default_error_messages = {"invalid": "Écrivez une date du calendrier, par exemple 10/11/2026."}
    widget = DateInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return super().to_python(value)
        try:
            return parse_jour(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class RadioPick(forms.RadioSelect):
    """Radio choices as cards; ``hints`` explains each: ``{"cdd": "Six mois au moins"}``."""

    def __init__(self, attrs: Any = None, choices: Any = (), *, hints: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class CheckboxPick(forms.CheckboxSelectMultiple):
    """Checkboxes as cards; ``hints`` explains each choice."""

    def __init__(self, attrs: Any = None, choices: Any = (), *, hints: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class OuiNonField(forms.TypedChoiceField):
    """A question answered by yes or no, with no answer chosen beforehand. Cleans to bool, or None when optional."""

    default_error_messages = {"required": "Répondez par oui ou par non."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", RadioPick)
        super().__init__(
            choices=[("oui", "Oui"), ("non", "Non")],
            coerce=lambda value: value == "oui",
            empty_value=None,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class Picked(str):
    """What came back from an autocomplete: the code when one was picked, otherwise the text; ``text`` is always
    what the person sees.
    """

    __slots__ = ("code", "text")
    code: str
    text: str

    def __new__(cls, code: str, text: str) -> "Picked":
        self = super().__new__(cls, code or text)
        self.code, self.text = code, text
        return self


class AutocompleteInput(forms.TextInput):
    """Text with proposals from ``url`` (JSON ``[{value, label, hint}]`` for ``?q=``).

    Sends the visible text under the field's name, and the picked code under ``<name>-code``. Without
    JavaScript the code stays empty and the server looks the text up.

    Args:
        url: address of the proposals, a string or a callable (for a lazy reverse).
        label_for: gives the words of a stored code, to show an initial value.
        min_chars: signs typed before the first proposals.
    """

    template_name = "forms/widgets/autocomplete.html"

    def __init__(
        self,
        url: Any,
        attrs: dict[str, Any] | None = None,
        *,
        label_for: Callable[[str], str] | None = None,
        min_chars: int = 2,
    ) -> None:
        super().__init__(attrs)
        self.url = url
        self.label_for = label_for
        self.min_chars = min_chars

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, UploadedFile], name: str) -> Any:
        text = data.get(name)
        if text is None:
            return None
        text = str(text).strip()
        # An emptied text means that the choice was taken back, whatever the hidden code says.
        return Picked(str(data.get(f"{name}-code", "")).strip() if text else "", text)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, Picked):
            text, code = value.text, value.code
        elif value in (None, ""):
            text = code = ""
        else:
            code = str(value)
            text = self.label_for(code) if self.label_for else code
        url = self.url() if callable(self.url) else str(self.url)
        context["widget"].update(text=text, code=code, url=url, min_chars=self.min_chars)
        return context


class AutocompleteField(forms.Field):
    """A thing picked among many, by code or by typed words.

    Args:
        url: address of the proposals.
        resolve: gives the thing for a code or a typed text, or None when it names nothing or several.
        label_for: gives the words of a stored code.
    """

    default_error_messages = {"unknown": "Choisissez l’une des propositions de la liste."}

    def __init__(
        self,
        *,
        url: Any,
        resolve: Callable[[str], Any],
        label_for: Callable[[str], str] | None = None,
        min_chars: int = 2,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", AutocompleteInput(url, label_for=label_for, min_chars=min_chars))
        super().__init__(**kwargs)
        self.resolve = resolve

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value in self.empty_values:
            return None
        found = self.resolve(str(value))
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class FileInput(forms.ClearableFileInput):
    """A file, the one already joined shown beside it."""

    template_name = "forms/widgets/file.html"


class FileField(forms.FileField):
    """A file with its greatest size and its permitted endings said before and checked after.

    Content is checked by the room that takes the file: an ending proves nothing.
    """

    default_error_messages = {
        "required": "Joignez le fichier.",
        "too_big": "Ce fichier pèse %(size)s ; la limite est de %(limit)s.",
        "ending": "Ce fichier n’est pas d’un type accepté. Types acceptés : %(endings)s.",
        "empty": "Ce fichier est vide.",
    }
    widget = FileInput

    def __init__(self, *, max_size: int = 10_000_000, endings: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_size, self.endings = max_size, tuple(ending.lower() for ending in endings)
        if not self.help_text:
            accepted = f"{', '.join(e.lstrip('.').upper() for e in self.endings)} ; " if endings else ""
            self.help_text = f"{accepted}{taille(max_size)} au plus."
        if self.endings:
            self.widget.attrs["accept"] = ",".join(self.endings)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            if file.size is not None and file.size > self.max_size:
                raise ValidationError(
                    self.error_messages["too_big"],
                    code="too_big",
                    params={"size": taille(file.size), "limit": taille(self.max_size)},
                )
            if self.endings and not str(file.name).lower().endswith(self.endings):
                raise ValidationError(
                    self.error_messages["ending"],
                    code="ending",
                    params={"endings": ", ".join(self.endings)},
                )
        return file
