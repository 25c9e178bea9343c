"""The stepped form of a session request. Every step may be saved unfinished; the check page says what lacks.

Limits of the texts are those of the published sheet, so that what is authorised can be published as it stands.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from core.accounts.models import Membership
from core.reference.models import Certification, CertificationBlock, Formacode
from core.rules import Finding
from core.ui.fields import (
    CheckboxPick,
    DecimalField,
    FileField,
    FrenchDateField,
    IntegerField,
    RadioPick,
)
from core.ui.forms import Ask
from intentions.forms.lookups import certification_field, commune_field, metier_field
from orders.enums import LotRole
from orders.models import Lot, LotMember, LotPlace
from orders.queries import active, lots_of, role_on
from sessions.enums import AccessMode, Aim, EntryMode, HeadCountCase, Modality, Pathway, RequestState, Teaching
from sessions.models import Session, SessionRequest
from sessions.publication.checks import TEXT_LIMITS
from sessions.publication.text import clean as clean_text

ANOTHER_PLACE = "autre"
MESSAGE_ENDINGS = (".pdf", ".docx", ".odt", ".xlsx", ".ods", ".png", ".jpg", ".jpeg", ".eml")


class LongText(forms.CharField):
    """A free text as people paste it, cleaned as the published sheet will clean it."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class HourField(forms.TimeField):
    """An hour from the native input, or typed: « 9 h 30 », « 9h », « 09:30 »."""

    default_error_messages = {"invalid": "Écrivez une heure, par exemple 9 h 30."}
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,2})\s*h\s*(\d{2})?", value.strip(), re.ASCII)):
            value = f"{match[1]}:{match[2] or '00'}"
        return super().to_python(value)


class StepForm(forms.Form):
    """One step. Answers are never required here: an unfinished step is kept as it is.

    `needed` names the questions without which the request cannot be sent: they are not marked « facultatif ».
    """

    use_required_attribute = False
    needed: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()

    def __init__(self, *args: Any, request: SessionRequest, hat: Membership, **kwargs: Any) -> None:
        self.session_request, self.hat = request, hat
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.hide_optional = name in self.needed  # type: ignore[attr-defined]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name in self.initial:
            return self.initial[field_name]
        value = getattr(self.session_request, field_name, None)
        return value.pk if isinstance(value, Model) else value

    def values(self) -> dict[str, Any]:
        """What was understood, by field of the request; what has an error is left as it was."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.relations and hasattr(SessionRequest, name) and not self._keeps(name, value)
        }

    @staticmethod
    def _keeps(name: str, value: Any) -> bool:
        """Whether an unanswered question leaves the request's own default (« sur place », « dates fixes »…)."""
        return value == "" and SessionRequest._meta.get_field(name).has_default()  # type: ignore[union-attr]

    def many(self) -> dict[str, Iterable[Model]]:
        return {name: self.cleaned_data[name] for name in self.relations if name in self.cleaned_data}


class GroupForm(StepForm):
    """Le groupe: which lot, by which door, how many places, and on what ground when they are fewer than five."""

    needed = frozenset({"lot", "access_mode", "seats", "head_count_case", "mandataire_informed"})
    asks = {
        "lot": Ask(rule_id="R112"),
        "access_mode": Ask(rule_id="R01", options="cols"),
        "seats": Ask(unit="places", rule_id="R11"),
        "head_count_case": Ask(rule_id="R67"),
        "existing_group": Ask(rule_id="R68"),
        "complements": Ask(rule_id="R72"),
        "balance": Ask(rule_id="R69"),
        "mandataire_informed": Ask(rule_id="R116"),
    }

    lot: "forms.ModelChoiceField[Lot]" = forms.ModelChoiceField(
        None, label="Sur quel lot ?", empty_label=None, widget=RadioPick
    )
    access_mode = forms.ChoiceField(
        label="Comment entre-t-on dans cette session ?",
        choices=AccessMode.choices,
        widget=RadioPick(
            hints={
                AccessMode.INTENTION: "Des employeurs ont écrit leur intention d’embaucher au terme de la formation.",
                AccessMode.SOCLE: "L’offre minimale du marché, ouverte sans intention d’embauche.",
            }
        ),
    )
    seats = IntegerField(
        label="Combien de places ?",
        help_text="Hors du socle, autant de places que de postes rattachés, jamais plus.",
        unit="places",
        min_value=1,
        max_value=200,
        error_messages={
            "min_value": "Une session a au moins une place.",
            "max_value": "Une session a au plus 200 places. Au-delà, faites plusieurs demandes.",
        },
    )
    head_count_case = forms.ChoiceField(
        label="Si le groupe compte moins de cinq personnes, sur quoi s’appuie-t-il ?",
        help_text="Avec cinq places ou plus, gardez le premier choix.",
        choices=HeadCountCase.choices,
        widget=RadioPick(
            hints={
                HeadCountCase.NORMAL: "Ou entrées et sorties permanentes, à dire à l’étape « Le déroulement ».",
                HeadCountCase.GROUPE_EXISTANT: "Apprentis ou autre groupe déjà ouvert : aucun seuil.",
                HeadCountCase.COMPLEMENTAIRE: "Même domaine qu’une session déjà commandée : un seul parcours suffit.",
                HeadCountCase.EQUILIBRE: "Vous attestez l’équilibre, à prix inchangé ; la Région décide.",
            }
        ),
    )
    existing_group = forms.CharField(
        label="Quel est ce groupe existant ?",
        help_text="Par exemple : apprentis en CAP, douze personnes.",
        max_length=200,
    )
    complements: "forms.ModelChoiceField[Session]" = forms.ModelChoiceField(
        None, label="Quelle session complète-t-elle ?", empty_label="Aucune", help_text="Une session du même lot."
    )
    balance = forms.BooleanField(
        label="J’atteste que la session est à l’équilibre financier à cet effectif, sans changement de prix."
    )
    mandataire_informed = forms.BooleanField(
        label="J’ai informé le mandataire du lot de cette demande.",
        help_text="Son accord n’est pas attendu. Le portail le prévient aussi, à l’envoi.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = lots_of(self.hat.organisation)
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]
        self.fields["complements"].queryset = (  # type: ignore[attr-defined]
            Session.objects.filter(lot__in=lots.values("pk")).order_by("-starts_on", "id")
        )
        self.initial["balance"] = self.session_request.balance_stated_at is not None
        if not _is_cotraitant_somewhere(self.hat):
            del self.fields["mandataire_informed"]

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "balance" in self.cleaned_data:
            stated = self.session_request.balance_stated_at
            values["balance_stated_at"] = (stated or timezone.now()) if self.cleaned_data["balance"] else None
        lot = values.get("lot", self.session_request.lot)
        if values.get("mandataire_informed") and lot and role_on(lot, self.hat.organisation) != LotRole.COTRAITANT:
            values["mandataire_informed"] = False
        if self.session_request.place and lot != self.session_request.place.lot:
            values["place"] = None
        return values


def _is_cotraitant_somewhere(hat: Membership) -> bool:
    mine = LotMember.objects.filter(organisation=hat.organisation_id, role=LotRole.COTRAITANT, is_active=True)
    return mine.filter(lot__in=active().values("pk")).exists()


class TrainingForm(StepForm):
    """La formation: what is taught, to reach what, and how it answers the employer's need."""

    needed = frozenset(
        {"title", "objective", "expected_results", "content", "aim", "metier", "prerequisites", "formacodes_text"}
    )
    relations = frozenset({"blocks"})
    asks = {
        "aim": Ask(rule_id="R46"),
        "certification": Ask(rule_id="R47"),
        "off_list_reason": Ask(rule_id="R42"),
        "need_match": Ask(rule_id="R47"),
        "employer_opinion": Ask(rule_id="R63"),
        "prerequisites": Ask(rule_id="R110"),
        "has_licence_module": Ask(rule_id="R59"),
        "formacodes_text": Ask(width="mid"),
    }

    title = forms.CharField(
        label="Intitulé de la session",
        help_text="Celui que liront les conseillers et les candidats, par exemple « Soudeur assembleur industriel ».",
        max_length=TEXT_LIMITS["title"][1],
    )
    aim = forms.ChoiceField(label="Que vise-t-elle ?", choices=Aim.choices, widget=RadioPick)
    certification = certification_field(
        label="Quelle certification ?",
        help_text="Son code (RNCP, RS) ou des mots de son intitulé. À laisser vide sans certification.",
    )
    blocks: "forms.ModelMultipleChoiceField[CertificationBlock]" = forms.ModelMultipleChoiceField(
        None, label="Quels blocs de compétences ?", widget=CheckboxPick
    )
    metier = metier_field(
        label="À quel métier prépare-t-elle ?",
        help_text="Un nom de métier ou un code ROME.",
    )
    formacodes_text = forms.CharField(
        label="Formacodes",
        help_text="Un à cinq codes de cinq chiffres, le principal d’abord. "
        "Repris de la certification si vous n’en mettez pas.",
        max_length=60,
    )
    objective = LongText(label="Objectif", help_text="Ce que la personne saura faire.", max_length=3000)
    expected_results = LongText(
        label="Résultats attendus", help_text="Certification, compétences attestées, poste visé.", max_length=3000
    )
    content = LongText(label="Contenu", help_text="Les grandes parties de la formation.", max_length=3000, rows=8)
    prerequisites = LongText(
        label="Prérequis",
        help_text="Écrivez « Aucun » s’il n’y en a pas. Ils sont indicatifs : ils n’écartent personne d’eux-mêmes.",
        max_length=TEXT_LIMITS["prerequisites"][1],
    )
    level_in = forms.TypedChoiceField(
        label="Niveau conseillé à l’entrée",
        choices=[("", "Aucun niveau demandé"), *((n, f"Niveau {n}") for n in range(1, 9))],
        coerce=int,
        empty_value=None,
    )
    has_licence_module = forms.BooleanField(label="Elle comprend la préparation d’un permis de conduire.")
    need_match = LongText(label="En quoi répond-elle au besoin des employeurs rattachés ?", max_length=3000, rows=4)
    employer_opinion = LongText(
        label="Avis des employeurs sur le parcours",
        help_text="Ce qu’ils ont dit du contenu, et quand. Le parcours se construit avec eux.",
        max_length=3000,
        rows=4,
    )
    off_list_reason = LongText(
        label="Si la formation n’est pas dans la liste du marché, à quel besoin précis répond-elle ?",
        max_length=2000,
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        certification = self.session_request.certification
        blocks = CertificationBlock.objects.filter(certification=certification).order_by("code")
        if certification and blocks.exists():
            self.fields["blocks"].queryset = blocks  # type: ignore[attr-defined]
            self.initial["blocks"] = list(self.session_request.blocks.values_list("pk", flat=True))
        else:
            del self.fields["blocks"]
        self.initial["formacodes_text"] = ", ".join(self.session_request.formacodes)

    def clean_formacodes_text(self) -> list[str]:
        text = self.cleaned_data["formacodes_text"]
        codes = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else []
        wrong = [code for code in codes if not re.fullmatch(r"\d{5}", code, re.ASCII)]
        if wrong:
            raise ValidationError(f"Un Formacode compte cinq chiffres. À revoir : {', '.join(wrong)}.")
        if len(codes) > 5:
            raise ValidationError("Gardez cinq codes au plus, le principal d’abord.")
        known = set(Formacode.objects.filter(code__in=codes).values_list("code", flat=True))
        if Formacode.objects.exists() and (unknown := [code for code in codes if code not in known]):
            raise ValidationError(f"Ce Formacode n’est pas dans la liste officielle : {', '.join(unknown)}.")
        return codes

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        certification: Certification | None = data.get("certification")
        aim = data.get("aim")
        if certification and aim in (Aim.RNCP_COMPLET, Aim.RNCP_BLOCS) and certification.kind != "rncp":
            self.add_error("certification", "Cette certification est au répertoire spécifique : revoyez la visée.")
        if certification and aim == Aim.RS and certification.kind != "rs":
            self.add_error("certification", "Cette certification est au RNCP : revoyez la visée.")
        if certification and aim == Aim.SANS_CERTIFICATION:
            self.add_error(
                "certification", "Vous avez dit « sans certification » : videz ce champ ou revoyez la visée."
            )
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "formacodes_text" in self.cleaned_data:
            values["formacodes"] = self.cleaned_data["formacodes_text"]
            certification = values.get("certification", self.session_request.certification)
            if not values["formacodes"] and certification:
                values["formacodes"] = certification.formacodes[:5]
        return values

    def many(self) -> dict[str, Iterable[Model]]:
        certification = self.cleaned_data.get("certification", self.session_request.certification)
        if certification != self.session_request.certification:
            return {"blocks": []}
        return super().many()


def _hours(label: str, help_text: str = "") -> DecimalField:
    return DecimalField(
        label=label,
        help_text=help_text,
        unit="heures",
        min_value=0,
        max_value=5000,
        max_digits=7,
        decimal_places=2,
        error_messages={
            "min_value": "Un nombre d’heures n’est pas négatif.",
            "max_value": "Vérifiez : 5 000 heures par personne au plus.",
            "max_decimal_places": "Deux chiffres après la virgule au plus.",
        },
    )


class CourseForm(StepForm):
    """Le déroulement: where the hours are spent, at what pace, when."""

    needed = frozenset(
        {"teaching", "modalities", "hours_centre", "hours_company", "rhythm", "entry_mode", "starts_on", "ends_on"}
    )
    asks = {
        "modalities": Ask(rule_id="R54", options="cols"),
        "hours_centre": Ask(rule_id="R56"),
        "hours_refresher": Ask(rule_id="R53"),
        "hours_company": Ask(rule_id="R55"),
        "entry_mode": Ask(rule_id="R70", options="cols"),
        "starts_on": Ask(rule_id="R101"),
        "weekly_hours": Ask(unit="heures par semaine"),
        "teaching": Ask(options="short"),
        "pathway": Ask(rule_id="R52", options="cols"),
    }

    teaching = forms.ChoiceField(label="L’enseignement se fait", choices=Teaching.choices, widget=RadioPick)
    modalities = forms.MultipleChoiceField(
        label="Par quelles modalités ?", choices=Modality.choices, widget=CheckboxPick
    )
    pathway = forms.ChoiceField(label="Le parcours est", choices=Pathway.choices, widget=RadioPick)
    hours_centre = _hours("Heures en centre", "Par personne, en moyenne. Aucun minimum, aucun maximum.")
    hours_distance = _hours("Heures à distance")
    hours_refresher = _hours("Heures de remise à niveau")
    hours_company = _hours(
        "Heures de stage chez l’employeur de l’intention", "À zéro, la Région doit accorder une dérogation."
    )
    hours_company_other = _hours("Heures de stage chez un autre employeur")
    weekly_hours = DecimalField(
        label="Temps de formation",
        unit="heures par semaine",
        min_value=1,
        max_value=48,
        max_digits=4,
        decimal_places=2,
        error_messages={
            "min_value": "Au moins une heure par semaine.",
            "max_value": "48 heures par semaine au plus.",
        },
    )
    rhythm = forms.CharField(
        label="Rythme", help_text="Par exemple : temps plein, du lundi au vendredi, 35 h par semaine.", max_length=300
    )
    pedagogy = forms.CharField(label="Moyens pédagogiques", max_length=TEXT_LIMITS["pedagogy"][1])
    entry_mode = forms.ChoiceField(
        label="Quand entre-t-on ?",
        choices=EntryMode.choices,
        widget=RadioPick(
            hints={
                EntryMode.DATES_FIXES: "Tout le groupe entre le même jour.",
                EntryMode.PERMANENTES: "Sur une plateforme, tout au long de la période ; une intention suffit.",
            }
        ),
    )
    starts_on = FrenchDateField(label="Début")
    ends_on = FrenchDateField(label="Fin")
    registration_until = FrenchDateField(label="Inscriptions jusqu’au")
    meeting_day = FrenchDateField(label="Réunion d’information, le")
    meeting_hour = HourField(label="Réunion d’information, à")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting = self.session_request.meeting_on
        if meeting:
            local = timezone.localtime(meeting)
            self.initial.update(
                {"meeting_day": local.date(), "meeting_hour": local.time().replace(second=0, microsecond=0)}
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La session finit avant de commencer : vérifiez les deux dates.")
        last = data.get("registration_until")
        if last and end and last > end:
            self.add_error("registration_until", "Les inscriptions se terminent avant la fin de la session.")
        day = data.get("meeting_day")
        if day and end and day > end:
            self.add_error("meeting_day", "La réunion d’information a lieu avant la fin de la session.")
        if data.get("meeting_hour") and not day and "meeting_day" not in self.errors:
            self.add_error("meeting_day", "Dites aussi le jour de la réunion.")
        if day and not data.get("meeting_hour") and "meeting_hour" not in self.errors:
            self.add_error("meeting_hour", "Dites aussi l’heure de la réunion.")
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        if not {"meeting_day", "meeting_hour"} & set(self.errors):
            day, hour = self.cleaned_data.get("meeting_day"), self.cleaned_data.get("meeting_hour")
            values["meeting_on"] = timezone.make_aware(datetime.combine(day, hour)) if day and hour else None
        return values


class PlaceForm(StepForm):
    """Le lieu: one agreed for the lot, or another that the Région must accept."""

    needed = frozenset({"place_choice", "place_name", "place_address", "place_postcode", "place_commune"})
    asks = {
        "place_choice": Ask(rule_id="R44"),
        "place_reason": Ask(rule_id="R43"),
        "technical_platform": Ask(rule_id="R60"),
        "place_postcode": Ask(width="short"),
    }

    place_choice = forms.ChoiceField(label="Où se déroule la formation ?", widget=RadioPick)
    place_name = forms.CharField(label="Nom de l’autre lieu", max_length=160)
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
        choices = [(key, f"{place.name}, {place.commune.name}") for key, place in self.places.items()]
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


STEPS: dict[str, tuple[str, type[StepForm]]] = {
    "groupe": ("Le groupe", GroupForm),
    "formation": ("La formation", TrainingForm),
    "deroulement": ("Le déroulement", CourseForm),
    "lieu": ("Le lieu", PlaceForm),
    "personnes": ("Les personnes", PeopleForm),
}

# Where each fact that the rules ask for is answered.
STEP_OF_FACT = {
    **dict.fromkeys(
        ("lot", "access_mode", "intentions", "seats", "head_count_case", "existing_group", "complements", "same_domain",
         "balance_statement", "price_unchanged", "mandataire_informed", "group_cannot", "mandataire_agrees"),
        "groupe",
    ),
    **dict.fromkeys(
        ("title", "objective", "expected_results", "content", "aim", "certification_code", "training_filiere",
         "prerequisites", "specific_need", "employer_opinion", "formacodes", "metier"),
        "formation",
    ),
    **dict.fromkeys(
        ("modalities", "hours_centre", "hours_distance", "hours_refresher", "hours_company", "hours_company_other",
         "entry_mode", "starts_on", "ends_on", "rhythm", "hours"),
        "deroulement",
    ),
    **dict.fromkeys(("place", "training_departement", "place_reason", "place_known"), "lieu"),
    "contact": "personnes",
}  # fmt: skip


class CheckForm(forms.Form):
    """What is asked before sending: why the Région should grant each derogation."""

    use_required_attribute = False

    def __init__(self, *args: Any, findings: Iterable[Finding], asked: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = {}
        for finding in findings:
            name = f"motif_{finding.id}"
            self.fields[name] = LongText(
                label=f"Pourquoi demandez-vous cette dérogation ({finding.id}) ?",
                help_text=finding.message("organisme"),
                max_length=2000,
                rows=3,
                initial=asked.get(finding.id, ""),
                error_messages={"required": "Dites à la Région pourquoi : elle lira votre réponse telle quelle."},
            )
            self.asks[name] = Ask(rule_id=finding.id)

    def reasons(self) -> dict[str, str]:
        return {name.removeprefix("motif_"): text for name, text in self.cleaned_data.items()}


class WithdrawForm(forms.Form):
    reason = LongText(
        label="Pourquoi retirez-vous cette demande ?",
        help_text="La Région et les employeurs rattachés le liront.",
        max_length=2000,
        rows=3,
        error_messages={"required": "Dites pourquoi : la Région et les employeurs le liront."},
    )


class MessageForm(forms.Form):
    use_required_attribute = False

    text = LongText(
        label="Votre message", max_length=4000, rows=4, error_messages={"required": "Écrivez votre message."}
    )
    file = FileField(label="Pièce jointe", required=False, endings=MESSAGE_ENDINGS)


class FilterForm(forms.Form):
    """Questions of a filter: none of them has to be answered, so that saying so helps nobody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]


class RequestFilterForm(FilterForm):
    """Filters of the list, kept in the address."""

    q = forms.CharField(label="Numéro ou intitulé", required=False, max_length=100)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous les états"), *RequestState.choices])


class WaitingFilterForm(FilterForm):
    """Filters of « Intentions qui attendent »."""

    q = forms.CharField(label="Métier, formation ou employeur", required=False, max_length=100)
    departement = forms.ChoiceField(label="Département", required=False)
    lot: "forms.ModelChoiceField[Lot]" = forms.ModelChoiceField(
        None, label="Lot", required=False, empty_label="Tous vos lots"
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = lots_of(hat.organisation)
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]
        found = {d.pk: d.name for lot in lots.prefetch_related("departements") for d in lot.departements.all()}
        field: forms.ChoiceField = self.fields["departement"]  # type: ignore[assignment]
        field.choices = [("", "Tous"), *sorted(found.items())]
