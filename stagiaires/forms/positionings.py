"""What is asked of a candidacy: to propose it, to answer it, to say what one thinks of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.ui.fields import FileField, FrenchDateField, OuiNonField, RadioPick
from core.ui.forms import Ask
from sessions.forms.requests.base import HourField, LongText
from sessions.models import Session
from sessions.queries import catalogue
from stagiaires.enums import PositioningState
from stagiaires.models.positioning import PROJECTS, REFUSALS
from stagiaires.rules.terms import BEFORE, Step

BEFORE_STEPS = [(step.value, step.label[:1].upper() + step.label[1:]) for step in (*sorted(BEFORE), Step.POEC)]


class CandidacyForm(forms.Form):
    """What the one who proposes says of the candidacy itself."""

    use_required_attribute = False
    asks = {
        "project": Ask(rule_id="R37"),
        "project_validated": Ask(rule_id="P14", options="short"),
        "previous_step": Ask(rule_id="R82"),
        "brought_intention": Ask(rule_id="R14"),
    }

    project = forms.ChoiceField(label="Projet de la personne", required=False, choices=[("", "À préciser"), *PROJECTS])
    project_validated = OuiNonField(label="Le projet est-il validé ?", required=False)
    previous_step = forms.ChoiceField(
        label="Ce qui précède", required=False, choices=[("", "Rien de particulier"), *BEFORE_STEPS]
    )
    brought_intention = forms.BooleanField(
        label="La personne apporte elle-même une intention d’embauche",
        required=False,
        help_text="C’est possible, jamais demandé.",
    )
    note = LongText(
        label="Présentation de la candidature",
        required=False,
        max_length=2000,
        rows=4,
        help_text="L’organisme la lit ; les employeurs aussi. N’y écrivez ni santé, ni nationalité, ni coordonnées.",
    )
    homonym = forms.BooleanField(
        label="C’est bien une autre personne, qui porte le même nom et la même date de naissance", required=False
    )

    def __init__(self, *args: Any, ask_homonym: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_homonym:
            self.fields["homonym"].widget = forms.HiddenInput()

    def offer_homonym(self) -> None:
        """Show the box that was hidden: a doubt has come up that only a person can settle."""
        self.fields["homonym"].widget = forms.CheckboxInput()


class PastedListForm(forms.Form):
    """A list, pasted from a spreadsheet or joined as a file."""

    use_required_attribute = False

    text = forms.CharField(
        label="Votre liste",
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        help_text="Copiez les cellules de votre tableur, titres compris, et collez-les ici.",
    )
    file = FileField(
        label="Ou un fichier", required=False, endings=(".csv", ".tsv", ".txt", ".xlsx"), max_size=5_000_000
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not (cleaned.get("text") or "").strip():
            raise ValidationError("Collez une liste, ou joignez un fichier.")
        return cleaned

    @property
    def sent(self) -> UploadedFile | None:
        found: UploadedFile | None = self.cleaned_data.get("file")
        return found


class ConvokeForm(forms.Form):
    """A moment and a place for one candidate."""

    use_required_attribute = False
    asks = {"day": Ask(width="mid"), "hour": Ask(width="short")}

    day = FrenchDateField(label="Jour", error_messages={"required": "Donnez le jour."})
    hour = HourField(label="Heure", error_messages={"required": "Donnez l’heure."})
    place = forms.CharField(
        label="Lieu", max_length=250, error_messages={"required": "Dites où la personne est attendue."}
    )


class WaitingListForm(forms.Form):
    text = LongText(
        label="Un mot pour le conseiller",
        required=False,
        max_length=1000,
        rows=3,
        help_text="Par exemple ce qui ferait avancer la réponse.",
    )


class RefuseForm(forms.Form):
    """A refusal: its coded reason, and another way for the person (R90)."""

    use_required_attribute = False
    asks = {
        "refusal_reason": Ask(rule_id="R90"),
        "refresher_offered": Ask(rule_id="P04"),
        "proposal": Ask(rule_id="R90"),
    }

    refusal_reason = forms.ChoiceField(
        label="Pourquoi ?",
        choices=REFUSALS,
        widget=RadioPick,
        error_messages={"required": "Choisissez le motif : le valideur en a besoin pour rebâtir le parcours."},
    )
    refusal_text = LongText(
        label="Expliquez en quelques mots",
        max_length=2000,
        rows=3,
        help_text="Le conseiller lit ce texte avec la personne.",
        error_messages={"required": "Expliquez en quelques mots : le conseiller le lira avec la personne."},
    )
    refresher_offered = forms.BooleanField(label="Vous proposez une remise à niveau", required=False)
    proposed_session: "forms.ModelChoiceField[Session]" = forms.ModelChoiceField(
        None, label="Vous proposez une autre session", required=False, empty_label="Aucune"
    )
    proposal = LongText(
        label="Ce que vous proposez à la personne",
        max_length=2000,
        rows=3,
        help_text="Une remise à niveau, une autre session, un autre parcours.",
        error_messages={"required": "Proposez une suite : la formation s’adapte au public, et non l’inverse."},
    )
    warned = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sessions: list[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ModelChoiceField[Session] = self.fields["proposed_session"]  # type: ignore[assignment]
        field.queryset = catalogue.public().filter(pk__in=[one.pk for one in sessions]).order_by("starts_on", "id")


class OpinionForm(forms.Form):
    use_required_attribute = False
    asks = {"favourable": Ask(rule_id="R88", options="short")}

    favourable = OuiNonField(label="Cette candidature vous convient-elle ?")
    text = LongText(
        label="Votre avis",
        required=False,
        max_length=2000,
        rows=3,
        help_text="L’organisme le lit et décide. Un avis défavorable dit pourquoi.",
    )


class TextForm(forms.Form):
    """A word to the other side."""

    use_required_attribute = False

    text = LongText(
        label="Votre message", max_length=4000, rows=4, error_messages={"required": "Écrivez votre message."}
    )


class ReasonForm(forms.Form):
    use_required_attribute = False

    reason = LongText(
        label="Pourquoi ?",
        max_length=1000,
        rows=3,
        help_text="Votre réponse est lue telle quelle par les personnes concernées.",
        error_messages={"required": "Dites en quelques mots pourquoi."},
    )


class ColleagueForm(forms.Form):
    """One of the organisation's own people."""

    use_required_attribute = False

    colleague: "forms.ModelChoiceField[Membership]" = forms.ModelChoiceField(
        None, label="À qui ?", empty_label=None, widget=RadioPick, error_messages={"required": "Choisissez quelqu’un."}
    )

    def __init__(self, *args: Any, people: QuerySet[Membership], label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ModelChoiceField[Membership] = self.fields["colleague"]  # type: ignore[assignment]
        field.queryset = people
        field.label_from_instance = lambda one: str(one.user)  # type: ignore[assignment,method-assign]
        if label:
            field.label = label


class FilterForm(forms.Form):
    """Filters of the lists, kept in the address: none has to be answered."""

    q = forms.CharField(label="Nom ou numéro de session", required=False, max_length=100)
    etat = forms.ChoiceField(label="État", required=False)
    suivi = forms.ChoiceField(
        label="Suivi", required=False, choices=[("", "Tous"), ("attente", "Réponse attendue"), ("retard", "En retard")]
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: forms.ChoiceField = self.fields["etat"]  # type: ignore[assignment]
        answers = kind == OrganisationKind.ORGANISME
        named = [(one.value, one.label if answers else one.valideur_label) for one in PositioningState]
        state.choices = [("", "Tous les états"), *named]
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]
