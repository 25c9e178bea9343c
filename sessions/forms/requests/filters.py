"""Filters of the organisation's lists, kept in the address."""

from typing import Any

from django import forms

from core.accounts.models import Membership
from orders.models import Lot
from orders.queries import lots_of
from sessions.enums import RequestState


class FilterForm(forms.Form):
    """Questions of a filter: none of them has to be answered, so that saying so helps nobody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]


class RequestFilterForm(FilterForm):
    """Filters of the list, kept in the address."""

    q = forms.CharField(label="Numéro ou intitulé", required=False, max_length=100)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous les états"), *RequestState.choices])


class WaitingFilterForm(FilterForm):
    """Filters of « Intentions qui attendent »."""

    q = forms.CharField(label="Métier, formation ou employeur", required=False, max_length=100)
    departement = forms.ChoiceField(label="Département", required=False)
    lot: "forms.ModelChoiceField[Lot]" = forms.ModelChoiceField(
        None, label="Lot", required=False, empty_label="Tous vos lots"
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = lots_of(hat.organisation)
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]
        found = {d.pk: d.name for lot in lots.prefetch_related("departements") for d in lot.departements.all()}
        field: forms.ChoiceField = self.fields["departement"]  # type: ignore[assignment]
        field.choices = [("", "Tous"), *sorted(found.items())]
