"""The two forms of a bulk arrival: the file, then what its columns mean."""

from typing import Any

from django import forms

from core.ui.fields import CheckboxPick, FileField
from core.ui.spreadsheets import LINE, MAX_BYTES, REASON
from intentions.enums import Milestone
from intentions.importing.columns import TARGETS
from intentions.models import ImportBatch

_EXAMPLES = 3
_FOR_ALL = ("all_milestones", "all_commitment", "tell_employers")


class UploadForm(forms.Form):
    file = FileField(
        label="Le tableau à reprendre",
        max_size=MAX_BYTES,
        endings=(".xlsx", ".csv"),
        help_text="XLSX ou CSV, 5 Mo et 20 000 lignes au plus\u00a0: une ligne de titres, puis une ligne par besoin.",
    )


class ColumnsForm(forms.Form):
    """One question per column of the file: what does it say? Its first values are shown as examples."""

    all_milestones = forms.MultipleChoiceField(
        label="Les étapes que rejoignent tous ces employeurs",
        help_text="À dire ici si aucune colonne ne le dit.",
        choices=Milestone.choices,
        widget=CheckboxPick,
        required=False,
    )
    all_commitment = forms.BooleanField(
        label="Chacun de ces employeurs s’est engagé par écrit à recruter au moins un stagiaire",
        help_text="À cocher si aucune colonne ne le dit.",
        required=False,
    )
    tell_employers = forms.BooleanField(
        label="Écrire à chaque employeur, avec un lien pour voir et corriger son intention", required=False
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.initial["tell_employers"] = True
        choices = [
            ("", "Ne pas reprendre"),
            *((t.key, f"{t.label}{' (nécessaire)' if t.needed else ''}") for t in TARGETS),
        ]
        examples = list(batch.rows.order_by("line").values_list("values", flat=True)[:_EXAMPLES])
        for at, header in enumerate(batch.headers):
            if header in (REASON, LINE):
                continue
            shown = list(dict.fromkeys(str(values[at])[:40] for values in examples if values[at]))
            field = forms.ChoiceField(label=header, choices=choices, required=False)
            field.help_text = f"Par exemple\u00a0: {', '.join(shown)}" if shown else "Vide dans les premières lignes."
            field.hide_optional = True  # type: ignore[attr-defined]
            self.fields[f"c{at}"] = field
            self.initial[f"c{at}"] = batch.mapping.get(str(at), "")
        self.order_fields([name for name in self.fields if name not in _FOR_ALL])

    def clean(self) -> dict[str, Any]:
        """Two columns cannot answer one question."""
        given = super().clean() or {}
        seen: dict[str, str] = {}
        for name, key in given.items():
            if name in _FOR_ALL or not key:
                continue
            if key in seen:
                label = next(target.label for target in TARGETS if target.key == key)
                self.add_error(name, f"«\u00a0{label}\u00a0» est déjà donné par une autre colonne.")
            seen[key] = name
        return given

    def mapping(self) -> dict[str, str]:
        return {name[1:]: key for name, key in self.cleaned_data.items() if name not in _FOR_ALL and key}

    def for_all_rows(self) -> dict[str, str]:
        """What is said once for the whole table, in the words of a cell."""
        said = {}
        if chosen := self.cleaned_data["all_milestones"]:
            said["milestones"] = "\u00a0; ".join(str(Milestone(one).label) for one in chosen)
        if self.cleaned_data["all_commitment"]:
            said["commitment"] = "oui"
        return said

    @property
    def columns(self) -> list[forms.BoundField]:
        """The questions on the columns, without those on the whole table."""
        return [field for field in self if field.name not in _FOR_ALL]
