"""The timetable: a week repeated, a table pasted, one half-day, the trainers' links, a person's own timetable."""

import datetime as dt
from typing import Any

from django import forms

from core.journal.refusals import Refused
from core.ui.fields import CheckboxPick, DecimalField, FrenchDateField, OuiNonField
from sessions.models import Session
from stagiaires.enums import HourKind
from stagiaires.models import HalfDay
from stagiaires.pasted import read
from stagiaires.workflow.timetable import Hours, Slot, duration, weekly

DAYS = [("0", "Lundi"), ("1", "Mardi"), ("2", "Mercredi"), ("3", "Jeudi"), ("4", "Vendredi"), ("5", "Samedi")]
OPEN_DAYS = ["0", "1", "2", "3", "4"]


def _time(label: str, **said: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Écrivez une heure, par exemple 9:00.", "required": "Écrivez l’heure."},
        **said,
    )


class WeekForm(forms.Form):
    """A week, repeated from one day to another."""

    use_required_attribute = False
    first = FrenchDateField(label="Du", error_messages={"required": "Écrivez le premier jour."})
    last = FrenchDateField(label="Au", error_messages={"required": "Écrivez le dernier jour."})
    morning_days = forms.MultipleChoiceField(
        label="Matins", choices=DAYS, required=False, widget=CheckboxPick, initial=OPEN_DAYS
    )
    morning_from = _time("Le matin, de", initial=dt.time(9), required=False)
    morning_to = _time("à", initial=dt.time(12, 30), required=False)
    afternoon_days = forms.MultipleChoiceField(
        label="Après-midi", choices=DAYS, required=False, widget=CheckboxPick, initial=OPEN_DAYS
    )
    afternoon_from = _time("L’après-midi, de", initial=dt.time(13, 30), required=False)
    afternoon_to = _time("à", initial=dt.time(17), required=False)
    kind = forms.ChoiceField(label="Type d’heures", choices=HourKind.choices)
    room = forms.CharField(label="Salle ou lieu", max_length=120, required=False)
    trainer = forms.CharField(label="Formateur", max_length=120, required=False)
    with_holidays = OuiNonField(label="Les jours fériés sont-ils travaillés ?", initial=False)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"first": session.starts_on, "last": session.ends_on})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", "Le dernier jour vient après le premier.")
        halves = []
        for name, words in (("morning", "le matin"), ("afternoon", "l’après-midi")):
            days = said.get(f"{name}_days")
            if not days:
                continue
            start, end = said.get(f"{name}_from"), said.get(f"{name}_to")
            if start is None or end is None or end <= start:
                self.add_error(f"{name}_to", f"Dites de quelle heure à quelle heure on travaille {words}.")
            else:
                halves.append(Hours(start, end, frozenset(map(int, days))))
        if not halves and not self.errors:
            self.add_error("morning_days", "Choisissez au moins un matin ou un après-midi.")
        said["halves"] = halves
        return said

    def slots(self) -> list[Slot]:
        """The half-days that this week gives."""
        said = self.cleaned_data
        words = {name: said[name] for name in ("kind", "room", "trainer")}
        return weekly(said["first"], said["last"], said["halves"], with_holidays=said["with_holidays"], **words)


class PastedForm(forms.Form):
    """A table copied from a spreadsheet."""

    use_required_attribute = False
    text = forms.CharField(
        label="Vos lignes",
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Une demi-journée par ligne : date, début, fin, puis, si vous voulez, type d’heures, contenu, salle, "
        "formateur. Copiez les cellules de votre tableur et collez-les ici.",
        error_messages={"required": "Collez vos lignes."},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            self.slots = read(text)
        except Refused as refused:
            raise forms.ValidationError(refused.message.split("\n")) from refused
        return text


class HalfDayForm(forms.Form):
    """One half-day: its day, its hours, what is taught, where, by whom."""

    use_required_attribute = False
    on_date = FrenchDateField(label="Jour", error_messages={"required": "Écrivez le jour."})
    starts_at = _time("De")
    ends_at = _time("À")
    hours = DecimalField(
        label="Heures comptées",
        unit="heures",
        required=False,
        help_text="Laissez vide pour compter de la première heure à la dernière.",
    )
    kind = forms.ChoiceField(label="Type d’heures", choices=HourKind.choices)
    subject = forms.CharField(label="Contenu", max_length=160, required=False)
    room = forms.CharField(label="Salle ou lieu", max_length=120, required=False)
    trainer = forms.CharField(label="Formateur", max_length=120, required=False)

    @classmethod
    def answers_of(cls, half_day: HalfDay) -> dict[str, Any]:
        return {name: getattr(half_day, name) for name in cls.base_fields}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        start, end = said.get("starts_at"), said.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "La fin vient après le début.")
        return said

    def slot(self) -> Slot:
        """The half-day as it is described."""
        said = dict(self.cleaned_data)
        said["hours"] = said["hours"] or duration(said["starts_at"], said["ends_at"])
        return Slot(**said)


class ExemptionForm(forms.Form):
    """Half-days on which one person is not expected, between two days."""

    use_required_attribute = False
    parcours = forms.TypedChoiceField(
        label="La personne", coerce=int, error_messages={"required": "Choisissez la personne."}
    )
    first = FrenchDateField(label="Du", error_messages={"required": "Écrivez le premier jour."})
    last = FrenchDateField(label="Au", error_messages={"required": "Écrivez le dernier jour."})
    kinds = forms.MultipleChoiceField(
        label="Seulement ces types d’heures",
        choices=HourKind.choices,
        required=False,
        widget=CheckboxPick,
        help_text="Rien de coché : toutes les demi-journées de ces jours.",
    )
    expected = OuiNonField(
        label="La personne est-elle attendue ?",
        initial=False,
        help_text="« Non » la dispense ; « Oui » efface une dispense donnée avant.",
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parcours"].choices = [("", "Choisissez"), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", "Le dernier jour vient après le premier.")
        return said


class LinkForm(forms.Form):
    """A trainer's link: whose, for which days."""

    use_required_attribute = False
    trainer = forms.CharField(
        label="Nom du formateur", max_length=120, error_messages={"required": "Écrivez le nom du formateur."}
    )
    starts_on = FrenchDateField(label="Du", error_messages={"required": "Écrivez le premier jour."})
    ends_on = FrenchDateField(
        label="Au",
        help_text="Le lien n’ouvre plus rien après ce jour. Vous pouvez le retirer avant.",
        error_messages={"required": "Écrivez le dernier jour."},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
            self.add_error("ends_on", "Le dernier jour vient après le premier.")
        return said
