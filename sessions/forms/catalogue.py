"""What a visitor may ask of the catalogue. Everything is optional; what cannot be read is said beside its field."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from core.reference import search
from core.reference.models import Commune, Metier
from core.ui.fields import AutocompleteField, FrenchDateField
from sessions.enums import AccessMode, Teaching
from sessions.queries import catalogue

CERTIFYING = [("", "Avec ou sans certification"), ("oui", "Avec une certification"), ("non", "Sans certification")]
SORTS = [
    ("date", "Date de début"),
    ("pertinence", "Pertinence"),
    ("proximite", "Proximité"),
    ("nouveaute", "Nouveauté"),
]


def _commune(text: str) -> Commune | None:
    """The commune meant; of several of that name, the first proposed (the region's, the most peopled)."""
    found = search.find_commune(text, code=text)
    if isinstance(found, list):
        return found[0] if found else None
    return found


def _metier(text: str) -> Metier | None:
    found = search.find_metier(text, code=text)
    if isinstance(found, list):
        return found[0] if found else None
    return found


def _commune_label(code: str) -> str:
    commune = Commune.objects.filter(pk=code).first()
    return str(commune) if commune else code


class CatalogueForm(forms.Form):
    """The filters of the catalogue, as they stand in the address. `asked()` once it is cleaned, valid or not."""

    q = forms.CharField(required=False, max_length=200, strip=True)
    departement = forms.MultipleChoiceField(required=False)
    filiere = forms.MultipleChoiceField(required=False)
    acces = forms.MultipleChoiceField(required=False, choices=AccessMode.choices)
    modalite = forms.MultipleChoiceField(required=False, choices=Teaching.choices)
    territoire = forms.ChoiceField(required=False, label="Territoire")
    metier = AutocompleteField(
        required=False,
        label="Métier",
        url=reverse_lazy("reference_metiers"),
        resolve=_metier,
        label_for=catalogue.metier_name,
    )
    certifiante = forms.ChoiceField(required=False, label="Certification", choices=CERTIFYING)
    certification = forms.RegexField(r"^(RNCP|RS)\d{1,6}$", required=False, label="Code RNCP ou RS")
    organisme = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    du = FrenchDateField(required=False, label="Débute à partir du")
    au = FrenchDateField(required=False, label="Débute au plus tard le")
    places = forms.BooleanField(required=False, label="Avec des places libres")
    pres_de = AutocompleteField(
        required=False,
        label="Près de",
        url=reverse_lazy("reference_communes"),
        resolve=_commune,
        label_for=_commune_label,
    )
    rayon = forms.TypedChoiceField(
        required=False,
        label="Dans un rayon de",
        coerce=int,
        empty_value=None,
        choices=[
            (radius if radius != catalogue.DEFAULT_RADIUS else "", f"{radius}\u00a0km") for radius in catalogue.RADII
        ],
    )
    tri = forms.ChoiceField(required=False, label="Trier par", choices=SORTS)

    # The form's French names, and what the query calls them.
    NAMES = {
        "q": "q",
        "departement": "departements",
        "filiere": "filieres",
        "acces": "access_modes",
        "modalite": "teachings",
        "territoire": "territoire",
        "certifiante": "certifying",
        "certification": "certification",
        "organisme": "organisme",
        "du": "starts_from",
        "au": "starts_to",
        "places": "with_places",
        "rayon": "radius",
        "tri": "sort",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options = catalogue.options()
        self.fields["departement"].choices = options["departements"]  # type: ignore[attr-defined]
        self.fields["filiere"].choices = options["filieres"]  # type: ignore[attr-defined]
        self.fields["territoire"].choices = [("", "Tous"), *options["territoires"]]  # type: ignore[attr-defined]
        self.fields["territoire"].widget.attrs["class"] = "in"
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]  # nobody expects a filter to be compulsory
        self.stand_in = bool(options["stand_in"])

    def asked(self) -> catalogue.Asked:
        """What can be read of the address; a value that cannot is left out, its error stands at its field."""
        self.is_valid()
        values = {self.NAMES[name]: value for name, value in self.cleaned_data.items() if name in self.NAMES}
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        metier = self.cleaned_data.get("metier")
        values["radius"] = values.get("radius") or catalogue.DEFAULT_RADIUS
        if not values.get("sort"):
            values["sort"] = "pertinence" if values.get("q") else "date"
        return catalogue.read({**values, "metier": metier.pk if metier else ""}, self.cleaned_data.get("pres_de"))
