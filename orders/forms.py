"""Forms of the market's records."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation, User
from core.reference import search
from core.reference.models import Certification, Commune, Departement, Epci, Filiere, TerritoireEfop
from core.ui.fields import CheckboxPick, DecimalField, FileField, FrenchDateField, IntegerField, RadioPick
from core.ui.forms import Ask
from core.ui.spreadsheets import MAX_BYTES
from orders.enums import LotRole
from orders.models import Lot, LotPeriod, LotPlace, Marche
from orders.queries.territory import Zone, named
from orders.workflow.market import Where


class MarcheForm(forms.ModelForm):
    """A marché. Once it is renewed, its end is that of its last renewal."""

    asks = {"renewals_planned": Ask(width="short")}

    number = forms.CharField(label="Numéro", max_length=40)
    title = forms.CharField(label="Objet", max_length=250)
    starts_on = FrenchDateField(label="Début")
    ends_on = FrenchDateField(label="Fin", help_text="Avant toute reconduction.")
    renewals_planned = IntegerField(
        label="Reconductions prévues",
        min_value=0,
        max_value=20,
        required=False,
        initial=0,
        help_text="Combien de fois le marché peut être reconduit\u00a0; 0 s’il ne peut pas l’être.",
    )

    class Meta:
        model = Marche
        fields = ["number", "title", "starts_on", "ends_on", "renewals_planned"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.renewals.exists():
            del self.fields["ends_on"]
        self.fields["renewals_planned"].hide_optional = True  # type: ignore[attr-defined]

    def clean_renewals_planned(self) -> int:
        return self.cleaned_data["renewals_planned"] or 0


class RenewalForm(forms.Form):
    """How long a marché goes on."""

    use_required_attribute = False

    ends_on = FrenchDateField(label="Le marché est reconduit jusqu’au")
    decided_on = FrenchDateField(label="Décision de reconduire, datée du")


class PeriodForm(forms.Form):
    """A period of a lot. `period`: the one that is changed, whose first day stays."""

    use_required_attribute = False
    asks = {"mini": Ask(rule_id="R118")}

    first = FrenchDateField(label="Premier jour")
    last = FrenchDateField(label="Dernier jour")
    mini = DecimalField(label="Mini", unit="heures-stagiaires", min_value=0, max_digits=12, decimal_places=2)
    maxi = DecimalField(label="Maxi", unit="heures-stagiaires", min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, period: LotPeriod | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if period is not None:
            del self.fields["first"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        mini, maxi = cleaned.get("mini"), cleaned.get("maxi")
        if mini is not None and maxi is not None and mini > maxi:
            self.add_error("maxi", "Le maxi est au moins égal au mini.")
        return cleaned


class LotForm(forms.ModelForm):
    """A lot with its territory and its list of certifications, typed as codes."""

    asks = {
        "filiere": Ask(rule_id="R41"),
        "coordinateur": Ask(rule_id="R106"),
        "departements": Ask(rule_id="R43", options="cols"),
        "listed": Ask(rule_id="R42"),
        "obligatory": Ask(rule_id="R45"),
    }

    marche = forms.ModelChoiceField(Marche.objects.order_by("-starts_on", "number"), label="Marché", empty_label=None)
    number = IntegerField(label="Numéro du lot", min_value=1, max_value=999)
    title = forms.CharField(label="Intitulé", max_length=250)
    filiere = forms.ModelChoiceField(
        Filiere.objects.filter(retired_on=None).order_by("name"), label="Filière", empty_label="Choisissez"
    )
    departements = forms.ModelMultipleChoiceField(
        Departement.objects.filter(in_region=True).order_by("code"),
        label="Départements",
        widget=CheckboxPick,
        required=False,
    )
    epcis = forms.CharField(
        label="Ou intercommunalités",
        help_text="Leurs noms ou leurs SIREN, séparés par des points-virgules. Laissez vide quand le lot couvre des "
        "départements entiers.",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    territoires = forms.CharField(
        label="Ou territoires de l’offre de formation",
        help_text="Leurs noms ou leurs codes, séparés par des points-virgules.",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    mini_hours = DecimalField(label="Mini", unit="heures-stagiaires", min_value=0, max_digits=12, decimal_places=2)
    maxi_hours = DecimalField(label="Maxi", unit="heures-stagiaires", min_value=0, max_digits=12, decimal_places=2)
    first_ends_on = FrenchDateField(
        label="Dernier jour de la première période",
        help_text="Souvent un an après le début du marché. Vide\u00a0: jusqu’à la fin du marché.",
        required=False,
    )
    gestionnaire: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        None, label="Gestionnaire référent à la Région", empty_label="Choisissez"
    )
    coordinateur = forms.CharField(label="Coordinateur du lot, côté groupement", max_length=160)
    listed = forms.CharField(
        label="Certifications de la liste du marché",
        help_text="Leurs codes, séparés par des espaces ou des virgules, par exemple RNCP39216, RS5054.",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    obligatory = forms.CharField(
        label="Dont obligatoires",
        help_text="Celles que le groupement doit pouvoir proposer si on les lui demande.",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    is_active = forms.BooleanField(label="Le lot est actif : des sessions peuvent y être demandées.", required=False)

    class Meta:
        model = Lot
        fields = [
            "marche", "number", "title", "filiere", "gestionnaire", "coordinateur", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Membership.objects.filter(
            organisation__kind=OrganisationKind.REGION, role=Role.GESTIONNAIRE, is_active=True
        )
        self.fields["gestionnaire"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=staff.values("user")
        ).order_by("last_name", "id")
        self.order_fields(_LOT_ORDER)
        if self.instance.pk:
            del self.fields["first_ends_on"]
            epcis, territoires = list(self.instance.epcis.all()), list(self.instance.territoires.all())
            self.initial["epcis"] = "; ".join(str(one) for one in epcis)
            self.initial["territoires"] = "; ".join(str(one) for one in territoires)
            self.initial["departements"] = [] if epcis or territoires else list(self.instance.departements.all())
            if self.instance.periods.exists():  # what is ordered up to is changed on its own page, period by period
                del self.fields["mini_hours"], self.fields["maxi_hours"]
            rows = self.instance.lot_certifications.order_by("certification")
            self.initial["listed"] = ", ".join(row.certification_id for row in rows)
            self.initial["obligatory"] = ", ".join(row.certification_id for row in rows if row.obligatoire)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        mini, maxi = cleaned.get("mini_hours"), cleaned.get("maxi_hours")
        if mini is not None and maxi is not None and mini > maxi:
            self.add_error("maxi_hours", "Le maxi est au moins égal au mini.")
        finer, plain = cleaned.get("epcis") or cleaned.get("territoires"), cleaned.get("departements")
        if finer and plain:
            self.add_error("departements", "Choisissez des départements, ou un territoire plus fin, pas les deux.")
        elif not finer and not plain and not self.errors.keys() & {"departements", "epcis", "territoires"}:
            self.add_error("departements", "Choisissez au moins un département, ou un territoire ci-dessous.")
        return cleaned

    def clean_epcis(self) -> list[Epci]:
        return _zones(Epci.objects.active(), self.cleaned_data["epcis"], "cette intercommunalité")

    def clean_territoires(self) -> list[TerritoireEfop]:
        return _zones(TerritoireEfop.objects.active(), self.cleaned_data["territoires"], "ce territoire")

    def where(self) -> Where:
        """Where the lot is, as it was typed."""
        return Where(*(self.cleaned_data[name] for name in ("departements", "epcis", "territoires")))

    def clean_listed(self) -> list[Certification]:
        return _certifications(self.cleaned_data["listed"])

    def clean_obligatory(self) -> list[Certification]:
        return _certifications(self.cleaned_data["obligatory"])

    def certifications(self) -> dict[Certification, bool]:
        """The list, each with whether it is obligatory; an obligatory one is of the list."""
        obligatory = self.cleaned_data["obligatory"]
        return dict.fromkeys(self.cleaned_data["listed"], False) | dict.fromkeys(obligatory, True)


_LOT_ORDER = [
    "marche", "number", "title", "filiere", "departements", "epcis", "territoires", "first_ends_on", "mini_hours",
    "maxi_hours", "gestionnaire", "coordinateur", "listed", "obligatory", "is_active",
]  # fmt: skip


def _zones(zones: Iterable[Zone], text: str, thing: str) -> list[Zone]:
    found, unknown = named(zones, [one.strip() for one in re.split(r"[;\n]+", text) if one.strip()])
    if unknown:
        raise ValidationError(f"Nous ne connaissons pas {thing}\u00a0: {', '.join(unknown)}.")
    return found


def _certifications(text: str) -> list[Certification]:
    codes = list(dict.fromkeys(code.upper() for code in re.split(r"[\s,;]+", text.strip()) if code))
    found = {row.pk: row for row in Certification.objects.filter(pk__in=codes)}
    if unknown := [code for code in codes if code not in found]:
        raise ValidationError(f"Ces codes ne sont pas dans la liste des certifications : {', '.join(unknown)}.")
    return [found[code] for code in codes]


def organismes() -> Any:
    return Organisation.objects.filter(kind=OrganisationKind.ORGANISME, is_active=True).order_by("name", "id")


class MemberForm(forms.Form):
    """The entry of an organisme in the group. `roles`: what the person who fills it may give."""

    use_required_attribute = False
    asks = {
        "role": Ask(rule_id="R112"),
        "lack_stated_on": Ask(rule_id="R113"),
        "mandataire_agreed_on": Ask(rule_id="R114"),
    }

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        None,
        label="Organisme",
        empty_label="Choisissez",
        error_messages={"required": "Choisissez l’organisme."},
    )
    role = forms.ChoiceField(label="Rôle", widget=RadioPick)
    lack_stated_on = FrenchDateField(
        label="Attestation qu’aucun membre du groupement ne peut faire cette formation, datée du", required=False
    )
    mandataire_agreed_on = FrenchDateField(label="Accord du mandataire, daté du", required=False)

    def __init__(self, *args: Any, lot: Lot, roles: list[LotRole], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = lot.members.filter(is_active=True).values("organisation")
        self.fields["organisation"].queryset = organismes().exclude(pk__in=present)  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        if len(roles) == 1:
            self.initial["role"] = roles[0].value
            for name in ("lack_stated_on", "mandataire_agreed_on"):
                self.fields[name].hide_optional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == LotRole.SOUS_TRAITANT:
            if not data.get("lack_stated_on") and "lack_stated_on" not in self.errors:
                self.add_error(
                    "lack_stated_on", "Dites la date de cette attestation : sans elle, pas de sous-traitance."
                )
            if not data.get("mandataire_agreed_on") and "mandataire_agreed_on" not in self.errors:
                self.add_error("mandataire_agreed_on", "Dites la date de l’accord du mandataire.")
        return data


class PriceForm(forms.Form):
    use_required_attribute = False
    asks = {"amount": Ask(rule_id="R123"), "reason": Ask(rule_id="R124")}

    amount = DecimalField(label="Prix de l’heure-stagiaire", unit="€", min_value=0, max_digits=6, decimal_places=2)
    starts_on = FrenchDateField(label="En vigueur à partir du")
    reason = forms.CharField(
        label="Motif", required=False, max_length=500, help_text="Pour une hausse : ce qui la justifie."
    )

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise ValidationError("Un prix est supérieur à zéro.")
        return amount


class PlaceForm(forms.ModelForm):
    """A training place agreed for the lot (R44)."""

    asks = {"name": Ask(rule_id="R44"), "postcode": Ask(width="short"), "town": Ask(width="mid")}

    organisme: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        None, label="Organisme", empty_label="Choisissez"
    )
    name = forms.CharField(label="Nom du lieu", max_length=160)
    address = forms.CharField(label="Adresse", help_text="Numéro et rue.", max_length=200)
    postcode = forms.CharField(label="Code postal", max_length=5)
    town = forms.CharField(label="Commune", max_length=120)
    siret = forms.CharField(label="SIRET du lieu", max_length=20, required=False)

    class Meta:
        model = LotPlace
        fields = ["organisme", "name", "address", "postcode", "siret"]

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = lot.members.filter(is_active=True).values("organisation")
        self.fields["organisme"].queryset = organismes().filter(pk__in=members)  # type: ignore[attr-defined]

    def clean_siret(self) -> str:
        siret = re.sub(r"\s", "", self.cleaned_data["siret"])
        if siret and not re.fullmatch(r"\d{14}", siret, re.ASCII):
            raise ValidationError("Un SIRET compte 14 chiffres.")
        return siret

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"].replace(" ", "")
        if not re.fullmatch(r"\d{5}", postcode, re.ASCII):
            raise ValidationError("Un code postal compte cinq chiffres.")
        return postcode

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        town, postcode = data.get("town"), data.get("postcode")
        if town and postcode:
            found = [row for row in search.which_communes(town) if postcode in row.postcodes]
            if not found:
                self.add_error("town", f"Nous ne trouvons pas « {town} » au code postal {postcode}.")
            else:
                data["commune"] = found[0]
        return data

    def commune(self) -> Commune:
        return self.cleaned_data["commune"]


class MarketFileForm(forms.Form):
    file = FileField(
        label="Le tableau des marchés et des lots",
        max_size=MAX_BYTES,
        endings=(".xlsx", ".csv"),
        help_text="XLSX ou CSV, 5 Mo et 20 000 lignes au plus\u00a0: celui du modèle, ou l’export corrigé.",
    )


class MarketConfirmForm(forms.Form):
    tell_group = forms.BooleanField(
        label="Prévenir les organismes qui entrent dans un groupement, et ceux d’un lot dont le prix est daté",
        required=False,
        initial=True,
    )


class LotFilterForm(forms.Form):
    """`marches`: those that the reader has lots on."""

    q = forms.CharField(label="Numéro, intitulé ou organisme", required=False, max_length=100)
    marche = forms.ModelChoiceField(Marche.objects.none(), label="Marché", required=False, empty_label="Tous")
    filiere = forms.ModelChoiceField(
        Filiere.objects.order_by("name"), label="Filière", required=False, empty_label="Toutes"
    )
    departement = forms.ModelChoiceField(
        Departement.objects.filter(in_region=True).order_by("code"),
        label="Département",
        required=False,
        empty_label="Tous",
    )
    clos = forms.BooleanField(label="Montrer aussi les lots clos", required=False)

    def __init__(self, *args: Any, marches: QuerySet[Marche], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["marche"].queryset = marches  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]
