"""The forms of the Région's desk: filters of the queue, and one small form per act."""

from typing import Any

from django import forms

from core.rules import Verdict
from core.ui.fields import RadioPick
from core.ui.french import majuscule
from orders.models import Lot
from sessions.forms.requests.filters import FilterForm


class QueueFilterForm(FilterForm):
    """Kept in the address; an unreadable filter is ignored."""

    q = forms.CharField(label="Mot, numéro ou organisme", required=False, max_length=100)
    filiere = forms.ChoiceField(label="Filière", required=False)
    lot = forms.ChoiceField(label="Lot", required=False)
    verdict = forms.ChoiceField(
        label="Verdict",
        required=False,
        choices=[("", "Tous"), *((verdict.value, majuscule(verdict.label)) for verdict in Verdict)],
    )
    suivi = forms.ChoiceField(
        label="Suivi",
        required=False,
        choices=[
            ("", "Toutes"),
            ("moi", "Que j’instruis"),
            ("personne", "Que personne n’instruit"),
            ("retard", "En retard"),
        ],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # Lists, so that a page reads each table once however often it shows the choices.
        lots = list(Lot.objects.filter(is_active=True).select_related("filiere", "marche").order_by("number", "pk"))
        markets = len({lot.marche_id for lot in lots})
        filieres = {lot.filiere_id: lot.filiere.name for lot in lots}
        self.fields["lot"].choices = [  # type: ignore[attr-defined]
            ("", "Tous"),
            *((str(lot.pk), f"{lot} ({lot.marche})" if markets > 1 else str(lot)) for lot in lots),
        ]
        self.fields["filiere"].choices = [  # type: ignore[attr-defined]
            ("", "Toutes"),
            *sorted(filieres.items(), key=lambda one: one[1]),
        ]

    def chosen(self) -> dict[str, str]:
        """What is readable of the filters."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReasonForm(forms.Form):
    """A compulsory reason, read by the organisme as it is written."""

    reason = forms.CharField(
        label="Motif, lu par l’organisme",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Écrivez le motif : l’organisme le lira tel quel."},
    )


class RefusalForm(ReasonForm):
    reason = forms.CharField(
        label="Pourquoi la Région refuse",
        help_text="L’organisme et les employeurs liront ce texte tel quel. Dites aussi ce qui resterait possible.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Écrivez le motif : l’organisme le lira tel quel."},
    )


class CompletionForm(ReasonForm):
    reason = forms.CharField(
        label="Ce qu’il manque",
        help_text="La demande quitte la file ; elle y reprend rang le jour où elle est de nouveau complète.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Dites ce qu’il manque : l’organisme lira ce texte tel quel."},
    )


class WithdrawalForm(ReasonForm):
    """Suspend for a time, or cancel for good."""

    how = forms.ChoiceField(
        label="Que devient la session ?",
        choices=[("suspendre", "Suspendue"), ("annuler", "Annulée")],
        widget=RadioPick(
            hints={
                "suspendre": "Elle quitte le catalogue et garde ses postes ; elle pourra être publiée de nouveau.",
                "annuler": "Elle ne reviendra pas ; ses postes redeviennent libres pour d’autres sessions.",
            }
        ),
        error_messages={"required": "Dites si la session est suspendue ou annulée."},
    )
    field_order = ["how", "reason"]

    def __init__(self, *args: Any, suspended: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if suspended:
            self.fields["how"].choices = [("annuler", "Annulée")]  # type: ignore[attr-defined]
            self.fields["how"].initial = "annuler"


class AuthorisationForm(forms.Form):
    """`overtaking`: whether requests arrived before this one, which makes the reason compulsory (R99)."""

    overtaking_reason = forms.CharField(
        label="Pourquoi cette demande passe devant",
        help_text="Ce motif est gardé au journal de la Région.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label="Un mot à l’organisme",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, overtaking: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if overtaking:
            field = self.fields["overtaking_reason"]
            field.required = True
            field.error_messages["required"] = "Dites pourquoi cette demande passe avant celles qui la précèdent."
        else:
            del self.fields["overtaking_reason"]


class DerogationForm(forms.Form):
    """Grant or refuse, with the reason."""

    answer = forms.ChoiceField(
        label="Votre décision",
        choices=[("oui", "Accorder"), ("non", "Refuser")],
        widget=RadioPick,
        error_messages={"required": "Accordez ou refusez la dérogation."},
    )
    reason = forms.CharField(
        label="Motif, lu par l’organisme et l’employeur",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez le motif : l’organisme et l’employeur le liront tel quel."},
    )

    @property
    def granted(self) -> bool:
        return bool(self.cleaned_data["answer"] == "oui")
