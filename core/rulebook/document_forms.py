"""Forms of the administrator's documents: the words that letters carry, the editions of the source texts."""

from typing import Any, cast

from django import forms

from core.rulebook.models import LetterText
from core.rulebook.workflow.documents import MAX_BYTES
from core.rules import documents
from core.ui.fields import FileField, FrenchDateField
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


class EditionForm(forms.Form):
    """A new edition of one of the source documents, as a text file."""

    document = forms.ChoiceField(label="Document")
    edition = forms.CharField(
        label="Nom de l’édition", max_length=120, help_text="Par exemple : édition du 3 mars 2027."
    )
    dated = FrenchDateField(label="Date de l’édition", required=False)
    file = FileField(label="Le texte", max_size=MAX_BYTES, endings=(".txt",))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["document"])
        field.choices = [(one.code, one.title) for one in documents().values()]
