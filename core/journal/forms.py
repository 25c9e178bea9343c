"""The form of preferences, written by the registry of notices."""

from django import forms

from core.journal.models import Preference
from core.journal.notices import Notice


class PreferencesForm(forms.Form):
    """One choice of rhythm per kind of news."""

    def __init__(self, *args: object, notices: list[type[Notice]], chosen: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for notice in notices:
            self.fields[self.name_of(notice)] = forms.ChoiceField(
                label=notice.label,
                choices=Preference.Rhythm.choices,
                widget=forms.RadioSelect,
                initial=chosen.get(notice.kind, notice.rhythm),
            )

    @staticmethod
    def name_of(notice: type[Notice]) -> str:
        return notice.kind.replace(".", "_")
