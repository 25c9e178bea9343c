"""What the lists of the follow-up may be narrowed by. The filters live in the address."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from core.ui.filters import ListFilter
from stagiaires.enums import OpinionState, ParcoursState
from stagiaires.followup_terms import TERMS
from stagiaires.models import Opinion, Survey
from stagiaires.queries import followup as queries
from stagiaires.queries.figures import CUTS

TERM_CHOICES = [(term, f"{term} mois") for term in TERMS]
TODO = (
    ("a_appeler", "À appeler"),
    ("embauches", "Embauche à déclarer"),
    ("attendues", "Réponse attendue"),
    ("repondues", "Répondu"),
)


class SurveyFilter(ListFilter):
    q = django_filters.CharFilter(
        label="Nom, session ou numéro", method="search", widget=forms.TextInput({"type": "search"})
    )
    suivi = django_filters.ChoiceFilter(label="À faire", method="follow", choices=TODO, empty_label="Tous les suivis")
    terme = django_filters.ChoiceFilter(
        label="Après la fin", field_name="term", choices=TERM_CHOICES, empty_label="3, 6 et 12 mois"
    )

    class Meta:
        model = Survey
        fields: list[str] = []

    def search(self, queryset: QuerySet[Survey], name: str, value: str) -> QuerySet[Survey]:
        for word in value.split()[:4]:
            queryset = queryset.filter(queries.named(word))
        return queryset

    def follow(self, queryset: QuerySet[Survey], name: str, value: str) -> QuerySet[Survey]:
        match value:
            case "a_appeler":
                return queries.to_call(queryset & queries.followed_by(self.request.hat))
            case "embauches":
                return queries.hires_said(queryset)
            case "attendues":
                return queries.awaited(queryset)
            case "repondues":
                return queryset.filter(answered_at__isnull=False)
        return queryset


REPORTED = "signale"


class OpinionFilter(ListFilter):
    """The Région's: what is to be read, or was reported."""

    etat = django_filters.ChoiceFilter(
        label="État",
        method="standing",
        choices=[*OpinionState.choices, (REPORTED, "Signalé")],
        empty_label="Tous les avis",
    )

    class Meta:
        model = Opinion
        fields: list[str] = []

    def standing(self, queryset: QuerySet[Opinion], name: str, value: str) -> QuerySet[Opinion]:
        if value == REPORTED:
            return queryset.filter(queries.reported())
        return queryset.filter(state=value)


class FiguresFilter(ListFilter):
    """How the figures are cut, and of whom."""

    par = django_filters.ChoiceFilter(
        label="Par", method="cut", choices=[(key, cut[0]) for key, cut in CUTS.items()], empty_label=None
    )
    terme = django_filters.ChoiceFilter(label="Après la fin", field_name="term", choices=TERM_CHOICES, empty_label=None)
    annee = django_filters.ChoiceFilter(label="Sortis en", method="left_in", empty_label="Toutes les années")
    fin = django_filters.ChoiceFilter(
        label="Parcours",
        field_name="parcours__state",
        choices=[(ParcoursState.ACHEVE.value, "Achevés seulement")],
        empty_label="Achevés ou quittés",
    )

    class Meta:
        model = Survey
        fields: list[str] = []

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        this_year = timezone.localdate().year
        years = [(year, str(year)) for year in range(this_year, this_year - 6, -1)]
        self.filters["annee"].extra["choices"] = years

    def cut(self, queryset: QuerySet[Survey], name: str, value: str) -> QuerySet[Survey]:
        return queryset  # how it is shown, not what is

    def left_in(self, queryset: QuerySet[Survey], name: str, value: str) -> QuerySet[Survey]:
        return queryset.filter(queries.ended_in(int(value)))
