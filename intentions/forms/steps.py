"""The five steps of an intention. Every answer may wait: what is given is kept, what is missing is said beside.

A step's fields carry the names of the model's fields. « Précisions » are the questions that only some answers
call for; a step shows them when the rules ask.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.accounts.enums import EmployerNature
from core.rules import Judgement
from core.rules.french import number, words
from core.ui.fields import CheckboxPick, DecimalField, FrenchDateField, IntegerField, OuiNonField, RadioPick
from core.ui.forms import Ask
from core.ui.french import majuscule
from intentions.enums import ContractType, LowHoursReason, Milestone, OutsideReason, ShortContractReason
from intentions.forms.lookups import certification_field, commune_field, metier_field
from intentions.models import Intention

FARTHEST = timedelta(days=3 * 366)


class StepForm(forms.Form):
    """One group of questions. `intention` gives what was answered before."""

    slug = ""
    title = ""  # in the row of steps
    heading = ""
    heading_for_another = ""  # when somebody else answers in the employer's place
    lead = ""
    optional: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    do_not_call_in_templates = True  # a template reads the class itself: its title, its heading

    def __init__(self, *args: Any, intention: Intention, by_employer: bool, **kwargs: Any) -> None:
        self.intention, self.by_employer = intention, by_employer
        super().__init__(*args, **kwargs)
        if self.heading_for_another and not by_employer:
            self.heading = self.heading_for_another
        for name, field in self.fields.items():
            field.required = False
            field.hide_optional = name not in self.optional  # type: ignore[attr-defined]
            if name not in self.initial:
                self.initial[name] = self.stored(name)

    def stored(self, name: str) -> Any:
        """What the intention says for this question, as the field shows it."""
        attname = f"{name}_id"
        return getattr(self.intention, attname if hasattr(self.intention, attname) else name, None)

    def say_figures(self, figures: Mapping[str, Any]) -> None:
        """Put beside the questions the thresholds of the day; a step that names none says nothing more."""

    def answers(self) -> dict[str, Any]:
        """The answers that may be kept: those that are valid, among the questions that were shown."""
        shown = set(str(self.data.get("precisions", "")).split(","))
        return {
            name: self.cleaned_data[name]
            for name in self.fields
            if name in self.cleaned_data
            and hasattr(self.intention, name)
            and (name not in self.precisions or name in shown)
        }

    def wanted_precisions(self, judgement: Judgement) -> list[str]:
        """Which of the `precisions` this file calls for now."""
        return []

    def keep_only(self, precisions: list[str]) -> None:
        """Drop the precisions that are not asked."""
        for name in self.precisions:
            if name not in precisions:
                self.fields.pop(name, None)

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.precisions]

    def precision_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.precisions]


def future_day(day: date | None, what: str) -> date | None:
    """Refuse a day that is past or years away: a slip of the keyboard, said at its field."""
    today = timezone.localdate()
    if day is not None and day < today:
        raise ValidationError(f"Cette date est passée. Donnez celle {what}.")
    if day is not None and day > today + FARTHEST:
        raise ValidationError("Cette date est dans plus de trois ans. Vérifiez l’année.")
    return day


class PostForm(StepForm):
    slug = "poste"
    title = "Le poste"
    heading = "Quel poste proposez-vous\u00a0?"
    heading_for_another = "Quel poste l’employeur propose-t-il\u00a0?"
    lead = "Une offre d’emploi claire\u00a0: un métier, un lieu, un nombre de postes."
    optional = ("workplace_address", "user_company", "out_of_region_reason")
    precisions = ("user_company", "outside_reason", "out_of_region_reason")
    asks = {
        "post_count": Ask(
            unit="postes", rule_id="R11", why="Chaque poste ouvre une place en formation, pas davantage."
        ),
        "workplace_commune": Ask(rule_id="R22", width="mid"),
        "post_is_new": Ask(rule_id="R28", options="short"),
        "outside_reason": Ask(rule_id="R22"),
        "metier": Ask(rule_id="R05", why="Une intention d’embauche est une offre d’emploi clairement établie."),
    }

    metier = metier_field(
        label="Métier", help_text="Un mot suffit\u00a0: «\u00a0soudeur\u00a0», «\u00a0aide-soignant\u00a0»."
    )
    job_title = forms.CharField(
        label="Intitulé du poste", max_length=250, help_text="Comme vous l’écririez dans votre offre."
    )
    post_count = IntegerField(label="Combien de postes\u00a0?", min_value=1, max_value=200)
    post_is_new = OuiNonField(label="Est-ce une création de poste\u00a0?", help_text="«\u00a0Non\u00a0» n’écarte rien.")
    workplace_commune = commune_field(
        label="Commune où la personne travaillera",
        help_text="Le lieu de travail, pas le siège. Un nom ou un code postal.",
    )
    workplace_address = forms.CharField(label="Adresse du lieu de travail", max_length=250)
    user_company = forms.CharField(
        label="Entreprise où se fera la mission", max_length=160, help_text="Si vous la connaissez déjà."
    )
    outside_reason = forms.ChoiceField(
        label="Pourquoi hors de la région\u00a0?",
        choices=OutsideReason.choices,
        widget=RadioPick,
        help_text="La Région lira votre réponse telle quelle.",
    )
    out_of_region_reason = forms.CharField(
        label="Précisions pour la Région", max_length=1000, widget=forms.Textarea({"rows": 3})
    )

    def wanted_precisions(self, judgement: Judgement) -> list[str]:
        wanted = []
        employer = self.intention.employer
        if employer and employer.nature in (EmployerNature.AGENCE_EMPLOI, EmployerNature.ETTI):
            wanted.append("user_company")
        if "R22" in asked_rules(judgement):
            wanted += ["outside_reason", "out_of_region_reason"]
        return wanted

    def clean_job_title(self) -> str:
        """The words that found the métier serve while nothing else is written."""
        title: str = self.cleaned_data["job_title"]
        typed = getattr(self["metier"].data, "text", "")
        metier = self.cleaned_data.get("metier")
        if title or not metier:
            return title
        # A code names the métier, not the job.
        return str(metier.title if typed.strip().upper().startswith(metier.pk) else typed)[:250]


class ContractForm(StepForm):
    slug = "contrat"
    title = "Le contrat"
    heading = "Quel contrat proposerez-vous\u00a0?"
    heading_for_another = "Quel contrat l’employeur proposera-t-il\u00a0?"
    lead = "Celui qui sera signé à l’issue de la formation. Rien ne se signe avant."
    precisions = ("short_contract_reason", "low_hours_reason", "reason_detail")
    asks = {
        "contract_type": Ask(options="cols", rule_id="R29"),
        "contract_months": Ask(unit="mois", rule_id="R31"),
        "weekly_hours": Ask(unit="heures par semaine", rule_id="R32"),
        "hire_on": Ask(rule_id="R40"),
        "short_contract_reason": Ask(rule_id="R31"),
        "low_hours_reason": Ask(rule_id="R32"),
    }

    contract_type = forms.ChoiceField(
        label="Type de contrat",
        choices=ContractType.choices,
        widget=RadioPick(
            hints={
                ContractType.APPRENTISSAGE: "La session sert de préparation",
                ContractType.PROFESSIONNALISATION: "La session sert de préparation",
            }
        ),
    )
    contract_months = IntegerField(
        label="Durée du contrat",
        min_value=1,
        max_value=120,
        help_text="Pour un CDD ou une mission, en mois entiers.",
    )
    weekly_hours = DecimalField(
        label="Temps de travail",
        min_value=1,
        max_value=48,
        decimal_places=2,
        help_text="Moyenne par semaine.",
    )
    hire_on = FrenchDateField(
        label="Embauche souhaitée le", help_text="Vers la fin de la formation. Une date approchée suffit."
    )
    short_contract_reason = forms.ChoiceField(
        label="Pourquoi un contrat court\u00a0?",
        choices=ShortContractReason.choices,
        widget=RadioPick,
        help_text="La Région lira votre réponse telle quelle.",
    )
    low_hours_reason = forms.ChoiceField(
        label="Pourquoi un temps de travail réduit\u00a0?",
        choices=LowHoursReason.choices,
        widget=RadioPick,
        help_text="La Région lira votre réponse telle quelle.",
    )
    reason_detail = forms.CharField(
        label="Précisions pour la Région",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="N’écrivez rien sur la santé d’une personne.",
    )
    optional = ("reason_detail",)

    def wanted_precisions(self, judgement: Judgement) -> list[str]:
        rules = asked_rules(judgement)
        wanted = [
            name for rule, name in (("R31", "short_contract_reason"), ("R32", "low_hours_reason")) if rule in rules
        ]
        return [*wanted, "reason_detail"] if wanted or "K24" in rules else []

    def say_figures(self, figures: Mapping[str, Any]) -> None:
        say_thresholds(self, figures)

    def clean_hire_on(self) -> date | None:
        return future_day(self.cleaned_data["hire_on"], "de l’embauche")


def say_thresholds(form: forms.BaseForm, figures: Mapping[str, Any]) -> None:
    """Put the thresholds of the day beside the questions of a contract that they bear on (R31, R32)."""
    months, hours = f"{words(figures['months_min'])} mois", f"{number(figures['weekly_hours_min'])} heures"
    kinds: Any = form.fields["contract_type"].widget
    hint = f"{majuscule(months)} au moins, ou une dérogation"
    kinds.hints = kinds.hints | {ContractType.CDD: hint, ContractType.INTERIM: hint}
    form.fields["contract_months"].help_text += f" À partir de {months}, aucune dérogation à demander."
    form.fields["weekly_hours"].help_text += f" Au moins {hours}, sauf cas particulier."


class TrainingForm(StepForm):
    slug = "formation"
    title = "La formation"
    heading = "Que faut-il apprendre avant l’embauche\u00a0?"
    lead = "Dites-le avec vos mots. L’organisme bâtira la formation avec vous."
    optional = ("certification", "training_start_wished", "training_need")
    asks = {
        "certification": Ask(rule_id="R46", why="Une certification n’est pas nécessaire."),
        "training_need": Ask(rule_id="R49"),
        "training_title": Ask(rule_id="R10", why="Vous pouvez consulter plusieurs organismes pour une même formation."),
    }

    training_title = forms.CharField(
        label="Formation souhaitée",
        max_length=250,
        help_text="Par exemple «\u00a0soudage TIG\u00a0» ou «\u00a0titre d’aide à domicile\u00a0».",
    )
    training_need = forms.CharField(
        label="Ce que la personne devra savoir faire",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Gestes, machines, logiciels, règles de sécurité, habilitations…",
    )
    certification = certification_field(
        label="Certification visée", help_text="Un diplôme, un titre ou une habilitation, par son nom ou son code."
    )
    training_start_wished = FrenchDateField(
        label="Début souhaité de la formation", help_text="Comptez deux à trois mois."
    )

    def clean_training_start_wished(self) -> date | None:
        return future_day(self.cleaned_data["training_start_wished"], "du début de la formation")


class CommitmentForm(StepForm):
    slug = "engagement"
    title = "L’engagement"
    heading = "À quoi vous engagez-vous\u00a0?"
    heading_for_another = "À quoi l’employeur s’engage-t-il\u00a0?"
    lead = "L’intention engage moralement. Elle n’a pas de valeur juridique et n’est pas une promesse d’embauche."
    optional = ("statement",)
    asks = {
        "milestones": Ask(rule_id="R04", why="Une seule étape suffit."),
        "commitment": Ask(rule_id="R04"),
        "statement": Ask(rule_id="R03", why="Aucun modèle n’est imposé\u00a0: toute forme écrite convient."),
        "signer": Ask(rule_id="R02", width="mid"),
    }

    milestones = forms.MultipleChoiceField(
        label="À quelles étapes participerez-vous\u00a0?",
        choices=Milestone.choices,
        widget=CheckboxPick,
        help_text="Cochez celles auxquelles vous pensez prendre part.",
    )
    commitment = forms.BooleanField(
        label="L’entreprise s’engage à recruter au moins un stagiaire à l’issue de la formation"
    )
    statement = forms.FileField(
        label="Joindre un écrit",
        help_text="Un courrier, un courriel enregistré, un document numérisé\u00a0: 10 Mo au plus.",
    )
    signer = forms.CharField(
        label="Ou signer la déclaration ci-dessous\u00a0: vos prénom et nom",
        max_length=160,
        help_text="Votre nom et l’heure sont gardés avec le texte de la déclaration.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["statement"] = None
        if not self.by_employer:
            self.fields["milestones"].label = "À quelles étapes participera-t-il\u00a0?"
            self.fields["milestones"].help_text = "Cochez celles auxquelles il pense prendre part."
            self.fields.pop("signer")
            self.fields[
                "commitment"
            ].label = "L’employeur s’engage, dans son écrit, à recruter au moins un stagiaire à l’issue de la formation"

    def clean_statement(self) -> Any:
        from intentions.statement import check_document

        upload = self.cleaned_data["statement"]
        if upload:
            check_document(upload)
        return upload

    def answers(self) -> dict[str, Any]:
        """A box left empty is a question not answered yet: the intention is incomplete, not refused (R04)."""
        given = super().answers()
        if "milestones" in given:
            given["milestones_answered"] = bool(given["milestones"])
        if "commitment" in given:
            given["commitment"] = given["commitment"] or None
        return given


def asked_rules(judgement: Judgement) -> set[str]:
    """Rules whose derogation is, or would be, asked on these answers."""
    return {finding.id for finding in (*judgement.to_decide, *judgement.granted)}
