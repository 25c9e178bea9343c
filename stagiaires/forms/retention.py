"""What is asked to suspend the retention clock, and to let it go on."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.ui.forms import Ask
from sessions.forms.requests.base import LongText
from sessions.models import Session
from stagiaires.models import Parcours, Stagiaire


class HoldForm(forms.Form):
    """A session by its number, a person by the number of his file or of his parcours: no name is typed nor shown."""

    use_required_attribute = False
    asks = {"subject": Ask(width="mid")}

    subject = forms.CharField(
        label="Dossier concerné",
        max_length=20,
        help_text="Le numéro de la session (S2026-0012), du parcours (P34) ou du dossier de la personne (56).",
    )
    reason = LongText(label="Pourquoi l’effacement attend", max_length=1000, help_text="Sans nommer personne.")

    def clean_subject(self) -> dict[str, Any]:
        """The session or the person, as `workflow.retention.hold` takes it."""
        said = self.cleaned_data["subject"].strip().upper()
        found: dict[str, Any] = {}
        if said.startswith("S"):
            found = {"session": Session.objects.filter(number=said).first()}
        elif said.startswith("P") and _is_number(said[1:]):
            one = Parcours.objects.filter(pk=int(said[1:])).select_related("stagiaire").first()
            found = {"stagiaire": one.stagiaire if one else None}
        elif _is_number(said):
            found = {"stagiaire": Stagiaire.objects.filter(pk=int(said)).first()}
        if not found or None in found.values():
            raise ValidationError("Aucun dossier ne porte ce numéro.")
        return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


class LiftForm(forms.Form):
    use_required_attribute = False

    reason = LongText(label="Pourquoi la suspension est levée", max_length=1000, help_text="Sans nommer personne.")
