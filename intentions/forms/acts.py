"""The short forms of the acts: a reason, an answer, a decision."""

from django import forms

from core.ui.fields import IntegerField, RadioPick
from core.ui.forms import Ask


class ReasonForm(forms.Form):
    """A reason, shown to the other side as it is written."""

    reason = forms.CharField(
        label="Pourquoi\u00a0?",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Votre réponse est lue telle quelle par les personnes concernées.",
        error_messages={"required": "Dites en quelques mots pourquoi."},
    )


class FewerPostsForm(forms.Form):
    """How many posts are still offered, and why."""

    posts = IntegerField(
        label="Combien de postes proposez-vous encore\u00a0?",
        min_value=1,
        error_messages={"required": "Dites combien de postes vous proposez encore."},
    )
    reason = forms.CharField(
        label="Pourquoi\u00a0?",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Votre réponse est lue telle quelle par l’organisme et la Région.",
        error_messages={"required": "Dites en quelques mots pourquoi."},
    )


class QualifyForm(forms.Form):
    asks = {"interlocutor": Ask(rule_id="R16")}

    interlocutor = forms.CharField(
        label="Interlocuteur de l’employeur", max_length=160, required=False, help_text="Qui l’employeur peut appeler."
    )
    note = forms.CharField(
        label="Un mot pour l’employeur", max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )


class DerogationForm(forms.Form):
    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[("oui", "Accorder"), ("non", "Refuser")],
        widget=RadioPick,
        error_messages={"required": "Choisissez d’accorder ou de refuser."},
    )
    reason = forms.CharField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Il est gardé dans le reçu et montré au demandeur.",
        error_messages={"required": "Une dérogation se décide avec son motif."},
    )
