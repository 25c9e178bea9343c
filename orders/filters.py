"""What the list of orders may be narrowed by. The filters live in the address."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from core.accounts.access import hat_of
from core.ui.filters import ListFilter
from orders.enums import OrderState
from orders.models import BonDeCommande, Lot
from orders.queries import visible_to
from orders.queries.orders import composantes_visible_to


def _lots(request: HttpRequest) -> QuerySet[Lot]:
    return visible_to(hat_of(request)).select_related("marche")


class _LotField(django_filters.fields.ModelChoiceField):
    """Lots with their marché: from one marché to the next, the same lot keeps its number and its name."""

    def label_from_instance(self, obj: Lot) -> str:
        return f"{obj} ({obj.marche.number})"


class _LotFilter(django_filters.ModelChoiceFilter):
    field_class = _LotField


class OrderFilter(ListFilter):
    q = django_filters.CharFilter(
        label="Numéro, objet, composante ou session", method="search", widget=forms.TextInput({"type": "search"})
    )
    lot = _LotFilter(label="Lot", queryset=_lots, empty_label="Tous les lots")
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=OrderState.choices, empty_label="Tous les états"
    )

    class Meta:
        model = BonDeCommande
        fields: list[str] = []

    def search(self, queryset: QuerySet[BonDeCommande], name: str, value: str) -> QuerySet[BonDeCommande]:
        text = value.strip()[:100]
        carried = (
            composantes_visible_to(hat_of(self.request))
            .filter(order=OuterRef("pk"))
            .filter(Q(number__iexact=text) | Q(reference__iexact=text) | Q(title__icontains=text))
        )
        return queryset.filter(Q(number__icontains=text) | Q(title__icontains=text) | Exists(carried))
