"""What is asked of somebody after his training, and of those who read, publish and answer."""

from typing import Any

from django import forms
from django.utils import timezone

from core.ui.fields import FrenchDateField, IntegerField, OuiNonField, RadioPick
from core.ui.forms import Ask
from sessions.forms.requests.base import LongText
from stagiaires.enums import HireContract, ReportReason, Situation
from stagiaires.followup_terms import NOTES
from stagiaires.models import Opinion, Parcours, Survey
from stagiaires.workflow.surveys import JOB

OWN_WORDS = {
    Situation.EMPLOI_AUTRE: "Je travaille chez un autre employeur",
    Situation.INDEPENDANT: "Je suis à mon compte",
    Situation.FORMATION: "Je suis en formation",
    Situation.RECHERCHE: "Je cherche un emploi",
    Situation.AUTRE: "Autre situation",
    Situation.TAIRE: "Je préfère ne pas répondre",
}
SCALE = [(str(mark), str(mark)) for mark in range(1, 6)]


class SurveyForm(forms.Form):
    """Where one stands, in a minute. The job's questions count only for somebody in employment.

    `by_phone`: somebody types what he hears, in the third person.
    """

    use_required_attribute = False
    asks = {"months": Ask(unit="mois", width="short"), "contract": Ask(width="mid"), "employer_name": Ask(width="mid")}

    situation = forms.ChoiceField(label="Aujourd’hui", widget=RadioPick)
    contract = forms.ChoiceField(label="Contrat", required=False, choices=[("", "Choisir"), *HireContract.choices])
    months = IntegerField(
        label="Durée du contrat", required=False, min_value=1, max_value=60, help_text="S’il a une fin."
    )
    employer_name = forms.CharField(label="Nom de l’employeur", required=False, max_length=250)
    employed_since = FrenchDateField(label="Depuis le", required=False)
    linked_to_training = OuiNonField(label="Ce travail est-il en lien avec la formation ?", required=False)
    comment = LongText(label="Un mot à ajouter", required=False, max_length=2000)

    def __init__(self, data: Any = None, *, survey: Survey, by_phone: bool = False) -> None:
        super().__init__(data)
        post = survey.parcours.post
        words = {one: str(one.label) for one in Situation} if by_phone else dict(OWN_WORDS)
        if post is None:
            words.pop(Situation.EMPLOI_INTENTION, None)
        else:
            start = "En emploi chez" if by_phone else "Je travaille chez"
            words[Situation.EMPLOI_INTENTION] = f"{start} {post.intention.employer}"
            self.fields["employer_name"].label = "Nom de l’employeur, si c’est un autre"
            self.fields[
                "linked_to_training"
            ].label = (
                f"Ce travail a-t-il un lien avec la formation ou avec le poste prévu ({post.intention.job_title}) ?"
            )
        choices = [(one.value, words[one]) for one in Situation if one in words]
        self.fields["situation"].choices = choices  # type: ignore[attr-defined]
        for name in ("contract", "months", "linked_to_training"):  # asked of who works, said by their place
            self.fields[name].hide_optional = True  # type: ignore[attr-defined]

    @property
    def job(self) -> list[Any]:
        """The questions of the job."""
        return [self[name] for name in JOB]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        situation = said.get("situation")
        if situation not in Situation.employed():
            for name in JOB:  # answered, then thought again: nothing of it is kept, nor found at fault
                self.errors.pop(name, None)
                said[name] = "" if name in ("contract", "employer_name") else None
            return said
        if situation == Situation.INDEPENDANT:
            said["contract"], said["months"] = "", None
        elif not said.get("contract"):
            self.add_error("contract", "Choisissez le contrat.")
        elif said["contract"] == HireContract.CDD and not said.get("months") and "months" not in self.errors:
            self.add_error("months", "Dites combien de mois dure ce contrat.")
        if said.get("linked_to_training") is None:
            self.add_error("linked_to_training", "Répondez par oui ou par non.")
        since = said.get("employed_since")
        if since and since > timezone.localdate():
            self.add_error("employed_since", "Donnez un jour passé : la question porte sur aujourd’hui.")
        return said


class OpinionForm(forms.Form):
    """Five notes from 1 to 5, and a text if one likes."""

    use_required_attribute = False
    asks = {name: Ask(options="scale") for name in NOTES}

    text = LongText(
        label="Votre avis en quelques mots",
        required=False,
        max_length=2000,
        help_text="N’y écrivez aucun nom. La Région le relit avant qu’il paraisse ; votre nom ne paraît jamais.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in NOTES:
            label = str(Opinion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.fields[name] = forms.TypedChoiceField(
                label=label[:1].upper() + label[1:], choices=SCALE, coerce=int, widget=RadioPick
            )
        self.order_fields([*NOTES, "text"])


class ReasonForm(forms.Form):
    """Why: read by whoever it concerns."""

    use_required_attribute = False
    reason = LongText(label="Pourquoi", max_length=1000)

    def __init__(self, data: Any = None, *, hint: str = "", longest: int = 1000) -> None:
        super().__init__(data)
        self.fields["reason"].help_text = hint
        self.fields["reason"].max_length = longest  # type: ignore[attr-defined]


class WordForm(forms.Form):
    """The organisme's word under an opinion."""

    use_required_attribute = False
    text = LongText(label="Votre réponse", max_length=2000, help_text="Publique. N’y désignez personne.")


class ReportForm(forms.Form):
    use_required_attribute = False
    reason = forms.ChoiceField(label="Ce qui ne va pas", choices=ReportReason.choices, widget=RadioPick)
    text = LongText(label="Précision", required=False, max_length=1000)


class CorrectionForm(forms.Form):
    """What is wrong in the file, in the person's own words."""

    use_required_attribute = False
    text = LongText(
        label="Ce qui est à corriger",
        max_length=2000,
        help_text="Par exemple : « Mon téléphone est maintenant le 06… ».",
    )


class ErasureForm(forms.Form):
    use_required_attribute = False
    text = LongText(label="Un mot d’explication", required=False, max_length=2000)


class AddressForm(forms.Form):
    """Whoever lost his link."""

    use_required_attribute = False
    asks = {"email": Ask(width="mid")}
    email = forms.EmailField(
        label="Votre adresse électronique",
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text="Celle que vous avez donnée à votre conseiller ou à l’organisme.",
    )


class AnswerForm(forms.Form):
    """The answer to a request about one's data."""

    use_required_attribute = False
    granted = OuiNonField(label="La demande est-elle acceptée ?")
    answer = LongText(
        label="Ce que vous répondez",
        required=False,
        max_length=2000,
        help_text="La personne le lira. Demandé si la demande n’est pas acceptée.",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("granted") is False and not said.get("answer", "").strip():
            self.add_error("answer", "Dites pourquoi la demande n’est pas acceptée.")
        return said


def hire_values(survey: Survey) -> dict[str, Any]:
    """What the person said of the job, as the hire's form starts from it."""
    one: Parcours = survey.parcours
    said: dict[str, Any] = {
        "contract": survey.contract,
        "months": survey.months,
        "starts_on": survey.employed_since,
        "employer_name": survey.employer_name,
    }
    committed = survey.situation == Situation.EMPLOI_INTENTION and one.post is not None
    said["employer"] = str(one.post.intention.employer_id) if committed and one.post else "aucun"
    return said
