"""What is said of one person on one half-day: signed on a phone, forgotten, away, corrected; and a sheet sent back."""

from decimal import Decimal
from typing import Any

import magic
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.ui.fields import DecimalField, FileField, FrenchDateField, OuiNonField, RadioPick
from stagiaires.enums import AbsenceReason
from stagiaires.models import HalfDay

PROOFS = (".pdf", ".jpg", ".jpeg", ".png", ".heic", ".webp")
PROOF_BYTES = 8_000_000
_KINDS = ("application/pdf", "image/jpeg", "image/png", "image/heic", "image/heif", "image/webp")


class ProofField(FileField):
    """A PDF or a photograph: its size and its real content are looked at, whatever its name says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_size=PROOF_BYTES, endings=PROOFS, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            file.seek(0)
            kind = magic.from_buffer(file.read(8192), mime=True)
            file.seek(0)
            if kind not in _KINDS:
                raise ValidationError("Joignez un PDF ou une photographie : ce fichier est d’une autre sorte.")
        return file


class AbsenceForm(forms.Form):
    """Away, all the half-day or a part of it; until another day too."""

    use_required_attribute = False
    reason = forms.ChoiceField(
        label="Motif",
        choices=AbsenceReason.choices,
        widget=RadioPick,
        error_messages={"required": "Choisissez le motif, ou « Sans motif connu »."},
    )
    hours = DecimalField(
        label="Heures manquées, si la personne est venue une partie du temps",
        unit="heures",
        required=False,
        min_value=Decimal("0.25"),
        max_value=8,
        help_text="Laissez vide pour toute la demi-journée. Une présence partielle se signe aussi.",
    )
    until = FrenchDateField(
        label="Jusqu’au",
        required=False,
        help_text="Pour la même absence les jours suivants. Ce qui est déjà signé n’est pas changé.",
    )
    note = forms.CharField(label="Précision", max_length=300, required=False)
    proof = ProofField(label="Justificatif", required=False)

    def __init__(self, *args: Any, half_day: HalfDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.half_day = half_day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("hours") and said.get("until"):
            self.add_error("until", "Une absence d’une partie du temps ne dure qu’une demi-journée.")
        if said.get("until") and said["until"] < self.half_day.on_date:
            self.add_error("until", "Ce jour est avant la demi-journée.")
        if said.get("hours") and said["hours"] > self.half_day.hours:
            self.add_error("hours", "L’absence est plus longue que la demi-journée.")
        return said


class ForgottenForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label="Pourquoi la signature manque",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : téléphone déchargé, arrivée pendant la fermeture.",
        error_messages={"required": "Dites pourquoi la signature manque."},
    )


class CorrectionForm(forms.Form):
    use_required_attribute = False
    hours = DecimalField(
        label="Heures faites",
        unit="heures",
        min_value=0,
        max_value=8,
        help_text="0 si la personne n’était pas là.",
        error_messages={"required": "Écrivez les heures faites, ou 0."},
    )
    reason = forms.CharField(
        label="Motif de la correction",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Il reste dans l’historique, à côté de ce qui était écrit.",
        error_messages={"required": "Dites pourquoi l’émargement est corrigé."},
    )

    def __init__(self, *args: Any, half_day: HalfDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.half_day = half_day

    def clean_hours(self) -> Decimal:
        hours: Decimal = self.cleaned_data["hours"]
        if hours > self.half_day.hours:
            raise ValidationError("Les heures faites ne passent pas celles de la demi-journée.")
        return hours


class PaperForm(forms.Form):
    """The photograph of a signed sheet, and who signed it."""

    use_required_attribute = False
    file = ProofField(
        label="Photographie de la feuille signée", error_messages={"required": "Joignez la photographie de la feuille."}
    )
    signed = forms.TypedMultipleChoiceField(
        label="Qui a signé",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Cochez chaque signature que vous voyez sur la feuille.",
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], sent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed"].choices = people  # type: ignore[attr-defined]
        if sent:
            self.fields["file"].required = False
            self.fields["file"].label = "Une autre photographie"


class SignForm(forms.Form):
    """A trainee signs on his own phone: his name, and his birth date the first time."""

    use_required_attribute = False
    parcours = forms.TypedChoiceField(
        label="Vous êtes", coerce=int, widget=forms.RadioSelect, error_messages={"required": "Choisissez votre nom."}
    )
    birth_on = FrenchDateField(
        label="Votre date de naissance",
        help_text="La première fois seulement : ensuite, ce téléphone vous reconnaît.",
        error_messages={"required": "Écrivez votre date de naissance."},
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parcours"].choices = people  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """The four signs, for whoever has no camera."""

    use_required_attribute = False
    code = forms.CharField(
        label="Les quatre signes",
        max_length=9,
        help_text="Ils sont affichés sous le code du formateur, et changent toutes les 30 secondes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Écrivez les quatre signes."},
    )


class ReasonForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str, required: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label, help_text
        field.error_messages["required"] = required


class LockForm(forms.Form):
    use_required_attribute = False
    note = forms.CharField(
        label="Observations pour la Région", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    whole = OuiNonField(
        label="Ce mois est-il complet et exact ?",
        error_messages={"required": "Dites si ce mois est complet et exact."},
    )

    def clean_whole(self) -> bool:
        if not self.cleaned_data["whole"]:
            raise ValidationError("Corrigez d’abord ce qui ne l’est pas, puis verrouillez.")
        return True
