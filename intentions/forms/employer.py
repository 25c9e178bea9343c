"""The first step: who hires, and whom to call."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret as siret_number

from core.accounts.enums import EmployerNature, OrganisationKind
from core.ui.fields import OuiNonField, RadioPick
from core.ui.forms import Ask
from intentions.forms.steps import StepForm


class EmployerForm(StepForm):
    """For the employer himself, his contact and nature; for the others, the named employer too (R08, R13).

    `siret` and `employer_name` are resolved by the view: this form only reads them.
    """

    slug = "entreprise"
    title = "L’entreprise"
    heading = "Qui recrute\u00a0?"
    lead = "Tous les employeurs sont admis, privés, publics ou associations, quel que soit leur effectif."
    optional: tuple[str, ...] = ("contact_phone", "interlocutor")
    asks = {
        "siret": Ask(width="mid", rule_id="R08"),
        "nature": Ask(rule_id="R24", options="cols", why="Une session ne peut pas déboucher sur un emploi en SIAE."),
        "guarantor": Ask(rule_id="R08", width="mid"),
        "need_from_survey": Ask(rule_id="R08", options="short"),
        "contact_name": Ask(width="mid"),
        "contact_email": Ask(width="mid"),
        "contact_phone": Ask(width="mid"),
        "interlocutor": Ask(rule_id="R16", width="mid"),
    }

    siret = forms.CharField(
        label="SIRET de l’établissement", max_length=20, help_text="14 chiffres. Nous cherchons le nom et l’adresse."
    )
    employer_name = forms.CharField(
        label="Nom de l’employeur",
        max_length=250,
        help_text="Si vous n’avez pas le SIRET, le nom suffit pour continuer.",
    )
    nature = forms.ChoiceField(label="Type d’employeur", choices=EmployerNature.choices, widget=RadioPick)
    contact_name = forms.CharField(label="Personne à joindre", max_length=160, help_text="Prénom et nom.")
    contact_email = forms.EmailField(
        label="Son adresse électronique",
        max_length=254,
        error_messages={"invalid": "Écrivez une adresse complète, par exemple nom@entreprise.fr."},
    )
    contact_phone = forms.CharField(label="Son téléphone", max_length=30)
    need_from_survey = OuiNonField(
        label="Ce besoin vient-il d’une enquête, comme l’enquête BMO\u00a0?",
    )
    guarantor = forms.CharField(
        label="Qui se porte garant de ce besoin\u00a0?",
        max_length=160,
        help_text="La personne de votre structure qui a vérifié que l’employeur est prêt à embaucher.",
    )
    interlocutor = forms.CharField(
        label="Interlocuteur de l’employeur",
        max_length=160,
        help_text="Qui l’employeur appelle pour suivre son dossier.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employer = self.intention.employer
        self.initial["nature"] = employer.nature if employer else ""
        if self.by_employer:
            for name in ("siret", "employer_name", "need_from_survey", "guarantor", "interlocutor"):
                self.fields.pop(name)
            return
        self.initial["siret"] = employer.siret if employer else ""
        self.initial["employer_name"] = employer.name if employer else ""
        if employer and employer.nature:
            self.fields.pop("nature")  # known already: only the employer changes it
        self.fields["contact_email"].help_text = "Nous y enverrons un lien pour voir et corriger cette intention."
        if self.intention.filed_by.organisation.kind != OrganisationKind.VALIDEUR:
            for name in ("guarantor", "need_from_survey"):
                if name in self.fields:
                    self.fields[name].hide_optional = False  # type: ignore[attr-defined]

    def clean_siret(self) -> str:
        """The 14 digits, or nothing."""
        typed = self.cleaned_data["siret"]
        if not typed:
            return ""
        try:
            return str(siret_number.validate(typed))
        except NumberError:
            raise ValidationError("Un SIRET compte 14 chiffres, et celui-ci ne tombe pas juste. Vérifiez-le.") from None

    def clean_need_from_survey(self) -> bool:
        return bool(self.cleaned_data["need_from_survey"])

    def answers(self) -> dict[str, Any]:
        given = super().answers()
        given.pop("employer", None)
        return given
