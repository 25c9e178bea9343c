"""« Le lieu » and « Les personnes »."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.ui.fields import (
    RadioPick,
)
from core.ui.forms import Ask
from intentions.forms.lookups import commune_field
from orders.models import LotPlace
from sessions.forms.requests.base import LongText, StepForm
from sessions.publication.checks import TEXT_LIMITS

ANOTHER_PLACE = "autre"


class PlaceForm(StepForm):
    """Le lieu: one agreed for the lot, or another that the Région must accept."""

    needed = frozenset({"place_choice"})
    asks = {
        "place_choice": Ask(rule_id="R44"),
        "place_reason": Ask(rule_id="R43"),
        "technical_platform": Ask(rule_id="R60"),
        "place_postcode": Ask(width="short"),
    }

    place_choice = forms.ChoiceField(label="Où se déroule la formation ?", widget=RadioPick)
    place_name = forms.CharField(
        label="Nom de l’autre lieu",
        help_text="Laissez vides ces quatre réponses si le lieu est dans la liste.",
        max_length=160,
    )
    place_address = forms.CharField(label="Adresse", help_text="Numéro et rue.", max_length=200)
    place_postcode = forms.CharField(label="Code postal", max_length=5)
    place_commune = commune_field(
        label="Commune",
        help_text="Son nom ou son code postal.",
    )
    place_reason = LongText(
        label="Pourquoi ce lieu, ou ce territoire ?",
        help_text="Demandé pour un lieu nouveau, ou hors du territoire du lot. La Région décide.",
        max_length=2000,
        rows=3,
    )
    technical_platform = forms.CharField(
        label="Plateau technique", help_text="Ateliers, machines, postes de travail.", max_length=250
    )
    accessibility = forms.CharField(
        label="Accès des personnes handicapées",
        help_text="Par exemple : locaux de plain-pied, référente handicap joignable au centre.",
        max_length=TEXT_LIMITS["accessibility"][1],
    )
    transport = forms.CharField(label="Y venir", max_length=TEXT_LIMITS["transport"][1])
    catering = forms.CharField(label="Restauration", max_length=TEXT_LIMITS["catering"][1])
    lodging = forms.CharField(label="Hébergement", max_length=TEXT_LIMITS["lodging"][1])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.session_request
        places = LotPlace.objects.filter(lot=request.lot_id, is_active=True).select_related("commune")
        self.places = {str(place.pk): place for place in places.order_by("name", "id")}
        choices = [(key, _called(place)) for key, place in self.places.items()]
        field: forms.ChoiceField = self.fields["place_choice"]  # type: ignore[assignment]
        field.choices = [*choices, (ANOTHER_PLACE, "Un autre lieu")]
        if request.place_id:
            self.initial["place_choice"] = str(request.place_id)
        elif request.place_name or not self.places:
            self.initial["place_choice"] = ANOTHER_PLACE

    def clean_place_postcode(self) -> str:
        postcode = self.cleaned_data["place_postcode"].replace(" ", "")
        if postcode and not re.fullmatch(r"\d{5}", postcode, re.ASCII):
            raise ValidationError("Un code postal compte cinq chiffres.")
        return postcode

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        commune, postcode = data.get("place_commune"), data.get("place_postcode")
        if commune and not postcode and len(commune.postcodes) == 1:
            data["place_postcode"] = commune.postcodes[0]
        elif commune and postcode and commune.postcodes and postcode[:2] != commune.departement_id[:2]:
            self.add_error("place_postcode", f"Ce code postal n’est pas celui de {commune.name}.")
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        choice = self.cleaned_data.get("place_choice")
        if choice in self.places:
            blank = dict.fromkeys(("place_name", "place_address", "place_postcode"), "")
            values |= blank | {"place": self.places[choice], "place_commune": None}
        elif choice == ANOTHER_PLACE:
            values["place"] = None
        return values


def _called(place: LotPlace) -> str:
    """Its name and its commune, once each."""
    commune = place.commune.name
    return place.name if place.name.endswith(commune) else f"{place.name}, {commune}"


class PeopleForm(StepForm):
    """Les personnes: whom the public may call, how people are recruited, who follows for the network."""

    needed = frozenset({"contact_name", "contact_email", "contact_phone"})
    asks = {"network_referent": Ask(rule_id="R104"), "recruitment": Ask(rule_id="R97")}

    contact_name = forms.CharField(label="Personne ou service à joindre", help_text="Ce nom est public.", max_length=50)
    contact_email = forms.EmailField(
        label="Adresse électronique publique",
        help_text="De préférence celle d’un service. Une adresse ou un téléphone suffit.",
        max_length=160,
        error_messages={"invalid": "Écrivez une adresse complète, par exemple accueil@organisme.fr."},
    )
    contact_phone = forms.CharField(label="Téléphone public", max_length=24)
    recruitment = LongText(
        label="Comment se fait le recrutement ?",
        help_text="Réunions, entretiens, place de l’employeur. Aucun test de sélection sur le niveau.",
        max_length=3000,
        rows=4,
    )
    network_referent = forms.CharField(
        label="Référent du Réseau pour l’emploi",
        help_text="Exigé avant le démarrage. France Travail, Mission locale, Cap emploi ou Département.",
        max_length=160,
    )

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"].strip()
        if phone and not re.fullmatch(r"\+?[0-9 .()-]{10,24}", phone, re.ASCII):
            raise ValidationError("Écrivez dix chiffres, par exemple 02 40 00 00 00.")
        return phone
