"""The tables of the official lists' screens."""

from __future__ import annotations

from django.urls import reverse

from core.ui.tables import Column, Empty, Table

LISTS = Table(
    caption="Listes officielles",
    columns=[
        Column(
            "list",
            "Liste",
            value=lambda state: state.source.label,
            link=lambda state: reverse("reference_liste", args=[state.source.value]),
        ),
        Column("active", "Fiches en service", kind="integer"),
        Column("edition", "Édition chargée", value="edition.label"),
        Column("published_on", "Datée du", value="edition.published_on", kind="date"),
        Column("loaded_at", "Chargée le", value="edition.loaded_at", kind="date"),
    ],
)

EDITIONS = Table(
    caption="Éditions chargées",
    columns=[
        Column("label", "Édition", link=lambda edition: reverse("reference_edition", args=[edition.pk])),
        Column("published_on", "Datée du", kind="date"),
        Column("loaded_at", "Chargée le", kind="moment"),
        Column("rows_loaded", "Lignes chargées", kind="integer"),
        Column("rows_retired", "Fiches retirées", kind="integer"),
        Column("rows_refused", "Lignes refusées", kind="integer"),
    ],
    empty=Empty("Aucune édition chargée", "Envoyez le fichier officiel avec le formulaire de cette page."),
)

REFUSALS = Table(
    caption="Lignes refusées",
    columns=[
        Column("line", "Ligne du fichier"),
        Column("value", "Code"),
        Column("reason", "Pourquoi"),
    ],
)
