"""« Ma demande de session tient-elle ? »: head-count first, then what is taught, the lot, the dates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.reference.models import Filiere
from core.rulebook.parameters import current
from core.rules import Judgement, Verdict
from core.ui.fields import CheckboxPick, IntegerField, OuiNonField, RadioPick
from core.ui.forms import Ask
from sessions.enums import Aim, EntryMode, HeadCountCase, Modality
from sessions.forms.requests.course import CourseForm
from sessions.forms.requests.group import GroupForm
from sessions.forms.requests.training import TrainingForm
from sessions.rules import AttachedIntention, LotRole
from sessions.rules.terms import HeadCountCase as Case
from simulateur.questions.base import QuestionPage, borrowed, departement_choices


def short(label: str, hint: str = "") -> OuiNonField:
    return OuiNonField(label=label, help_text=hint)


class GroupPage(QuestionPage):
    slug = "groupe"
    title = "Le groupe"
    heading = "Combien serez-vous\u00a0?"
    lead = "Hors du socle, la Région commande autant de places qu’il y a de postes à pourvoir."
    gives = {"employers": ("intentions",), "posts": ("intentions",), "group": ("existing_group",)}
    derived = {"complements": "le cas d’effectif\u00a0: une session déjà commandée, que la demande nommera"}
    precisions = ("head_count_case", "group", "same_domain", "balance_statement", "price_unchanged")
    optional = ("composantes",)
    asks = {
        "access_mode": GroupForm.asks["access_mode"],
        "employers": Ask(rule_id="R09", unit="employeurs"),
        "posts": Ask(rule_id="R11", unit="postes"),
        "seats": GroupForm.asks["seats"],
        "entry_mode": CourseForm.asks["entry_mode"],
        "composantes": Ask(rule_id="R71", unit="composantes"),
        "head_count_case": GroupForm.asks["head_count_case"],
        "group": GroupForm.asks["existing_group"],
        "same_domain": Ask(rule_id="R72", options="short"),
        "balance_statement": Ask(rule_id="R69", options="short"),
        "price_unchanged": Ask(rule_id="R69", options="short"),
    }

    access_mode = borrowed(GroupForm, "access_mode")
    employers = IntegerField(
        label="Combien d’employeurs ont une intention d’embauche\u00a0?",
        min_value=0,
        max_value=60,
        help_text="Ceux dont l’intention peut servir ici, sans dérogation à décider.",
    )
    posts = IntegerField(label="Pour combien de postes en tout\u00a0?", min_value=0, max_value=999)
    seats = borrowed(GroupForm, "seats")
    entry_mode = borrowed(CourseForm, "entry_mode", choices=EntryMode.choices)
    composantes = IntegerField(
        label="En combien de composantes\u00a0?", min_value=1, max_value=50, help_text="Une seule, le plus souvent."
    )
    head_count_case = borrowed(GroupForm, "head_count_case", choices=HeadCountCase.choices)
    group = borrowed(GroupForm, "existing_group")
    same_domain = short("La session que vous complétez est-elle du même domaine\u00a0?")
    balance_statement = short("Attesterez-vous l’équilibre financier de la session\u00a0?")
    price_unchanged = short("À prix inchangé\u00a0?")

    def known(self, name: str) -> Any:
        intentions = getattr(self.facts, "intentions", None)
        if name == "employers":
            return None if intentions is None else len(intentions)
        if name == "posts":
            return None if intentions is None else sum(one.posts or 0 for one in intentions)
        if name == "group":
            return getattr(self.facts, "existing_group", None)
        return super().known(name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        employers, posts = data.get("employers"), data.get("posts")
        if employers and posts is not None and posts < employers:
            raise ValidationError("Chaque employeur propose au moins un poste\u00a0: revoyez l’un des deux nombres.")
        if posts and employers == 0:
            raise ValidationError("Chaque poste est celui d’un employeur\u00a0: revoyez l’un des deux nombres.")
        return data

    def given(self, name: str, value: Any) -> dict[str, Any]:
        if name == "group":
            return {"existing_group": value or None}
        if name in ("employers", "posts"):
            data = self.cleaned_data
            return {"intentions": intentions_of(data.get("employers"), data.get("posts"))}
        return super().given(name, value)

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        complementary = found.get("head_count_case") is Case.COMPLEMENTAIRE
        found["complements"] = "session du même domaine" if complementary else None
        return found

    def wanted(self, judgement: Judgement) -> list[str]:
        facts: Any = judgement.facts
        case = facts.head_count_case
        short_group = (facts.seats or 0) < current()["stagiaires_min"] and not facts.is_permanent
        if facts.seats is None or not (short_group or case not in (None, Case.NORMAL)):
            return []
        more = {
            Case.GROUPE_EXISTANT: ["group"],
            Case.COMPLEMENTAIRE: ["same_domain"],
            Case.EQUILIBRE: ["balance_statement", "price_unchanged"],
        }
        return ["head_count_case", *more.get(case, [])]


class TrainingPage(QuestionPage):
    slug = "formation"
    title = "La formation"
    heading = "Qu’apprend-on, et où\u00a0?"
    lead = "Ni durée minimum, ni maximum\u00a0: des heures avec vous, et un stage chez l’employeur de l’intention."
    precisions = ("sector_minimum",)
    optional = ("hours_distance", "hours_refresher", "hours_company_other", "sector_minimum")
    asks = {
        "aim": TrainingForm.asks["aim"],
        "modalities": CourseForm.asks["modalities"],
        "hours_centre": Ask(rule_id="R56", unit="heures"),
        "hours_distance": Ask(unit="heures"),
        "hours_refresher": Ask(rule_id="R53", unit="heures"),
        "hours_company": Ask(rule_id="R55", unit="heures"),
        "hours_company_other": Ask(unit="heures"),
        "employer_opinion": Ask(rule_id="R63", options="short"),
        "licence_module": Ask(rule_id="R59", options="short"),
        "intermittence": Ask(rule_id="R62", options="short"),
        "drajes": Ask(rule_id="R61", options="short"),
        "sector_minimum": Ask(rule_id="R61", unit="stagiaires"),
    }

    aim = borrowed(TrainingForm, "aim", choices=Aim.choices)
    modalities = borrowed(CourseForm, "modalities", choices=Modality.choices)
    hours_centre = borrowed(CourseForm, "hours_centre")
    hours_distance = borrowed(CourseForm, "hours_distance")
    hours_refresher = borrowed(CourseForm, "hours_refresher")
    hours_company = borrowed(CourseForm, "hours_company")
    hours_company_other = borrowed(CourseForm, "hours_company_other")
    employer_opinion = short("L’employeur a-t-il donné son avis sur le parcours\u00a0?")
    licence_module = short("Prépare-t-elle à un permis de conduire\u00a0?")
    intermittence = short("Prépare-t-elle à l’intermittence du spectacle\u00a0?")
    drajes = short("Relève-t-elle de la Drajes\u00a0?", "Animation et sport\u00a0: la Drajes fixe l’effectif minimum.")
    sector_minimum = IntegerField(label="Effectif minimum qu’elle fixe", min_value=1, max_value=60)

    def wanted(self, judgement: Judgement) -> list[str]:
        return ["sector_minimum"] if getattr(judgement.facts, "drajes", None) else []


_ROLES = [
    (LotRole.MANDATAIRE.value, "Mandataire"),
    (LotRole.COTRAITANT.value, "Co-traitant"),
    (LotRole.SOUS_TRAITANT.value, "Sous-traitant"),
    (LotRole.AUCUN.value, "Aucun"),
]


class LotPage(QuestionPage):
    slug = "lot"
    title = "Le lot"
    heading = "Sur quel lot, à quelle place\u00a0?"
    lead = "Une demande se dépose sur un lot du marché, dans sa filière et son territoire."
    derived = {"subcontractor_admitted_by": "l’accord du mandataire"}
    precisions = ("mandataire_informed", "group_cannot", "mandataire_agrees")
    asks = {
        "organisme_role": Ask(rule_id="R112", options="cols"),
        "lot_active": Ask(rule_id="R112", options="short"),
        "qualiopi_certified": Ask(rule_id="R115", options="short"),
        "lot_filiere": Ask(rule_id="R41"),
        "training_filiere": Ask(rule_id="R41"),
        "on_ao_list": Ask(rule_id="R42", options="short"),
        "lot_departements": Ask(rule_id="R43", options="cols"),
        "training_departement": Ask(rule_id="R43"),
        "place_known": Ask(rule_id="R44", options="short"),
        "mandataire_informed": Ask(rule_id="R116", options="short"),
        "group_cannot": Ask(rule_id="R113", options="short"),
        "mandataire_agrees": Ask(rule_id="R113", options="short"),
    }

    organisme_role = forms.ChoiceField(
        label="Quelle est votre place dans le groupement du lot\u00a0?", choices=_ROLES, widget=RadioPick
    )
    lot_active = short("Le lot est-il en cours\u00a0?")
    qualiopi_certified = short("Votre certification Qualiopi est-elle valable aujourd’hui\u00a0?")
    lot_filiere = forms.ChoiceField(label="Filière du lot")
    training_filiere = forms.ChoiceField(label="Filière de la formation")
    on_ao_list = short("La formation est-elle dans la liste du marché\u00a0?")
    lot_departements = forms.MultipleChoiceField(label="Départements du lot", widget=CheckboxPick)
    training_departement = forms.ChoiceField(label="Département du lieu de formation")
    place_known = short("Ce lieu est-il déjà connu dans le lot\u00a0?")
    mandataire_informed = short("Avez-vous informé votre mandataire\u00a0?")
    group_cannot = short("Pouvez-vous attester qu’aucun membre du groupement ne peut proposer la formation\u00a0?")
    mandataire_agrees = short("Avez-vous l’accord préalable du mandataire\u00a0?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        filieres = list(Filiere.objects.filter(retired_on=None).order_by("name").values_list("name", "name"))
        for name in ("lot_filiere", "training_filiere"):
            self.fields[name].choices = [("", "Choisissez"), *filieres]  # type: ignore[attr-defined]
        departements = departement_choices()
        self.fields["lot_departements"].choices = departements[1][1]  # type: ignore[attr-defined]
        self.fields["training_departement"].choices = departements  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        if found.get("organisme_role") is LotRole.SOUS_TRAITANT and found.get("mandataire_agrees"):
            found["subcontractor_admitted_by"] = LotRole.MANDATAIRE
        else:
            found["subcontractor_admitted_by"] = None
        return found

    def wanted(self, judgement: Judgement) -> list[str]:
        return {
            LotRole.COTRAITANT: ["mandataire_informed"],
            LotRole.SOUS_TRAITANT: ["group_cannot", "mandataire_agrees"],
        }.get(getattr(judgement.facts, "organisme_role", None), [])  # type: ignore[arg-type]


class DatesPage(QuestionPage):
    slug = "dates"
    title = "Les dates"
    heading = "Quand\u00a0?"
    lead = "Comptez deux à trois mois entre le besoin et le démarrage."
    derived = {"today": "le jour de la simulation"}
    optional = ("ends_on",)
    asks = {"starts_on": CourseForm.asks["starts_on"]}

    starts_on = borrowed(CourseForm, "starts_on")
    ends_on = borrowed(CourseForm, "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La session finit avant de commencer\u00a0: vérifiez les deux dates.")
        return data

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "today": timezone.localdate()}


def intentions_of(employers: int | None, posts: int | None) -> tuple[AttachedIntention, ...] | None:
    """So many employers sharing so many posts, their intentions éligibles and free: what the two numbers say."""
    if employers is None or posts is None:
        return None
    shares = [1] * (employers - 1) + [posts - employers + 1] if employers else []
    return tuple(
        AttachedIntention(
            reference=f"Intention {rank}",
            employer=f"Employeur {rank}",
            verdict=Verdict.ELIGIBLE,
            pending=(),
            engaged_elsewhere=False,
            posts=share,
            posts_free=share,
        )
        for rank, share in enumerate(shares, start=1)
    )


PAGES = (GroupPage, TrainingPage, LotPage, DatesPage)
_WRITTEN = "c’est un texte, que la demande dira\u00a0: il ne change pas le verdict d’une simulation"
_REGION = "la Région le dit, une fois la demande envoyée"
LEFT_OUT = {
    "lot_territory": "on répond ici par départements ; le portail connaît le territoire plus fin d’un lot",
    "place_in_territory": "on répond ici par départements ; le portail sait si un lieu est dans un territoire plus fin",
    **dict.fromkeys(
        ("title", "objective", "specific_need", "technical_platform", "prerequisites", "place", "place_reason",
         "contact", "lot"),
        _WRITTEN,
    ),
    **dict.fromkeys(
        ("authorised", "decided_by_agent", "published", "overtakes", "overtaking_reason", "order_addressee",
         "mandatory_refused"),
        _REGION,
    ),
    "certification_code": "toute certification convient\u00a0: son code ne change pas le verdict",
    "certifications": "leur nombre ne change pas le verdict",
    "qualiopi_until": "la certification du jour suffit à une simulation",
    "handicap_referent": "le portail le lit sur la page de l’organisme",
    "submitting": "une simulation n’est jamais envoyée",
    "twins": "le portail le lit dans les demandes de l’organisme",
}  # fmt: skip
