"""The form by which the Région sends an edition of an official list."""

from __future__ import annotations

from django import forms

from core.reference.importers.reading import MAXIMUM_BYTES
from core.ui.fields import FileField, FrenchDateField, OuiNonField


class EditionForm(forms.Form):
    file = FileField(label="Fichier", max_size=MAXIMUM_BYTES, endings=(".csv", ".txt", ".tsv", ".xlsx"))
    label = forms.CharField(
        label="Nom de l’édition",
        max_length=120,
        help_text="Comme on la nomme, par exemple « RNCP, export de janvier 2027 ».",
    )
    published_on = FrenchDateField(label="Date de l’édition")
    is_full = OuiNonField(
        label="Le fichier contient-il la liste entière ?",
        help_text="Si oui, les fiches absentes du fichier sortent des choix. Les dossiers qui les portent les gardent.",
    )
