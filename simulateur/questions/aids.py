"""The questions of the aids after the hire: one page, and the amount line by line."""

from typing import Any

from django import forms

from core.rules import Judgement
from core.ui.fields import DecimalField, IntegerField, OuiNonField
from core.ui.forms import Ask
from intentions.aids import AidKind
from intentions.forms.employer import EmployerForm
from intentions.forms.steps import ContractForm
from intentions.rules.terms import ContractType
from simulateur.questions.base import QuestionPage, borrowed, departement_choices

_CONTRACTS = [
    (one.value, one.label)
    for one in (ContractType.CDI, ContractType.CDD, ContractType.CDI_INTERIMAIRE, ContractType.AUTRE)
]


class AidPage(QuestionPage):
    slug = "questions"
    title = "L’embauche et la formation"
    heading = "Quelle embauche, et quelle formation\u00a0?"
    lead = "L’aide se demande après l’embauche, sur le site de la Région."
    derived = {"aid": "l’adresse de la page"}
    precisions = ("contract_months",)
    asks = {
        "employer_kind": Ask(rule_id="R127", options="cols"),
        "workplace_departement": Ask(rule_id="R127", width="mid"),
        "headcount": Ask(rule_id="R127", unit="salariés"),
        "offer_published": Ask(rule_id="R127", options="short"),
        "contract_type": Ask(rule_id="R127", options="cols"),
        "contract_months": Ask(rule_id="R127", unit="mois"),
        "jobseeker": Ask(rule_id="R127", options="short"),
        "months_to_training": Ask(rule_id="R127", unit="mois"),
        "training_hours": Ask(unit="heures"),
        "qualiopi_certified": Ask(rule_id="R128", options="short"),
        "teaching_cost": Ask(rule_id="R128", unit="euros"),
        "own_trainer": Ask(rule_id="R129", options="short"),
        "disabled": Ask(rule_id="R130", options="short"),
        "senior": Ask(rule_id="R130", options="short"),
    }

    workplace_departement = forms.ChoiceField(label="Département de l’établissement")
    employer_kind = borrowed(EmployerForm, "nature")
    headcount = IntegerField(label="Effectif de l’établissement", min_value=0, max_value=999_999)
    offer_published = OuiNonField(label="L’offre d’emploi a-t-elle été diffusée\u00a0?")
    contract_type = borrowed(ContractForm, "contract_type", choices=_CONTRACTS)
    contract_months = borrowed(ContractForm, "contract_months", help_text="En mois entiers.")
    jobseeker = OuiNonField(
        label="La personne embauchée est-elle inscrite à France Travail\u00a0?", help_text="Toute catégorie convient."
    )
    months_to_training = DecimalField(
        label="Combien de temps après le début du contrat la formation commence-t-elle\u00a0?",
        min_value=0,
        max_value=120,
        max_digits=5,
        decimal_places=2,
    )
    training_hours = DecimalField(
        label="Durée de la formation", min_value=1, max_value=9999, max_digits=6, decimal_places=2
    )
    qualiopi_certified = OuiNonField(label="L’organisme de formation est-il certifié Qualiopi\u00a0?")
    teaching_cost = DecimalField(
        label="Coûts pédagogiques", min_value=0, max_value=999_999, max_digits=8, decimal_places=2
    )
    own_trainer = OuiNonField(label="Un salarié, ou le dirigeant, formera-t-il la personne\u00a0?")
    disabled = OuiNonField(label="La personne est-elle reconnue travailleur handicapé\u00a0?")
    senior = OuiNonField(label="Est-elle sénior\u00a0?", help_text="Les textes ne fixent pas d’âge.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workplace_departement"].choices = departement_choices()  # type: ignore[attr-defined]
        self.fields["contract_type"].widget.hints = {}
        internal = getattr(self.facts, "aid", None) is not AidKind.FORMATION
        for name in ("qualiopi_certified", "teaching_cost") if internal else ("own_trainer",):
            self.fields.pop(name)

    def wanted(self, judgement: Judgement) -> list[str]:
        return ["contract_months"] if getattr(judgement.facts, "contract_type", None) is ContractType.CDD else []


PAGES = (AidPage,)
LEFT_OUT: dict[str, str] = {}
