"""What is asked to admit somebody, and for each act of a parcours."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Organisation
from core.reference.models import CertificationBlock
from core.ui.fields import CheckboxPick, DecimalField, FrenchDateField, IntegerField, OuiNonField, RadioPick
from core.ui.forms import Ask
from intentions.models import Post
from intentions.rules import Milestone
from sessions.enums import AccessMode
from sessions.forms.requests.base import LongText
from sessions.models import Session
from stagiaires.enums import CertificationResult, ExitReason, HireContract
from stagiaires.facts import HOURS, Place, usual_place
from stagiaires.models import Outcome, Parcours
from stagiaires.models.outcome import RECOVERIES
from stagiaires.parcours_papers import LINES
from stagiaires.queries import parcours as queries
from stagiaires.rules.terms import Step

NOBODY = "aucun"


def post_label(post: Post) -> str:
    """« Chantiers Rivière, soudeur, I2026-0418, poste 2, Nantes »: an employer may have two alike."""
    intention = post.intention
    commune = intention.workplace_commune
    where = commune.name if commune else ""
    parts = (str(intention.employer), intention.job_title, intention.number, f"poste {post.rank}", where)
    return ", ".join(part for part in parts if part)


class AdmissionForm(forms.Form):
    """The place that is offered; filled with what the session offers to everyone."""

    use_required_attribute = False
    asks = {
        "post": Ask(rule_id="R12"),
        "replaces": Ask(rule_id="R74"),
        "progression_certified": Ask(rule_id="R73"),
        "working_rate": Ask(rule_id="R80", width="short"),
        "clea": Ask(rule_id="P05", options="short"),
        "other_funder": Ask(rule_id="P17", width="mid"),
    }

    post = forms.ChoiceField(label="Poste réservé à la personne", widget=RadioPick)
    starts_on = FrenchDateField(label="Entrée")
    ends_on = FrenchDateField(label="Fin prévue")
    hours_technique = DecimalField(label="Formation technique", unit="heures", min_value=0, max_value=9999)
    hours_refresher = DecimalField(label="Remise à niveau", unit="heures", min_value=0, max_value=9999)
    hours_module = DecimalField(label="Modules complémentaires", unit="heures", min_value=0, max_value=9999)
    hours_distance = DecimalField(label="À distance", unit="heures", min_value=0, max_value=9999)
    hours_company = DecimalField(label="En entreprise", unit="heures", min_value=0, max_value=9999)
    working_rate = DecimalField(
        label="Rythme", unit="% du temps plein", min_value=1, max_value=100, help_text="100 pour un temps plein."
    )
    replaces = forms.ChoiceField(label="Remplace une personne partie", required=False)
    progression_certified = forms.BooleanField(
        label="Je certifie que la progression pédagogique du groupe permet cette arrivée", required=False
    )
    clea = OuiNonField(label="La personne détient-elle le certificat CléA ?", required=False)
    other_funder = forms.CharField(
        label="Autre financeur de cette formation",
        required=False,
        max_length=160,
        help_text="S’il y en a un : une même action n’est pas payée deux fois.",
    )

    def __init__(self, data: Any = None, *, session: Session) -> None:
        self.session = session
        self.on_intention = session.access_mode == AccessMode.INTENTION
        self.posts = {str(post.pk): post for post in queries.free_posts(session)} if self.on_intention else {}
        self.leavers = {str(one.pk): one for one in queries.leavers(session)}
        usual = usual_place(session)
        initial: dict[str, Any] = {
            "post": next(iter(self.posts), NOBODY if self.on_intention else "socle"),
            "starts_on": usual.starts_on,
            "ends_on": usual.ends_on,
            "working_rate": Decimal(100),
            **usual.hours,
        }
        super().__init__(data, initial=initial)
        without = [(NOBODY, "Sans poste : la Région ne finance pas ce parcours")]
        choices = [(key, post_label(post)) for key, post in self.posts.items()] if self.on_intention else [
            ("socle", "Une place de la session, financée par la Région")
        ]  # fmt: skip
        self.fields["post"].choices = [*choices, *without]  # type: ignore[attr-defined]
        if not self.on_intention:
            self.fields["post"].label = "Place"
        if self.leavers:
            gone = [(key, f"{one.stagiaire.short_name}") for key, one in self.leavers.items()]
            self.fields["replaces"].choices = [("", "Personne"), *gone]  # type: ignore[attr-defined]
        else:
            del self.fields["replaces"]

    def place(self) -> Place:
        """The place as it was answered. Call it on a valid form."""
        said = self.cleaned_data
        return Place(
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            post=self.posts.get(said["post"]),
            funded=said["post"] != NOBODY,
            hours={name: said[name] for name in HOURS},
            working_rate=said["working_rate"],
            progression_certified=said["progression_certified"],
            replaces=self.leavers.get(said.get("replaces") or ""),
            clea=said["clea"],
            other_funder=said["other_funder"],
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
            self.add_error("ends_on", "Le parcours finit après avoir commencé.")
        if all(name in said for name in HOURS) and not sum(said[name] for name in HOURS):
            self.add_error("hours_technique", "Dites combien d’heures compte ce parcours.")
        return said

    @property
    def hour_fields(self) -> list[Any]:
        """The five kinds of hours, side by side."""
        return [self[name] for name, _ in LINES]


class ActForm(forms.Form):
    """One act on a parcours. `parcours` is given to those that need it."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, parcours: Parcours) -> None:
        self.parcours = parcours
        super().__init__(data, initial=self.first_values())

    def first_values(self) -> dict[str, Any]:
        return {}


class EntryForm(ActForm):
    on = FrenchDateField(label="Jour de l’entrée")

    def first_values(self) -> dict[str, Any]:
        return {"on": min(self.parcours.starts_on, timezone.localdate())}


class CallOffForm(ActForm):
    reason = LongText(label="Pourquoi l’entrée n’aura pas lieu", help_text="Le valideur le lira.")


class SuspendForm(ActForm):
    until = FrenchDateField(label="Reprise prévue le")
    reason = LongText(label="Pourquoi", help_text="Par exemple : un emploi de quelques semaines.")


class ResumeForm(ActForm):
    ends_on = FrenchDateField(label="Fin du parcours", help_text="Repoussez-la si la personne rattrape des heures.")

    def first_values(self) -> dict[str, Any]:
        return {"ends_on": self.parcours.ends_on}


class ChangePostForm(ActForm):
    asks = {"post": Ask(rule_id="R94")}

    post = forms.ChoiceField(label="Nouveau poste", widget=RadioPick)
    reason = LongText(label="Pourquoi", help_text="Gardé au journal. N’y écrivez pas le nom de la personne.")

    def __init__(self, data: Any = None, *, parcours: Parcours) -> None:
        super().__init__(data, parcours=parcours)
        self.posts = {str(post.pk): post for post in queries.free_posts(parcours.session)}
        self.fields["post"].choices = [(key, post_label(post)) for key, post in self.posts.items()]  # type: ignore[attr-defined]

    def clean_post(self) -> Post:
        return self.posts[self.cleaned_data["post"]]


class LeaveForm(ActForm):
    asks = {"reason": Ask(rule_id="R84")}

    on = FrenchDateField(label="Dernier jour")
    reason = forms.ChoiceField(
        label="Motif", choices=[choice for choice in ExitReason.choices if choice[0] != ExitReason.DISCIPLINE]
    )
    note = LongText(label="Précision", required=False)

    def first_values(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class ExcludeForm(ActForm):
    asks = {"note": Ask(rule_id="R84")}

    on = FrenchDateField(label="Dernier jour")
    note = LongText(label="Ce qui est reproché", help_text="Le valideur et la Région le liront.")

    def first_values(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}


class CompleteForm(ActForm):
    on = FrenchDateField(label="Dernier jour")

    def first_values(self) -> dict[str, Any]:
        return {"on": min(self.parcours.ends_on, timezone.localdate())}


class ContactForm(ActForm):
    asks = {"after_stage": Ask(rule_id="R96")}

    on_date = FrenchDateField(label="Date")
    text = LongText(label="Ce qui s’est dit", max_length=4000)
    after_stage = forms.BooleanField(label="Après une période en entreprise", required=False)
    employer_present = forms.BooleanField(label="Avec l’employeur", required=False)

    def first_values(self) -> dict[str, Any]:
        return {"on_date": timezone.localdate()}


class OutcomeForm(ActForm):
    asks = {
        "blocks": Ask(rule_id="R48"),
        "next_step": Ask(rule_id="R126"),
        "next_step_reason": Ask(rule_id="R65"),
        "skills_profile_updated": Ask(rule_id="P07"),
    }

    result = forms.ChoiceField(label="Certification", choices=CertificationResult.choices, widget=RadioPick)
    blocks = forms.ModelMultipleChoiceField(
        label="Blocs acquis",
        queryset=CertificationBlock.objects.none(),
        required=False,
        widget=CheckboxPick,
        help_text="Si la certification est partielle.",
    )
    skills_profile_updated = forms.BooleanField(
        label="La personne a mis à jour son profil de compétences, accompagnée", required=False
    )
    next_step = forms.ChoiceField(
        label="Ce qui suit",
        required=False,
        choices=[("", "Rien de prévu"), *[(step.value, step.label[:1].upper() + step.label[1:]) for step in Step]],
    )
    next_step_reason = LongText(label="Pourquoi cette suite", required=False, help_text="Demandé pour une POEC.")

    def __init__(self, data: Any = None, *, parcours: Parcours) -> None:
        super().__init__(data, parcours=parcours)
        certification = parcours.session.certification_id
        if certification:
            rows = CertificationBlock.objects.filter(certification=certification).order_by("code")
            self.fields["blocks"].queryset = rows  # type: ignore[attr-defined]
        if not certification or not rows:
            del self.fields["blocks"]

    def first_values(self) -> dict[str, Any]:
        known: Outcome | None = getattr(self.parcours, "outcome", None)
        if known is None:
            return {} if self.parcours.session.certification_id else {"result": CertificationResult.SANS}
        names = ("result", "skills_profile_updated", "next_step", "next_step_reason")
        return {name: getattr(known, name) for name in names} | {"blocks": known.blocks.all()}


class RecoveryForm(ActForm):
    asks = {"recovery": Ask(rule_id="R95")}

    recovery = forms.ChoiceField(label="Ce qui est demandé", choices=RECOVERIES, widget=RadioPick)
    words = LongText(label="Pourquoi", help_text="La Région le lira. N’y écrivez pas le nom de la personne.")
    employer_asks = forms.BooleanField(label="L’employeur le demande", required=False)


class RecoveryDecisionForm(ActForm):
    agreed = OuiNonField(label="La Région est-elle d’accord ?")
    reason = LongText(label="Motif", help_text="L’organisme et l’employeur le liront tel quel.")


class HireForm(ActForm):
    asks = {"employer": Ask(rule_id="R93"), "months": Ask(unit="mois", width="short")}

    employer = forms.ChoiceField(label="Employeur", widget=RadioPick)
    employer_name = forms.CharField(label="Nom de l’autre employeur", max_length=250, required=False)
    contract = forms.ChoiceField(label="Contrat", choices=HireContract.choices)
    months = IntegerField(label="Durée", required=False, min_value=1, max_value=60)
    weekly_hours = DecimalField(label="Heures par semaine", unit="heures", required=False, min_value=1, max_value=48)
    starts_on = FrenchDateField(label="À partir du")

    def __init__(self, data: Any = None, *, parcours: Parcours, by: str = OrganisationKind.ORGANISME) -> None:
        super().__init__(data, parcours=parcours)
        if by == OrganisationKind.EMPLOYEUR:
            del self.fields["employer"], self.fields["employer_name"]
            return
        intentions = queries.intentions_of(parcours.session)
        self.employers: dict[str, Organisation] = {
            str(one.employer_id): one.employer for one in intentions if one.employer
        }
        named = [(key, str(one)) for key, one in self.employers.items()]
        self.fields["employer"].choices = [*named, (NOBODY, "Un autre employeur")]  # type: ignore[attr-defined]

    def first_values(self) -> dict[str, Any]:
        post = self.parcours.post
        intention = post.intention if post else None
        return {
            "employer": str(intention.employer_id) if intention else None,
            "contract": intention.contract_type
            if intention and intention.contract_type in HireContract.values
            else None,
            "months": intention.contract_months if intention else None,
            "weekly_hours": intention.weekly_hours if intention else None,
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "employer" in self.fields:
            if said.get("employer") == NOBODY and not (said.get("employer_name") or "").strip():
                self.add_error("employer_name", "Dites qui embauche.")
            said["employer"] = self.employers.get(said.get("employer") or "")
            if said["employer"] is not None:
                said["employer_name"] = ""
        if said.get("contract") in (HireContract.CDD, HireContract.INTERIM) and not said.get("months"):
            self.add_error("months", "Dites la durée de ce contrat, en mois.")
        return said


class WithdrawHireForm(ActForm):
    reason = forms.CharField(label="Pourquoi", max_length=300)


class CommitmentForm(forms.Form):
    use_required_attribute = False
    asks = {"text": Ask(rule_id="R93")}

    text = LongText(label="Votre réponse", max_length=4000, help_text="Lue par l’organisme et la Région, et gardée.")
    contested = forms.BooleanField(label="Je conteste ce qui est constaté", required=False)


class StepForm(forms.Form):
    """A step that an employer of the session joined (R92)."""

    use_required_attribute = False
    asks = {"step": Ask(rule_id="R92")}

    employer = forms.ModelChoiceField(label="Employeur", queryset=Organisation.objects.none(), empty_label=None)
    step = forms.ChoiceField(label="Étape", choices=[(step.value, step.label) for step in Milestone])
    on_date = FrenchDateField(label="Date")

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data, initial={"on_date": timezone.localdate()})
        employers = Organisation.objects.filter(pk__in=queries.intentions_of(session).values("employer"))
        self.fields["employer"].queryset = employers.order_by("name", "id")  # type: ignore[attr-defined]
