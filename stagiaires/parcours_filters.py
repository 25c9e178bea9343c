"""What the list of parcours may be narrowed by. The filters live in the address."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.accounts.enums import OrganisationKind
from core.ui.filters import ListFilter
from stagiaires.enums import ParcoursState
from stagiaires.models import Hire, Parcours
from stagiaires.queries import parcours as queries

FOLLOWED = (
    ("entrees", "Entrée à préparer"),
    ("fins", "Fin à noter"),
    ("resultats", "Résultat à noter"),
    ("embauches", "Embauche à confirmer"),
    ("points", "Point d’étape à faire"),
)


class ParcoursFilter(ListFilter):
    q = django_filters.CharFilter(
        label="Nom, session ou numéro", method="search", widget=forms.TextInput({"type": "search"})
    )
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=ParcoursState.choices, empty_label="Tous les états"
    )
    suivi = django_filters.ChoiceFilter(
        label="À faire", method="follow", choices=FOLLOWED, empty_label="Tous les parcours"
    )

    class Meta:
        model = Parcours
        fields: list[str] = []

    def search(self, queryset: QuerySet[Parcours], name: str, value: str) -> QuerySet[Parcours]:
        """An employer knows people by a short name: a family name finds nobody for him."""
        for word in value.split()[:4]:
            wanted = Q(session__number__iexact=word) | Q(session__title__icontains=word)
            wanted |= Q(stagiaire__first_name__unaccent__icontains=word)
            if self.request.hat.kind != OrganisationKind.EMPLOYEUR:
                wanted |= Q(stagiaire__last_name__unaccent__icontains=word)
            queryset = queryset.filter(wanted)
        return queryset

    def follow(self, queryset: QuerySet[Parcours], name: str, value: str) -> QuerySet[Parcours]:
        match value:
            case "entrees":
                return queries.entries_due(queryset)
            case "fins":
                return queries.endings_due(queryset)
            case "resultats":
                return queries.outcomes_due(queryset)
            case "embauches":
                waiting = queries.hires_to_confirm(Hire.objects.filter(parcours=OuterRef("pk")))
                return queryset.filter(Exists(waiting))
            case "points":
                return queries.contacts_due(queryset)
        return queryset
