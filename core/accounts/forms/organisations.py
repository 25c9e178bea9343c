"""An organisation's details: the fields that its kind has, and no other."""

import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.accounts.companies import CompanyFacts
from core.accounts.enums import EmployerNature, OrganisationKind, Role
from core.accounts.forms.fields import SiretField, idcc_shape, nda_shape, postcode_shape
from core.accounts.models import Organisation
from core.reference.models import Commune
from core.reference.text import normalise_place
from core.ui.fields import FrenchDateField, RadioPick
from core.ui.forms import Ask

COMMON = ["name", "legal_name", "address", "postcode", "city", "email", "phone", "website"]
OWN_FIELDS: dict[str, list[str]] = {
    OrganisationKind.EMPLOYEUR: ["nature", "headcount", "collective_agreement", "naf"],
    OrganisationKind.ORGANISME: ["nda", "qualiopi_until", "handicap_referent"],
    OrganisationKind.VALIDEUR: ["network"],
    OrganisationKind.RELAIS: ["relais_kind"],
    OrganisationKind.CARIFOREF: [],
    OrganisationKind.REGION: [],
}
# The answers that are needed, and what is said when they are missing.
REQUIRED = {
    "name": "Donnez le nom de l’organisation.",
    "nature": "Dites quel employeur vous êtes.",
    "nda": "Donnez le numéro de déclaration d’activité.",
    "qualiopi_until": "Donnez la date de fin de la certification Qualiopi.",
    "network": "Dites de quel réseau il s’agit.",
    "relais_kind": "Dites de quel relais il s’agit.",
}


class OrganisationForm(forms.ModelForm):
    """Details of an organisation of one kind. The SIRET is asked once, when it is opened."""

    qualiopi_until = FrenchDateField(label="Qualiopi valable jusqu’au")
    website = forms.URLField(label="Site internet", required=False, assume_scheme="https")

    asks = {
        "postcode": Ask(width="short"),
        "collective_agreement": Ask(width="short"),
        "naf": Ask(width="short"),
        "nda": Ask(width="mid"),
        "nature": Ask(why="Les règles diffèrent selon l’employeur : une agence d’emploi, un employeur public ou une "
                      "structure d’insertion n’ont pas les mêmes droits."),
    }  # fmt: skip

    class Meta:
        model = Organisation
        fields = [*COMMON, *(name for names in OWN_FIELDS.values() for name in names)]
        labels = {
            "name": "Nom d’usage",
            "legal_name": "Raison sociale",
            "address": "Numéro et rue",
            "city": "Commune",
            "nature": "Type d’employeur",
            "headcount": "Nombre de salariés",
            "collective_agreement": "Convention collective",
            "naf": "Code d’activité (NAF)",
        }
        help_texts = {
            "collective_agreement": "Son numéro (IDCC), sur quatre chiffres, figure sur le bulletin de paie.",
            "handicap_referent": "Nom de la personne, affiché sur les fiches de session.",
        }
        widgets = {
            "nature": RadioPick(),
            "network": RadioPick(),
            "relais_kind": RadioPick(),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel"}),
        }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.instance.kind = kind
        kept = ["siret", *COMMON, *OWN_FIELDS[kind]]
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        for name, field in self.fields.items():
            field.required = name in REQUIRED or (name == "siret" and field.required)
            if name in REQUIRED:
                field.error_messages["required"] = REQUIRED[name]
        for name, check in (("postcode", postcode_shape), ("nda", nda_shape), ("collective_agreement", idcc_shape)):
            if name in self.fields:
                self.fields[name].validators.append(check)
        if "nature" in self.fields:
            self.fields["nature"].choices = EmployerNature.choices  # type: ignore[attr-defined]
        for name in ("network", "relais_kind"):
            if name in self.fields:
                choices = self.fields[name].choices  # type: ignore[attr-defined]
                self.fields[name].choices = [choice for choice in choices if choice[0]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Tie postcode and name of commune to the official commune, when our list has it."""
        answers: dict[str, Any] = super().clean() or {}
        self.instance.commune = self._commune(answers.get("postcode") or "", answers.get("city") or "")
        if self.instance.commune:
            answers["city"] = self.instance.commune.name
        return answers

    def _commune(self, postcode: str, city: str) -> Commune | None:
        if not postcode:
            return None
        here = list(Commune.objects.filter(postcodes__contains=[postcode], retired_on=None))
        if not here:
            return None
        same = [commune for commune in here if normalise_place(commune.name) == normalise_place(city)]
        if same or (not city and len(here) == 1):
            return (same or here)[0]
        names = " ou ".join(commune.name for commune in here[:6])
        raise ValidationError({"city": f"Le code postal {postcode} est celui de {names}."})

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, with the commune, ready for the workflow."""
        return {**self.cleaned_data, "commune": self.instance.commune}


class OpenOrganisationForm(OrganisationForm):
    """The Région opens an organisation, and may invite its first administrator at once."""

    siret = SiretField()
    first_administrator = forms.EmailField(
        label="Adresse de son premier administrateur",
        required=False,
        help_text="Cette personne recevra une invitation et pourra inviter ses collègues.",
    )

    field_order = ["siret", *COMMON]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        invited = copy.deepcopy(self.base_fields["first_administrator"])
        super().__init__(*args, **kwargs)
        self.fields["first_administrator"] = invited
        if self.kind in (OrganisationKind.RELAIS, OrganisationKind.VALIDEUR):
            self.fields["siret"].required = False

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        siret = answers.get("siret")
        if siret and Organisation.objects.filter(siret=siret, kind=self.kind).exists():
            self.add_error("siret", "Une organisation de ce type porte déjà ce SIRET.")
        return answers


class RegisterEmployerForm(OrganisationForm):
    """« Je suis employeur »."""

    siret = SiretField()
    field_order = ["siret", *COMMON]


def filled_from(facts: CompanyFacts, kind: str) -> dict[str, str]:
    """What public facts write into the form of this kind."""
    filled = {
        "siret": facts.siret,
        "name": facts.name,
        "legal_name": facts.legal_name,
        "address": facts.address,
        "postcode": facts.postcode,
        "city": facts.city,
    }
    if kind == OrganisationKind.EMPLOYEUR:
        filled |= {
            "nature": facts.nature,
            "headcount": facts.headcount,
            "collective_agreement": facts.collective_agreement,
            "naf": facts.naf,
        }
    if kind == OrganisationKind.ORGANISME:
        filled["nda"] = facts.nda
    return filled


def role_choices(kind: str) -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in Role.for_kind(kind)]


ROLE_HINTS = {
    Role.MEMBRE: "Agit au nom de l’organisation.",
    Role.ADMINISTRATEUR: "Agit, invite, retire des membres et corrige les coordonnées.",
    Role.GESTIONNAIRE: "Instruit les dossiers, sans décider.",
    Role.DECIDEUR: "Instruit et décide : autorise, refuse, accorde une dérogation.",
    Role.FINANCES: "Suit les lots, les commandes et les paiements.",
}
REGION_ADMINISTRATOR_HINT = "Ouvre les organisations, invite et retire des membres, règle le portail."


def role_field(kind: str, initial: str = "") -> forms.ChoiceField:
    """The choice of a role, each explained."""
    hints = {str(role): hint for role, hint in ROLE_HINTS.items()}
    if kind == OrganisationKind.REGION:
        hints[Role.ADMINISTRATEUR] = REGION_ADMINISTRATOR_HINT
    return forms.ChoiceField(
        label="Rôle", choices=role_choices(kind), widget=RadioPick(hints=hints), initial=initial or None
    )


class InviteForm(forms.Form):
    """An address and a role of this kind of organisation."""

    email = forms.EmailField(
        label="Adresse électronique de la personne",
        error_messages={"required": "Donnez l’adresse de la personne que vous invitez."},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = role_field(kind, Role.for_kind(kind)[0])


class RoleForm(forms.Form):
    def __init__(self, *args: Any, kind: str, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = role_field(kind, role)


class OrganisationSearchForm(forms.Form):
    """The Région's list: words or SIRET, and kind."""

    q = forms.CharField(label="Nom ou SIRET", required=False, max_length=100)
    type = forms.ChoiceField(label="Type", required=False, choices=[("", "Tous les types"), *OrganisationKind.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # nobody expects a filter to be compulsory
