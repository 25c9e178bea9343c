"""« Mon projet d’embauche est-il éligible ? »: the questions of an intention, without anybody's name."""

from typing import Any

from django import forms
from django.utils import timezone

from core.reference.filieres import filiere_of
from core.reference.models import Commune
from core.rules import Judgement, Parameters
from core.ui.fields import OuiNonField, RadioPick
from core.ui.forms import Ask
from intentions.enums import Milestone, OutsideReason
from intentions.forms.employer import EmployerForm
from intentions.forms.steps import CommitmentForm, ContractForm, PostForm, TrainingForm, say_thresholds
from intentions.rules.terms import Origin, StatementKind
from orders.queries import covers
from simulateur.questions.base import QuestionPage, asked, borrowed


class EmployerPage(QuestionPage):
    slug = "employeur"
    title = "L’employeur"
    heading = "Qui recrute\u00a0?"
    lead = "Tous les employeurs peuvent avoir un besoin, privés, publics ou associations."
    precisions = ("need_from_survey", "employer_named", "guarantor_named")
    optional = ("headcount",)
    asks = {
        "origin": Ask(rule_id="R13"),
        "employer_kind": Ask(rule_id="R24", options="cols"),
        "headcount": Ask(rule_id="R21", unit="salariés"),
        "need_from_survey": Ask(rule_id="R08", options="short"),
        "employer_named": Ask(rule_id="R08", options="short"),
        "guarantor_named": Ask(rule_id="R08", options="short"),
    }

    origin = forms.ChoiceField(
        label="Qui fait remonter ce besoin\u00a0?",
        choices=[
            (Origin.EMPLOYEUR.value, "L’employeur lui-même"),
            *((one.value, one.label) for one in Origin if one is not Origin.EMPLOYEUR),
        ],
        widget=RadioPick,
    )
    employer_kind = borrowed(EmployerForm, "nature")
    headcount = borrowed(PostForm, "post_count", label="Effectif de l’entreprise", help_text="Il n’écarte personne.")
    need_from_survey = borrowed(EmployerForm, "need_from_survey")
    employer_named = OuiNonField(label="L’employeur prêt à embaucher est-il nommé\u00a0?")
    guarantor_named = OuiNonField(label="Quelqu’un s’en porte-t-il garant\u00a0?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["headcount"].validators = self.fields["headcount"].validators[:1]  # no upper bound (R21)

    def wanted(self, judgement: Judgement) -> list[str]:
        origin = getattr(judgement.facts, "origin", None)
        if origin in (None, Origin.EMPLOYEUR):
            return []
        surveyed = getattr(judgement.facts, "need_from_survey", None)
        named = ["employer_named", "guarantor_named"]
        return ["need_from_survey", *(named if surveyed or origin is Origin.RESEAU_EMPLOI else [])]


class PostPage(QuestionPage):
    slug = "poste"
    title = "Le poste"
    heading = "Quel poste sera proposé\u00a0?"
    lead = "Une offre d’emploi claire\u00a0: un métier, un lieu, un nombre de postes."
    precisions = ("outside_reason",)
    gives = {
        "metier": ("rome",),
        "workplace_commune": ("workplace_commune", "workplace_departement"),
    }
    derived = {"sector_has_lot": "le métier et le lieu de travail"}
    asks = {name: PostForm.asks[name] for name in ("workplace_commune", "post_is_new", "outside_reason", "metier")} | {
        "posts": PostForm.asks["post_count"],
    }

    metier = borrowed(PostForm, "metier")
    job_title = borrowed(PostForm, "job_title", max_length=120)
    posts = borrowed(PostForm, "post_count")
    post_is_new = borrowed(PostForm, "post_is_new")
    workplace_commune = borrowed(PostForm, "workplace_commune")
    outside_reason = borrowed(PostForm, "outside_reason", choices=OutsideReason.choices)

    def known(self, name: str) -> Any:
        if name == "metier":
            return getattr(self.facts, "rome", None)
        if name == "workplace_commune":
            commune = commune_of(self.facts)
            return commune.pk if commune else None
        return super().known(name)

    def given(self, name: str, value: Any) -> dict[str, Any]:
        if name == "metier":
            return {"rome": value.pk if value else None}
        if name == "workplace_commune":
            return {
                "workplace_commune": value.name if value else None,
                "workplace_departement": value.departement_id if value else None,
            }
        return super().given(name, value)

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        rome, departement = found.get("rome"), found.get("workplace_departement")
        if "rome" in found or "workplace_departement" in found:
            sector = filiere_of(rome=rome) if rome and departement else None
            commune = self.cleaned_data.get("workplace_commune")
            found["sector_has_lot"] = covers(sector.pk, departement, commune) if sector and departement else None
        return found

    def clean_job_title(self) -> str:
        """The words that found the métier serve while nothing else is written."""
        title: str = self.cleaned_data["job_title"]
        typed = getattr(self["metier"].data, "text", "")
        return title or (typed[:120] if self.cleaned_data.get("metier") else "")

    def wanted(self, judgement: Judgement) -> list[str]:
        return ["outside_reason"] if "R22" in asked(judgement) else []


class ContractPage(QuestionPage):
    slug = "contrat"
    title = "Le contrat"
    heading = "Quel contrat sera proposé\u00a0?"
    lead = "Celui que l’employeur signera à l’issue de la formation."
    precisions = ("short_contract_reason", "low_hours_reason")
    asks = {
        name: ContractForm.asks[name]
        for name in ("contract_type", "contract_months", "weekly_hours", "short_contract_reason", "low_hours_reason")
    } | {"hire_date": ContractForm.asks["hire_on"]}
    optional = ("hire_date",)

    contract_type = borrowed(ContractForm, "contract_type")
    contract_months = borrowed(ContractForm, "contract_months")
    weekly_hours = borrowed(ContractForm, "weekly_hours")
    wished_start = borrowed(TrainingForm, "training_start_wished")
    hire_date = borrowed(ContractForm, "hire_on")
    short_contract_reason = borrowed(ContractForm, "short_contract_reason")
    low_hours_reason = borrowed(ContractForm, "low_hours_reason")

    def say_figures(self, figures: Parameters) -> None:
        say_thresholds(self, figures)

    def wanted(self, judgement: Judgement) -> list[str]:
        rules = asked(judgement)
        pairs = (("R31", "short_contract_reason"), ("R32", "low_hours_reason"))
        return [name for rule, name in pairs if rule in rules]


class CommitmentPage(QuestionPage):
    slug = "engagement"
    title = "L’engagement"
    heading = "À quoi l’employeur s’engage-t-il\u00a0?"
    lead = "L’intention engage moralement. Elle n’a pas de valeur juridique et n’est pas une promesse d’embauche."
    derived = {
        "written_statement": "la forme de l’écrit",
        "statement_signed_on": "la forme de l’écrit\u00a0: une déclaration en ligne est supposée signée le jour même",
    }
    asks = {
        "milestones": CommitmentForm.asks["milestones"],
        "commitment": Ask(rule_id="R04", options="short"),
        "statement_kind": CommitmentForm.asks["statement"],
        "other_engaged_organisme": Ask(rule_id="R10", options="short"),
    }

    milestones = borrowed(
        CommitmentForm, "milestones", label="À quelles étapes participera-t-il\u00a0?", choices=Milestone.choices
    )
    commitment = OuiNonField(
        label="S’engage-t-il à recruter au moins un stagiaire à l’issue de la formation\u00a0?",
    )
    statement_kind = forms.ChoiceField(
        label="Sous quelle forme écrira-t-il son intention\u00a0?",
        choices=[(one.value, one.label) for one in StatementKind],
        widget=RadioPick,
        help_text="Laissez vide s’il ne compte pas l’écrire\u00a0: le verdict dira ce qui manque.",
    )
    other_engaged_organisme = OuiNonField(
        label="S’est-il déjà engagé auprès d’un autre organisme pour la même formation\u00a0?",
        help_text="En consulter plusieurs est libre\u00a0; s’engager se fait auprès d’un seul.",
    )

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        kind = found.get("statement_kind")
        found["written_statement"] = True if kind else None
        found["statement_signed_on"] = timezone.localdate() if kind is StatementKind.EN_LIGNE else None
        return found


def commune_of(facts: Any) -> Commune | None:
    """The commune that these facts name, when its département has only one of that name."""
    name, departement = getattr(facts, "workplace_commune", None), getattr(facts, "workplace_departement", None)
    if not name or not departement:
        return None
    return Commune.objects.filter(name=name, departement=departement).order_by("pk").first()


PAGES = (EmployerPage, PostPage, ContractPage, CommitmentPage)
LEFT_OUT = {
    "channel": "elle dit par où un dossier arrive, et aucune règle ne la lit",
    "training_end": "la fin de la formation se connaît quand une session existe",
    "training_need": "c’est un texte pour l’organisme, demandé au dépôt\u00a0; aucune règle ne le lit",
}
