"""Who a person is, and what only a few may read of him."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.ui.fields import FrenchDateField, OuiNonField
from core.ui.forms import Ask
from stagiaires.enums import Level, RegistrationCategory, Sex
from stagiaires.identity import clean_ft_identifier

OLDEST, YOUNGEST = 100, 14  # years: beyond, a date was mistyped; the age itself is never a condition here


class BirthDateField(FrenchDateField):
    """A date of birth: a year of two figures is of the last hundred years."""

    def to_python(self, value: Any) -> date | None:
        short = (
            re.fullmatch(r"\s*(\d{1,2}[/. -]\d{1,2}[/. -])(\d{2})\s*", value, re.ASCII)
            if isinstance(value, str)
            else None
        )
        if short:
            year = 2000 + int(short[2])
            value = f"{short[1]}{year if year <= timezone.localdate().year else year - 100}"
        return super().to_python(value)


class PersonForm(forms.Form):
    """Identity, how one is reached, registration, level. Residence is kept for letters, never tested (R78)."""

    use_required_attribute = False
    asks = {
        "birth_on": Ask(
            width="mid", why="Elle permet de reconnaître une personne déjà connue, sans montrer son dossier."
        ),
        "ft_identifier": Ask(rule_id="R75", width="mid"),
        "category": Ask(rule_id="R75"),
        "level": Ask(rule_id="R77"),
        "sex": Ask(rule_id="P11", options="cols"),
        "postcode": Ask(rule_id="R78", width="short"),
    }

    last_name = forms.CharField(label="Nom", max_length=80, error_messages={"required": "Écrivez le nom."})
    first_name = forms.CharField(label="Prénom", max_length=80, error_messages={"required": "Écrivez le prénom."})
    birth_name = forms.CharField(label="Nom de naissance, s’il est différent", max_length=80, required=False)
    birth_on = BirthDateField(label="Date de naissance", error_messages={"required": "Écrivez la date de naissance."})
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="La personne y reçoit ses convocations.",
        error_messages={"invalid": "Écrivez une adresse complète, par exemple prenom.nom@exemple.fr."},
    )
    phone = forms.CharField(label="Téléphone", max_length=30, required=False)
    ft_identifier = forms.CharField(
        label="Identifiant France Travail",
        max_length=20,
        required=False,
        help_text="Sept à dix chiffres, puis parfois une lettre.",
    )
    category = forms.ChoiceField(
        label="Catégorie d’inscription",
        required=False,
        choices=[("", "À préciser"), *RegistrationCategory.choices],
        help_text="Toutes les catégories sont admises.",
    )
    level = forms.TypedChoiceField(
        label="Niveau d’études",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "À préciser"), *Level.choices],
        help_text="Il n’écarte jamais personne.",
    )
    sex = forms.ChoiceField(
        label="Sexe", required=False, choices=[("", "À préciser"), *Sex.choices],
        help_text="Pour suivre les écarts entre femmes et hommes, jamais pour choisir.",
    )  # fmt: skip
    postcode = forms.CharField(label="Code postal", max_length=10, required=False)  # « 44 000 » is typed so
    city = forms.CharField(label="Ville", max_length=120, required=False)

    def clean_birth_on(self) -> date:
        born: date = self.cleaned_data["birth_on"]
        today = timezone.localdate()
        if born > today - timedelta(days=YOUNGEST * 365):
            raise ValidationError(f"Cette date donne moins de {YOUNGEST} ans : vérifiez l’année.")
        if born < today - timedelta(days=OLDEST * 366):
            raise ValidationError(f"Cette date donne plus de {OLDEST} ans : vérifiez l’année.")
        return born

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"].strip()
        digits = re.sub(r"\D", "", text)
        if text and not 9 <= len(digits) <= 15:
            raise ValidationError("Écrivez un numéro complet, par exemple 06 12 34 56 78.")
        return text

    def clean_ft_identifier(self) -> str:
        text = clean_ft_identifier(self.cleaned_data["ft_identifier"])
        if text and not re.fullmatch(r"\d{7,10}[A-Z]?", text, re.ASCII):
            raise ValidationError("Un identifiant France Travail compte sept à dix chiffres, puis parfois une lettre.")
        return text

    def clean_postcode(self) -> str:
        text = "".join(self.cleaned_data["postcode"].split())
        if text and not re.fullmatch(r"\d{5}", text, re.ASCII):
            raise ValidationError("Un code postal compte cinq chiffres.")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("email") and not cleaned.get("phone"):
            self.add_error("email", "Donnez au moins une façon de joindre la personne : adresse ou téléphone.")
        return cleaned


class PurposeForm(forms.Form):
    """Why one reads sensitive facts: the reason is kept with the reading."""

    use_required_attribute = False

    purpose = forms.CharField(
        label="Pourquoi consultez-vous ces informations ?",
        max_length=200,
        help_text="Votre nom, la date et cette raison sont gardés, pour le délégué à la protection des données.",
        error_messages={"required": "Dites pourquoi, en quelques mots."},
    )

    def clean_purpose(self) -> str:
        text: str = self.cleaned_data["purpose"].strip()
        if len(text) < 3:
            raise ValidationError("Dites pourquoi, en quelques mots.")
        return text


class SensitiveForm(forms.Form):
    """What the admission checks and few may read. Nothing has to be answered."""

    use_required_attribute = False
    asks = {
        "work_permit_needed": Ask(rule_id="R76", options="short"),
        "work_permit_until": Ask(rule_id="R76", width="mid"),
        "from_siae": Ask(rule_id="R79", options="short"),
        "siae_contract_end": Ask(rule_id="R79", width="mid"),
        "allowance": Ask(rule_id="R83", options="short"),
        "disabled_worker": Ask(options="short"),
    }

    purpose = forms.CharField(widget=forms.HiddenInput, max_length=200)
    disabled_worker = OuiNonField(label="Bénéficiaire de l’obligation d’emploi (travailleur handicapé)", required=False)
    accommodations = forms.CharField(
        label="Aménagements utiles", required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text="Ce dont la personne a besoin, jamais son diagnostic.",
    )  # fmt: skip
    work_permit_needed = OuiNonField(label="Une autorisation de travail est-elle nécessaire ?", required=False)
    work_permit_until = FrenchDateField(label="Autorisation de travail valable jusqu’au", required=False)
    from_siae = OuiNonField(label="La personne sort-elle d’une structure d’insertion (SIAE) ?", required=False)
    siae_contract_end = FrenchDateField(label="Fin de son contrat avec la structure", required=False)
    allowance = OuiNonField(label="Perçoit-elle une allocation chômage ?", required=False)
