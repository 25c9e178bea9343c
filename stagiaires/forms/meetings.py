"""An information meeting: when, where, how many, who is invited, who came."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import Organisation
from core.ui.fields import CheckboxPick, FrenchDateField, IntegerField
from core.ui.forms import Ask
from sessions.forms.requests.base import HourField, LongText
from stagiaires.models import InformationMeeting, Positioning


class MeetingForm(forms.Form):
    """When and where. `values()` gives what the workflow takes."""

    use_required_attribute = False
    asks = {
        "day": Ask(rule_id="R89", width="mid"),
        "starts": Ask(width="short"),
        "ends": Ask(width="short"),
        "employers": Ask(rule_id="R89"),
        "agreed": Ask(rule_id="R91"),
    }

    day = FrenchDateField(label="Jour", error_messages={"required": "Donnez le jour de la réunion."})
    starts = HourField(label="De", error_messages={"required": "Donnez l’heure de début."})
    ends = HourField(label="À", error_messages={"required": "Donnez l’heure de fin."})
    place = forms.CharField(label="Lieu", max_length=250, error_messages={"required": "Dites où se tient la réunion."})
    capacity = IntegerField(
        label="Combien de candidats au plus ?",
        unit="candidats",
        min_value=1,
        max_value=500,
        error_messages={"required": "Dites combien de candidats la salle peut recevoir."},
    )
    note = LongText(label="À savoir ou à apporter", required=False, max_length=2000, rows=3)
    agreed = LongText(
        label="Ce qui est convenu avec les employeurs",
        max_length=2000,
        rows=4,
        help_text="Tous les employeurs de la session le lisent.",
        error_messages={"required": "Dites ce qui est convenu : tous les employeurs de la session le liront."},
    )
    employers: "forms.ModelMultipleChoiceField[Organisation]" = forms.ModelMultipleChoiceField(
        None,
        label="Employeurs invités",
        required=False,
        widget=CheckboxPick,
        help_text="Ils rencontrent les candidats et les choisissent avec vous.",
    )

    def __init__(self, *args: Any, employers: QuerySet[Organisation] | None, new_calendar: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new_calendar:
            del self.fields["agreed"]
        if employers is None:
            del self.fields["employers"]
        else:
            field: forms.ModelMultipleChoiceField[Organisation] = self.fields["employers"]  # type: ignore[assignment]
            field.queryset = employers
            field.initial = list(employers)

    @staticmethod
    def said_by(meeting: InformationMeeting) -> dict[str, Any]:
        """The answers that a meeting already gives."""
        starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        return {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "place": meeting.place,
            "capacity": meeting.capacity,
            "note": meeting.note,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", ValidationError("La réunion finit après avoir commencé."))
        return cleaned

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "starts_at": timezone.make_aware(datetime.combine(said["day"], said["starts"])),
            "ends_at": timezone.make_aware(datetime.combine(said["day"], said["ends"])),
            "place": said["place"],
            "capacity": said["capacity"],
            "note": said["note"],
            "agreed": said.get("agreed", ""),
        }


class MeetingCandidatesForm(forms.Form):
    """Which candidates of the session come to this meeting."""

    use_required_attribute = False

    candidates: "forms.ModelMultipleChoiceField[Positioning]" = forms.ModelMultipleChoiceField(
        None,
        label="Candidats à convoquer",
        widget=CheckboxPick,
        error_messages={"required": "Choisissez au moins un candidat."},
    )

    def __init__(self, *args: Any, candidates: QuerySet[Positioning], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ModelMultipleChoiceField[Positioning] = self.fields["candidates"]  # type: ignore[assignment]
        field.queryset = candidates
        field.label_from_instance = lambda one: f"{one.stagiaire} · {one.get_state_display()}"  # type: ignore[assignment,method-assign]
