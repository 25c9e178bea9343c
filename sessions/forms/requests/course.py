"""« Le déroulement »: hours, pace, dates."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from core.ui.fields import (
    CheckboxPick,
    DecimalField,
    FrenchDateField,
    RadioPick,
)
from core.ui.forms import Ask
from sessions.enums import EntryMode, Modality, Pathway, Teaching
from sessions.forms.requests.base import HourField, StepForm
from sessions.publication.checks import TEXT_LIMITS


def _hours(label: str, help_text: str = "") -> DecimalField:
    return DecimalField(
        label=label,
        help_text=help_text,
        unit="heures",
        min_value=0,
        max_value=5000,
        max_digits=7,
        decimal_places=2,
        error_messages={
            "min_value": "Un nombre d’heures n’est pas négatif.",
            "max_value": "Vérifiez : 5 000 heures par personne au plus.",
            "max_decimal_places": "Deux chiffres après la virgule au plus.",
        },
    )


class CourseForm(StepForm):
    """Le déroulement: where the hours are spent, at what pace, when."""

    needed = frozenset(
        {"teaching", "modalities", "hours_centre", "hours_company", "rhythm", "entry_mode", "starts_on", "ends_on"}
    )
    asks = {
        "modalities": Ask(rule_id="R54", options="cols"),
        "hours_centre": Ask(rule_id="R56"),
        "hours_refresher": Ask(rule_id="R53"),
        "hours_company": Ask(rule_id="R55"),
        "entry_mode": Ask(rule_id="R70", options="cols"),
        "starts_on": Ask(rule_id="R101"),
        "weekly_hours": Ask(unit="heures par semaine"),
        "teaching": Ask(options="short"),
        "pathway": Ask(rule_id="R52", options="cols"),
    }

    teaching = forms.ChoiceField(label="L’enseignement se fait", choices=Teaching.choices, widget=RadioPick)
    modalities = forms.MultipleChoiceField(
        label="Par quelles modalités ?", choices=Modality.choices, widget=CheckboxPick
    )
    pathway = forms.ChoiceField(label="Le parcours est", choices=Pathway.choices, widget=RadioPick)
    hours_centre = _hours("Heures en centre", "Par personne, en moyenne. Aucun minimum, aucun maximum.")
    hours_distance = _hours("Heures à distance")
    hours_refresher = _hours("Heures de remise à niveau")
    hours_company = _hours(
        "Heures de stage chez l’employeur de l’intention", "À zéro, la Région doit accorder une dérogation."
    )
    hours_company_other = _hours("Heures de stage chez un autre employeur")
    weekly_hours = DecimalField(
        label="Temps de formation",
        unit="heures par semaine",
        min_value=1,
        max_value=48,
        max_digits=4,
        decimal_places=2,
        error_messages={
            "min_value": "Au moins une heure par semaine.",
            "max_value": "48 heures par semaine au plus.",
        },
    )
    rhythm = forms.CharField(
        label="Rythme", help_text="Par exemple : temps plein, du lundi au vendredi, 35 h par semaine.", max_length=300
    )
    pedagogy = forms.CharField(label="Moyens pédagogiques", max_length=TEXT_LIMITS["pedagogy"][1])
    entry_mode = forms.ChoiceField(
        label="Quand entre-t-on ?",
        choices=EntryMode.choices,
        widget=RadioPick(
            hints={
                EntryMode.DATES_FIXES: "Tout le groupe entre le même jour.",
                EntryMode.PERMANENTES: "Sur une plateforme, tout au long de la période ; une intention suffit.",
            }
        ),
    )
    starts_on = FrenchDateField(label="Début")
    ends_on = FrenchDateField(label="Fin")
    registration_until = FrenchDateField(label="Inscriptions jusqu’au")
    meeting_day = FrenchDateField(label="Réunion d’information, le")
    meeting_hour = HourField(label="Réunion d’information, à")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting = self.session_request.meeting_on
        if meeting:
            local = timezone.localtime(meeting)
            self.initial.update(
                {"meeting_day": local.date(), "meeting_hour": local.time().replace(second=0, microsecond=0)}
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La session finit avant de commencer : vérifiez les deux dates.")
        last = data.get("registration_until")
        if last and end and last > end:
            self.add_error("registration_until", "Les inscriptions se terminent avant la fin de la session.")
        day = data.get("meeting_day")
        if day and end and day > end:
            self.add_error("meeting_day", "La réunion d’information a lieu avant la fin de la session.")
        if data.get("meeting_hour") and not day and "meeting_day" not in self.errors:
            self.add_error("meeting_day", "Dites aussi le jour de la réunion.")
        if day and not data.get("meeting_hour") and "meeting_hour" not in self.errors:
            self.add_error("meeting_hour", "Dites aussi l’heure de la réunion.")
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        if not {"meeting_day", "meeting_hour"} & set(self.errors):
            day, hour = self.cleaned_data.get("meeting_day"), self.cleaned_data.get("meeting_hour")
            values["meeting_on"] = timezone.make_aware(datetime.combine(day, hour)) if day and hour else None
        return values
