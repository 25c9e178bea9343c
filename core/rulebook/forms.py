"""Forms of the Région's acts on its rules."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.journal.refusals import Refused
from core.rulebook.enums import LEFT_OUT
from core.rulebook.workflow import editions
from core.rules import Mode, RuleText, default_parameters, rule_texts
from core.ui.fields import FrenchDateField, OuiNonField, RadioPick
from core.ui.forms import Ask

_REASON = forms.Textarea(attrs={"rows": 3})


class ValueForm(forms.Form):
    """A new value of one parameter, from a day on."""

    asks = {
        "starts_on": Ask(
            why="Les dossiers déposés avant ce jour restent jugés par la valeur d’aujourd’hui.", width="mid"
        ),
        "reason": Ask(why="Il est publié avec la valeur."),
        "source": Ask(why="La délibération ou le courrier qui fixe cette valeur."),
    }

    value = forms.CharField(label="Nouvelle valeur", max_length=200)
    starts_on = FrenchDateField(label="À partir du")
    source = forms.CharField(label="Source", max_length=200, required=False)
    reason = forms.CharField(label="Motif", max_length=1000, widget=_REASON)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        described, like = default_parameters().describe(name), default_parameters()[name]
        if isinstance(like, bool):
            self.fields["value"] = OuiNonField(label="Nouvelle valeur", coerce=str)
        elif isinstance(like, tuple):
            self.fields["value"].help_text = "Séparez les valeurs par des virgules\u00a0: 44, 49, 53."
        else:
            self.fields["value"].help_text = f"En {described.unit}."
            self.fields["value"].widget.attrs["inputmode"] = "decimal"

    def clean_value(self) -> str:
        try:
            return editions.checked_value(self.name, self.cleaned_data["value"])
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        try:
            editions.checked_start(day)
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=1000, widget=_REASON)


class CompareForm(forms.Form):
    """Two days whose editions are put side by side."""

    du = FrenchDateField(label="Règles du")
    au = FrenchDateField(label="comparées à celles du")


class ProposalForm(forms.Form):
    """What one would change: a figure, or what becomes of a rule."""

    asks = {"mode": Ask(options="cols")}

    name = forms.ChoiceField(label="Ce qui changerait")
    value = forms.CharField(label="Si c’est un seuil, sa nouvelle valeur", max_length=200, required=False)
    mode = forms.ChoiceField(
        label="Si c’est une règle, ce qu’elle devient",
        required=False,
        widget=RadioPick,
        choices=[(LEFT_OUT, "Elle ne s’applique plus"), *((mode.value, mode.label.capitalize()) for mode in Mode)],
    )
    why = forms.CharField(label="Ce que l’on veut savoir", max_length=1000, widget=_REASON)

    def __init__(self, *args: Any, checked: list[RuleText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        figures = default_parameters()
        self.fields["name"].choices = [  # type: ignore[attr-defined]
            ("", "Choisissez"),
            *(
                (theme.label, [(parameter.key, parameter.label) for parameter in parameters])
                for theme, parameters in figures.by_theme().items()
            ),
            ("Règles", [(text.id, f"{text.id} · {text.sentence[:90]}") for text in checked]),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        name = given.get("name")
        if not name:
            return given
        field = "mode" if name in rule_texts() else "value"
        try:
            given["proposed"] = editions.checked_value(name, given.get(field) or "")
        except Refused as refusal:
            self.add_error(field, refusal.message)
        return given


class AdoptForm(forms.Form):
    """The day from which a proposal holds, and why."""

    asks = {"starts_on": Ask(width="mid")}

    starts_on = FrenchDateField(label="En vigueur à partir du")
    source = forms.CharField(label="Source", max_length=200, required=False)
    reason = forms.CharField(label="Motif", max_length=1000, widget=_REASON)

    clean_starts_on = ValueForm.clean_starts_on
