"""What is asked after an employer's withdrawal: fewer places, other employers, hours more."""

from decimal import Decimal
from typing import Any

from django import forms

from core.ui.fields import DecimalField, IntegerField, RadioPick
from core.ui.forms import Ask
from intentions.models import Intention


class KeepForm(forms.Form):
    """How many places the session keeps: one for each post that stands, at the most (R11)."""

    use_required_attribute = False
    asks = {"seats": Ask(width="short", rule_id="R11")}

    seats = IntegerField(label="Places que la session garde", min_value=1, max_value=200)
    note = forms.CharField(
        label="Un mot à l’organisme",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OfferForm(forms.Form):
    """To which employers the places are offered; the choices are the intentions shown, read as they were posted."""

    use_required_attribute = False

    word = forms.CharField(
        label="Un mot aux employeurs",
        help_text="Ils lisent aussi la formation, son lieu, ses dates, et le nombre de postes proposés.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CostForm(forms.Form):
    """How many hours more, for how many parcours: worked out before anything is asked."""

    use_required_attribute = False
    asks = {"places": Ask(width="short"), "hours_each": Ask(width="short", rule_id="R51")}

    places = IntegerField(label="Parcours à compléter", min_value=1, max_value=200)
    hours_each = DecimalField(
        label="Heures de plus pour chacun", unit="heures", min_value=Decimal("0.5"), max_digits=7, decimal_places=2
    )


class ExtraHoursForm(CostForm):
    """The same, asked of the Région: for which employer, and what he expects."""

    intention = forms.ModelChoiceField(
        label="L’employeur qui le demande",
        queryset=Intention.objects.none(),
        empty_label=None,
        error_messages={"required": "Dites quel employeur demande ces heures."},
    )
    reason = forms.CharField(
        label="Ce que l’employeur attend de ces heures",
        help_text="Par exemple la certification complète. La Région et le mandataire du lot le liront.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites ce que l’employeur attend de ces heures : la Région le lira."},
    )

    def __init__(self, *args: Any, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["intention"]
        field.queryset = employers  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.employer}, intention {one.number}"  # type: ignore[attr-defined]
        for name in ("places", "hours_each"):  # said just above, and worked out
            self.fields[name].widget = forms.HiddenInput()


class ExtraHoursDecisionForm(forms.Form):
    """The Région's answer, with its reason."""

    use_required_attribute = False
    asks = {"answer": Ask(rule_id="R51")}

    answer = forms.ChoiceField(
        label="Votre décision",
        choices=[("oui", "Accorder"), ("non", "Refuser")],
        widget=RadioPick,
        error_messages={"required": "Accordez ou refusez ces heures."},
    )
    reason = forms.CharField(
        label="Motif, lu par l’organisme et l’employeur",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez le motif : l’organisme et l’employeur le liront tel quel."},
    )


class OfferAnswerForm(forms.Form):
    """The employer takes the places, or does not want them."""

    use_required_attribute = False
    asks = {"posts": Ask(width="short", rule_id="R12")}

    answer = forms.ChoiceField(
        label="Votre réponse",
        choices=[("oui", "J’accepte"), ("non", "Je décline")],
        widget=RadioPick(
            hints={
                "oui": "Vos postes entrent dans cette session ; vous vous engagez auprès de l’organisme.",
                "non": "Votre intention continue d’attendre une session.",
            }
        ),
        error_messages={"required": "Dites si vous acceptez."},
    )
    posts = IntegerField(label="Combien de postes", required=False, min_value=1, max_value=200)
    reason = forms.CharField(
        label="Un mot à l’organisme",
        help_text="Par exemple pourquoi vous déclinez.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["posts"]
        field.initial = most
        if most == 1:
            field.widget = forms.HiddenInput()

    @property
    def accepts(self) -> bool:
        return bool(self.cleaned_data["answer"] == "oui")
