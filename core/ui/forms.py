"""The project's form renderer: every Django form comes out accessible, without a mixin.

``FORM_RENDERER = "core.ui.forms.Renderer"`` gives every form of the project our templates and
:class:`Question`, a bound field that knows its hint, its unit, its reason to be asked and its errors, and
that ties them to the input with ``aria-describedby``.

A form says more about its questions in a class attribute::

    class ContratForm(forms.Form):
        asks = {
            "weekly_hours": Ask(unit="heures par semaine", rule_id="R32", width="short"),
        }
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from core.ui.citations import citation_for
from core.ui.french import NBSP

_SHORT_INPUTS = (forms.NumberInput,)
_TEXT_INPUTS = (
    forms.TextInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.Textarea,
    forms.Select,
    forms.DateInput,
    forms.ClearableFileInput,
    forms.FileInput,
)


@dataclass(frozen=True)
class Ask:
    """What a question says beyond its label and its hint.

    Attributes:
        unit: written after the input (« mois »).
        rule_id: the rule that makes us ask (« R31 »); its citation is found in the register.
        why: our own words under « Pourquoi cette question ? ».
        quote, source: the citation, when the register has none or another one is wanted.
        width: "", "short" or "mid".
        options: "", "cols", "short" or "scale" (five in a row): how choices are laid out.
        sr_only: the label is read but not shown.
        say_optional: a lone checkbox says « facultatif » (it mostly goes without saying).
    """

    unit: str = ""
    rule_id: str = ""
    why: str = ""
    quote: str = ""
    source: str = ""
    width: str = ""
    options: str = ""
    sr_only: bool = False
    say_optional: bool = False


@dataclass(frozen=True)
class Option:
    """One choice of a question: its input, its words, its explanation."""

    tag: str
    label: str
    hint: str


class Question(BoundField):
    """A bound field with what our templates need."""

    @cached_property
    def ask(self) -> Ask:
        """The form's ``asks`` entry, completed by attributes set on the field or its widget."""
        ask: Ask = getattr(self.form, "asks", {}).get(self.name, Ask())
        given: dict[str, Any] = {
            key: value
            for key in ("unit", "rule_id", "why", "quote", "source", "width")
            if not getattr(ask, key) and (value := getattr(self.field, key, "") or getattr(self.field.widget, key, ""))
        }
        return replace(ask, **given) if given else ask

    @property
    def kind(self) -> str:
        """Which template branch: picks (fieldset), check (one box), group (fieldset of inputs) or input."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "picks"
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if widget.use_fieldset:
            return "group"
        return "input"

    @property
    def optional(self) -> bool:
        return not self.field.required and not getattr(self.field, "hide_optional", False)

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_hint" if self.auto_id and self.field.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error" if self.auto_id and self.errors else ""

    @property
    def unit_id(self) -> str:
        return f"{self.auto_id}_unit" if self.auto_id and self.ask.unit else ""

    @property
    def target_id(self) -> str:
        """Where a link of the error summary lands: the first input of the question."""
        if self.kind == "picks" and (options := list(self.subwidgets)):
            return str(options[0].id_for_label or self.auto_id)
        return str(self.id_for_label or self.auto_id)

    @property
    def aria_describedby(self) -> str | None:
        return " ".join(part for part in (self.hint_id, self.error_id, self.unit_id) if part) or None

    @property
    def problems(self) -> list[str]:
        """What is to be corrected, in our words where Django's own would say « Ce champ est obligatoire. »."""
        stock = str(forms.Field.default_error_messages["required"])
        own = {"picks": "Choisissez une réponse.", "check": "Cochez cette case pour continuer."}
        return [
            own.get(self.kind, "Répondez à cette question.") if message == stock else str(message)
            for message in self.errors
        ]

    @property
    def problem_lines(self) -> list[str]:
        """The problems as the summary says them, each after its question."""
        question = str(self.label).rstrip()
        joint = " " if question.endswith(("?", "!", ":", "…")) else f"{NBSP}: "
        return [f"{question}{joint}{problem}" for problem in self.problems]

    @property
    def choices_with_hints(self) -> list[Option]:
        """The choices of a radio or checkbox question, each with its explanation if the widget has one."""
        hints: dict[str, str] = getattr(self.field.widget, "hints", {})
        return [
            Option(option.tag(), option.choice_label, hints.get(str(option.data["value"]), ""))
            for option in self.subwidgets
        ]

    @property
    def reason(self) -> dict[str, str] | None:
        """What stands under « Pourquoi cette question ? »: our words, the citation, the rule."""
        ask = self.ask
        quote, source = ask.quote, ask.source
        if ask.rule_id and not quote and (found := citation_for(ask.rule_id)):
            quote, source = found.quote, found.source
        if not (ask.why or quote):
            return None
        return {"why": ask.why, "quote": quote, "source": source, "rule": ask.rule_id}

    @property
    def counter(self) -> int | None:
        """The limit that a text area counts towards."""
        limit = getattr(self.field, "max_length", None)
        return int(limit) if limit and isinstance(self.field.widget, forms.Textarea) else None

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        if self.kind == "input" and isinstance(widget, _TEXT_INPUTS):
            own = str(attrs.get("class", "") or widget.attrs.get("class", ""))
            size = self.ask.width or ("short" if isinstance(widget, _SHORT_INPUTS) else "")
            names = [name for name in ("in", size, "err" if self.errors else "") if name and name not in own.split()]
            attrs["class"] = " ".join([*names, own]).strip()
        if self.kind in ("picks", "group"):
            # The description belongs to the fieldset: repeated on each choice it would be read each time.
            attrs.pop("aria-describedby", None)
            attrs.pop("aria-invalid", None)
        elif described := self.aria_describedby:
            attrs["aria-describedby"] = described
        if self.errors and self.kind not in ("picks", "group"):
            attrs["aria-invalid"] = "true"
        return attrs


class Renderer(TemplatesSetting):
    """Our form and field templates, for every form."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = Question
