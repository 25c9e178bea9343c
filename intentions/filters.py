"""What the list may be narrowed by. The filters live in the address."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from core.reference.models import Departement, Filiere
from core.reference.text import normalise
from core.ui.filters import ListFilter
from intentions.enums import IntentionState
from intentions.models import Intention


def _departements() -> list[tuple[str, str]]:
    return [(d.code, str(d)) for d in Departement.objects.filter(in_region=True).order_by("code")]


def _filieres() -> list[tuple[str, str]]:
    return [(f.code, f.name) for f in Filiere.objects.filter(retired_on=None).order_by("name")]


class IntentionFilter(ListFilter):
    q = django_filters.CharFilter(
        label="Employeur, poste ou numéro", method="search", widget=forms.TextInput({"type": "search"})
    )
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=IntentionState.choices, empty_label="Tous les états"
    )
    departement = django_filters.ChoiceFilter(
        label="Département",
        field_name="workplace_commune__departement",
        choices=_departements,
        empty_label="Tous les départements",
    )
    filiere = django_filters.ChoiceFilter(
        label="Filière", field_name="filiere", choices=_filieres, empty_label="Toutes les filières"
    )

    class Meta:
        model = Intention
        fields: list[str] = []

    def search(self, queryset: QuerySet[Intention], name: str, value: str) -> QuerySet[Intention]:
        text = value.strip()[:100]
        return queryset.filter(
            Q(number__iexact=text)
            | Q(job_title__icontains=text)
            | Q(employer__name__icontains=text)
            | Q(training_key__contains=normalise(text) or "\0")
        )
