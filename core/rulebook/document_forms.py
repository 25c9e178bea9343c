"""Forms of the administrator's documents: the words that letters carry, the editions of the source texts."""

from django import forms

from core.rulebook.models import LetterText
from core.ui.fields import FrenchDateField
from core.ui.forms import Ask


class LetterTextForm(forms.ModelForm):
    """A new text of the ways and delays of appeal, from a day on. The text before it is kept."""

    asks = {
        "body": Ask(why="Ce texte paraît tel quel, à la fin de chaque lettre de décision rendue à partir de ce jour."),
    }

    body = forms.CharField(
        label="Voies et délais de recours", max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )
    valid_from = FrenchDateField(label="À partir du")
    reason = forms.CharField(label="Pourquoi ce changement", max_length=300)

    class Meta:
        model = LetterText
        fields = ["body", "valid_from", "reason"]
