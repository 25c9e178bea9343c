"""What the lists of exchanges may be narrowed by. The filters live in the address."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from core.ui.filters import ListFilter
from stagiaires.enums import DocumentKind, ExternalKind, ExternalState, Partner
from stagiaires.models import ExternalEvent, ParcoursDocument

_SEARCH = forms.TextInput({"type": "search"})
PARTNERS = [(one.value, one.label) for one in (Partner.AGORA, Partner.FRANCE_TRAVAIL)]
PAPERS = [(one.value, one.label) for one in (DocumentKind.AIS, DocumentKind.AES)]


class EventFilter(ListFilter):
    q = django_filters.CharFilter(label="Dossier ou numéro de session", method="search", widget=_SEARCH)
    partenaire = django_filters.ChoiceFilter(
        label="Partenaire", field_name="partner", choices=PARTNERS, empty_label="Tous"
    )
    evenement = django_filters.ChoiceFilter(
        label="Événement", field_name="kind", choices=ExternalKind.choices, empty_label="Tous"
    )
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=ExternalState.choices, empty_label="Tous les états"
    )

    class Meta:
        model = ExternalEvent
        fields: list[str] = []

    def search(self, queryset: QuerySet[ExternalEvent], name: str, value: str) -> QuerySet[ExternalEvent]:
        """« P128 » is a file, anything else the number of a session."""
        word = value.strip().upper()
        digits = word.removeprefix("P")
        wanted = Q(parcours__session__number=word)
        if digits.isdecimal() and len(digits) < 18:
            wanted |= Q(parcours=int(digits))
        return queryset.filter(wanted)


class PaperFilter(ListFilter):
    q = django_filters.CharFilter(label="Nom ou numéro de session", method="search", widget=_SEARCH)
    type = django_filters.ChoiceFilter(label="Attestation", field_name="kind", choices=PAPERS, empty_label="Toutes")

    class Meta:
        model = ParcoursDocument
        fields: list[str] = []

    def search(self, queryset: QuerySet[ParcoursDocument], name: str, value: str) -> QuerySet[ParcoursDocument]:
        for word in value.split()[:4]:
            queryset = queryset.filter(
                Q(parcours__session__number__iexact=word)
                | Q(parcours__stagiaire__first_name__unaccent__icontains=word)
                | Q(parcours__stagiaire__last_name__unaccent__icontains=word)
            )
        return queryset
