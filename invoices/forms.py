"""What one types about the month's end: billing details, a dispute, a credit note, a status."""

from typing import Any

from django import forms
from django.utils import timezone

from core.ui.fields import DecimalField, FrenchDateField, RadioPick
from invoices.enums import ChorusStatus, Gap, PartyId, Process
from invoices.models import BillingProfile, MonthLine, PayerSettings


class BillingForm(forms.ModelForm):
    vat_rate = DecimalField(
        label="Taux de TVA", unit="%", min_value=0, max_value=30, max_digits=4, decimal_places=2,
        help_text="0 si vous êtes exonéré.",
    )  # fmt: skip

    class Meta:
        model = BillingProfile
        fields = ("iban", "bic", "vat_status", "vat_attestation", "vat_rate", "vat_number", "prefix")

    def clean_iban(self) -> str:
        return str(self.cleaned_data["iban"]).replace(" ", "").upper()

    def clean_bic(self) -> str:
        return str(self.cleaned_data["bic"]).replace(" ", "").upper()

    def clean_vat_number(self) -> str:
        return str(self.cleaned_data["vat_number"]).replace(" ", "").upper()


class PayerForm(forms.ModelForm):
    valid_from = FrenchDateField(label="À partir du")
    process = forms.ChoiceField(
        label="Cadre de facturation",
        choices=Process.choices,
        help_text="Les codes en S sont ceux de la norme XP Z12-012 (règle BR-FR-08)"
        " ; ceux en A, ceux des spécifications externes de Chorus Pro qui la précèdent. Le mandataire émet toutes les "
        "factures : S1, ou A1. S3 et A9 sont ceux d’un sous-traitant qui facturerait lui-même.",
    )
    legal_id = forms.ChoiceField(
        label="Identifiant légal du vendeur et de l’acheteur",
        choices=PartyId.choices,
        help_text="La norme veut le SIREN (règle BR-FR-10). Si Chorus Pro refuse des factures pour cela, choisissez "
        "le SIRET, avec un cadre en A. Le SIRET et l’adresse électronique sont écrits dans les deux cas.",
    )

    class Meta:
        model = PayerSettings
        fields = (
            "valid_from",
            "service_code",
            "process",
            "legal_id",
            "needs_service_code",
            "needs_order_number",
            "needs_contract_number",
        )

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError("Un réglage vaut à partir d’aujourd’hui ou d’un jour à venir.")
        return day


class DisputeForm(forms.Form):
    text = forms.CharField(
        label="Ce que vous contestez",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Dites ce que vous contestez : l’autre partie le lira tel quel."},
    )


class GapForm(forms.Form):
    gap = forms.ChoiceField(label="Cause de l’écart", choices=[("", "Aucune"), *Gap.choices], required=False)
    note = forms.CharField(label="Votre mot", max_length=500, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, line: MonthLine, side: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"gap": line.gap, "note": getattr(line, f"{side}_note")})
        super().__init__(*args, **kwargs)


class CreditForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi cette facture est corrigée",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Dites pourquoi la facture est corrigée : l’avoir le porte."},
    )


class SuspendForm(forms.Form):
    reason = forms.CharField(
        label="Ce qui manque ou ce qui est à corriger",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Dites ce qui manque : l’organisme le lira tel quel."},
    )


class ResumeForm(forms.Form):
    day = FrenchDateField(label="Tout est reçu depuis le")


class StatusForm(forms.Form):
    """The manual route: what one reads on Chorus Pro, typed here."""

    status = forms.ChoiceField(label="Statut lu sur Chorus Pro", choices=ChorusStatus.choices)
    at = FrenchDateField(
        label="À la date du",
        help_text="Celle que Chorus Pro affiche. Un statut noté par erreur se corrige sur la page de la facture.",
    )
    reason = forms.CharField(
        label="Motif donné par Chorus Pro",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Nécessaire quand la facture est à recycler, suspendue ou rejetée.",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("status") in ChorusStatus.reasoned() and not said.get("reason", "").strip():
            self.add_error("reason", "Recopiez le motif : c’est lui qui dit quoi corriger.")
        if said.get("at") and said["at"] > timezone.localdate():
            self.add_error("at", "Cette date est à venir.")
        return said


class CorrectionForm(forms.Form):
    """A status that was typed by mistake: its day, or the status itself."""

    what = forms.ChoiceField(
        label="Ce qui est faux",
        choices=(("date", "Sa date"), ("statut", "Le statut lui-même")),
        widget=RadioPick(hints={"date": "Il est noté de nouveau, à la bonne date.", "statut": "Il est retiré."}),
        error_messages={"required": "Dites ce qui est faux : la date, ou le statut."},
    )
    at = FrenchDateField(
        label="La bonne date",
        required=False,
        help_text="Celle que Chorus Pro affiche. Inutile si le statut est retiré.",
    )
    reason = forms.CharField(
        label="Pourquoi",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="L’autre partie le lit, et l’histoire de la facture le garde.",
        error_messages={"required": "Dites pourquoi : l’histoire de la facture le garde."},
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("what") == "date" and "at" in said and said["at"] is None:
            self.add_error("at", "Écrivez la bonne date.")
        if said.get("what") == "date" and said.get("at") and said["at"] > timezone.localdate():
            self.add_error("at", "Cette date est à venir.")
        return said


class ByHandForm(forms.Form):
    """`followed`: the portal was following this deposit, and the reason for taking it over is kept."""

    at = FrenchDateField(label="Déposée le")
    reason = forms.CharField(
        label="Pourquoi vous la reprenez à la main",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi : l’histoire de la facture le garde."},
    )

    def __init__(self, *args: Any, followed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not followed:
            del self.fields["reason"]

    def clean_at(self) -> Any:
        day = self.cleaned_data["at"]
        if day > timezone.localdate():
            raise forms.ValidationError("Cette date est à venir.")
        return day


class MandateForm(forms.Form):
    given = forms.BooleanField(label="Le portail dépose nos factures quand nous le demandons", required=False)
