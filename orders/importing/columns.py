"""The columns of the file, and what each kind of line says in them. The export writes the same ones."""

from dataclasses import dataclass

from django.db import models

from core.reference.text import normalise
from core.ui.spreadsheets import LINE, REASON
from core.ui.tables import Column, Table


class Kind(models.TextChoices):
    """What a line describes, in the order in which lines are written: a line needs those of the kinds before it."""

    MARCHE = "marche", "marché"
    RECONDUCTION = "reconduction", "reconduction"
    LOT = "lot", "lot"
    PERIODE = "periode", "période"
    CERTIFICATION = "certification", "certification"
    MEMBRE = "membre", "membre"
    LIEU = "lieu", "lieu"
    PRIX = "prix", "prix"

    @property
    def rank(self) -> int:
        return list(Kind).index(self)

    @property
    def of_a_lot(self) -> bool:
        return self not in (Kind.MARCHE, Kind.RECONDUCTION)


TABLE = Table(
    caption="Marchés et lots",
    columns=[
        Column("type", "Type"),
        Column("marche", "Marché"),
        Column("lot", "Lot"),
        Column("intitule", "Intitulé"),
        Column("debut", "Début", kind="date"),
        Column("fin", "Fin", kind="date"),
        Column("reconductions", "Reconductions prévues", kind="integer"),
        Column("decidee", "Reconduction décidée le", kind="date"),
        Column("filiere", "Filière"),
        Column("departements", "Départements"),
        Column("epcis", "Intercommunalités"),
        Column("territoires", "Territoires"),
        Column("gestionnaire", "Gestionnaire"),
        Column("coordinateur", "Coordinateur"),
        Column("mini", "Mini", kind="hours"),
        Column("maxi", "Maxi", kind="hours"),
        Column("certification", "Certification"),
        Column("obligatoire", "Obligatoire", kind="bool"),
        Column("siret", "SIRET de l’organisme"),
        Column("organisme", "Organisme"),
        Column("role", "Rôle"),
        Column("carence", "Carence attestée le", kind="date"),
        Column("accord", "Accord du mandataire le", kind="date"),
        Column("adresse", "Adresse"),
        Column("code_postal", "Code postal"),
        Column("commune", "Commune"),
        Column("siret_lieu", "SIRET du lieu"),
        Column("prix", "Prix de l’heure", kind="money"),
        Column("actif", "Actif", kind="bool"),
    ],
)
BY_KEY = {column.key: column for column in TABLE.columns}
WHO = ("siret", "organisme")  # one of the two names the organisme


@dataclass(frozen=True)
class Shape:
    """What a kind of line says: the columns it needs, those it may fill, and what each means, for the guide."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    guide: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.needed, *self.optional)


SHAPES = {
    Kind.MARCHE: Shape(
        ("marche", "intitule", "debut", "fin"),
        ("reconductions",),
        "Un marché\u00a0: son numéro, son objet, ses dates avant toute reconduction, les reconductions qu’il prévoit.",
    ),
    Kind.RECONDUCTION: Shape(
        ("marche", "debut", "fin", "decidee"),
        (),
        "Une reconduction\u00a0: elle commence le lendemain de la fin du marché.",
    ),
    Kind.LOT: Shape(
        ("marche", "lot", "intitule", "filiere"),
        ("departements", "epcis", "territoires", "gestionnaire", "coordinateur", "actif"),
        "Un lot\u00a0: sa filière, ses départements (ou des intercommunalités, ou des territoires), l’adresse "
        "électronique de son gestionnaire à la Région, son coordinateur.",
    ),
    Kind.PERIODE: Shape(
        ("marche", "lot", "debut", "fin", "mini", "maxi"),
        (),
        "Une période du lot, son mini et son maxi en heures-stagiaires.",
    ),
    Kind.CERTIFICATION: Shape(
        ("marche", "lot", "certification"),
        ("obligatoire", "actif"),
        "Une certification de la liste du marché\u00a0; obligatoire quand le groupement doit pouvoir la proposer.",
    ),
    Kind.MEMBRE: Shape(
        ("marche", "lot", "role"),
        (*WHO, "carence", "accord", "actif"),
        "Un organisme du groupement\u00a0: mandataire, co-traitant, ou sous-traitant avec ses deux pièces datées.",
    ),
    Kind.LIEU: Shape(
        ("marche", "lot", "intitule", "adresse", "code_postal", "commune"),
        (*WHO, "siret_lieu", "actif"),
        "Un lieu de formation accepté pour le lot, et l’organisme du groupement qui y forme.",
    ),
    Kind.PRIX: Shape(
        ("marche", "lot", "debut", "prix"),
        (),
        "Le prix de l’heure-stagiaire à partir d’un jour. Ensuite, un prix change par une demande décidée.",
    ),
}


def places(headers: list[str]) -> dict[str, int]:
    """Where each of our columns stands in a file, by its title, whatever case and accents."""
    titles = {normalise(column.label): key for key, column in BY_KEY.items()}
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        key = titles.get(normalise(header))
        if key and header not in (REASON, LINE):
            found.setdefault(key, at)
    return found


def kind_of(text: str) -> Kind | None:
    """« Marché », « PERIODE » → the kind of the line; None for any other word."""
    word = normalise(text)
    return next((kind for kind in Kind if word == normalise(kind.label)), None)


def reference_of(at: int, line: int) -> str:
    """« AB12 », as a spreadsheet names the cell of the `at`-th column (from 0)."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"
