"""What the demonstration teaches, and where: métiers, communes, sectors and the départements of their lots."""

import csv
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from core.reference.models import Certification, Commune, Filiere, Metier

DATA = Path(__file__).resolve().parent / "data"
TOWNS = 40  # the largest communes of each département, where the employers of the demonstration are

# One lot per line: a filière, and the départements that it covers together.
LOTS: dict[str, tuple[str, ...]] = {
    "inter-industrie": ("44", "49", "53 72", "85"),
    "construction": ("44", "49", "53 72", "85"),
    "agriculture-agroalimentaire": ("44", "49", "53 72", "85"),
    "maritime": ("44 85",),
    "mobilites": ("44 49", "53 72", "85"),
    "commerce": ("44", "49", "53 72", "85"),
    "supports-entreprise": ("44", "49", "53 72", "85"),
    "numerique": ("44", "49 53 72 85"),
    "hotellerie-restauration-tourisme": ("44", "49", "53 72", "85"),
    "proprete-hygiene-services": ("44", "49", "53 72", "85"),
    "formation-insertion": ("44 85", "49", "53 72"),
    "metiers-de-bouche": ("44", "49", "53 72", "85"),
    "telecommunications": ("44 53", "49 72 85"),
    "animation-enfance-jeunesse": ("44", "49", "53 72", "85"),
    "sport": ("44 85", "49 53 72"),
    "niche": ("49 85", "53 72"),
}
SOCLE = ("animation-enfance-jeunesse", "sport", "agriculture-agroalimentaire")


@dataclass(frozen=True)
class Trade:
    """One training: the job that it leads to, what it teaches, and the kind of employers that ask for it."""

    rome: str
    job: str
    title: str
    learn: tuple[str, ...]
    employers: tuple[str, ...]
    prerequisites: str
    filiere: str
    formacodes: tuple[str, ...]
    certification: Certification | None = None
    metier: Metier | None = None

    @property
    def level_in(self) -> int:
        level = self.certification.level if self.certification else None
        return max((level or 3) - 1, 2)


@dataclass
class Catalogue:
    """Everything that the reference lists must hold for a year to be invented."""

    trades: dict[str, list[Trade]] = field(default_factory=dict)  # by filière
    filieres: dict[str, Filiere] = field(default_factory=dict)
    communes: dict[str, Commune] = field(default_factory=dict)
    towns: dict[str, list[Commune]] = field(default_factory=dict)  # by département, largest first


def load() -> Catalogue:
    """Read the métiers of the demonstration against the official lists. Raises LookupError when a list is empty."""
    if not Commune.objects.filter(departement="44").exists():
        raise LookupError("Les listes officielles ne sont pas chargées : lancez « manage.py load_reference ».")
    known = Certification.objects.active().select_related("filiere").in_bulk()
    metiers = Metier.objects.in_bulk()
    found = Catalogue(filieres=Filiere.objects.in_bulk())
    for row in tomllib.loads((DATA / "metiers.toml").read_text(encoding="utf-8"))["metier"]:
        certification = known.get(row.get("certification", ""))
        if row.get("certification") and certification is None:
            continue  # it has run out since: the others make the year
        metier = metiers[row["rome"]]
        filiere = certification.filiere_id if certification else "sport"
        trade = Trade(
            rome=row["rome"],
            job=row["poste"],
            title=row["formation"],
            learn=tuple(row["apprendre"]),
            employers=tuple(row["employeurs"]),
            prerequisites=row["prerequis"],
            filiere=str(filiere),
            formacodes=tuple(certification.formacodes) if certification else ("15436",),
            certification=certification,
            metier=metier,
        )
        found.trades.setdefault(trade.filiere, []).append(trade)
    for code in ("44", "49", "53", "72", "85"):
        largest = Commune.objects.active().filter(departement=code, latitude__isnull=False)
        found.towns[code] = list(largest.select_related("departement").order_by("-population", "code")[:TOWNS])
    wanted = {row["commune"] for row in organismes()}
    found.communes = Commune.objects.select_related("departement").in_bulk(wanted)
    return found


def organismes() -> list[dict[str, str]]:
    """Real training organisations of the region (see data/SOURCES)."""
    with (DATA / "organismes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
