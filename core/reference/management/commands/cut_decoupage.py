"""Cut the npm package `@etalab/decoupage-administratif` down to the region and its neighbours."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.reference.default import DATA
from core.reference.importers.communes import REGION

NEIGHBOURS = ("17", "28", "35", "37", "41", "50", "56", "61", "79", "86")  # they touch the region


class Command(BaseCommand):
    help = (
        "Refait departements.csv, epci.csv et communes.csv d’après le paquet npm @etalab/decoupage-administratif "
        "(npm pack, puis tar xzf). Les coordonnées, que le paquet n’a pas, sont gardées par code de commune."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="le dossier « package » une fois l’archive ouverte")
        parser.add_argument("--centres", type=Path, help="CSV code_insee,lat,lon (sinon : les coordonnées déjà là)")
        parser.add_argument("--commit", action="store_true", help="écrire les fichiers")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["package"] / "data"
        if not (source / "communes.json").is_file():
            raise CommandError(f"{source / 'communes.json'} est absent.")
        departements = [row for row in _load(source / "departements.json") if _kept(row["code"], row["region"])]
        kept = {row["code"] for row in departements}
        everything = _load(source / "communes.json")
        communes = [row for row in everything if row["type"] == "commune-actuelle" and row.get("departement") in kept]
        codes = {row["code"] for row in communes}
        former: dict[str, list[str]] = {}
        for row in everything:
            if row["type"] in {"commune-deleguee", "commune-associee"} and row.get("chefLieu") in codes:
                former.setdefault(row["chefLieu"], []).append(row["nom"])
        groups = [
            {**row, "membres": [member["code"] for member in row["membres"] if member["code"] in codes]}
            for row in _load(source / "epci.json")
        ]
        groups = [row for row in groups if row["membres"]]
        group_of = {member: row["code"] for row in groups for member in row["membres"]}
        centres = _centres(options["centres"] or DATA / "communes.csv")
        tables: dict[str, tuple[list[str], list[list[object]]]] = {
            "departements.csv": (
                ["code", "nom", "region"],
                [[row["code"], row["nom"], row["region"]] for row in departements],
            ),
            "epci.csv": (["code", "nom"], [[row["code"], row["nom"]] for row in groups]),
            "communes.csv": (
                ["code", "nom", "epci", "codes_postaux", "population", "lat", "lon", "anciennes_communes"],
                [
                    [
                        row["code"],
                        row["nom"],
                        group_of.get(row["code"], ""),
                        "|".join(row.get("codesPostaux", [])),
                        row.get("population", ""),
                        *centres.get(row["code"], ("", "")),
                        "|".join(name for name in former.get(row["code"], []) if name != row["nom"]),
                    ]
                    for row in communes
                ],
            ),
        }
        for name, (header, rows) in tables.items():
            self.stdout.write(f"{name} : {len(rows)} lignes")
            if options["commit"]:
                with (DATA / name).open("w", encoding="utf-8", newline="") as file:
                    writer = csv.writer(file, lineterminator="\n")
                    writer.writerow(header)
                    for cells in sorted(rows, key=lambda line: str(line[0])):
                        writer.writerow(cells)
        missing = sum(code not in centres for code in codes)
        if missing:
            self.stdout.write(f"{missing} communes sans coordonnées")
        if not options["commit"]:
            self.stdout.write("Rien n’a été écrit : ajoutez --commit.")


def _kept(code: str, region: str) -> bool:
    return region == REGION or code in NEIGHBOURS


def _load(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))


def _centres(path: Path) -> dict[str, tuple[str, str]]:
    """Coordinates by commune, from any CSV that has them; an empty table when there is none yet."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row.get("code_insee") or row["code"]: (row["lat"], row["lon"]) for row in rows if row["lat"]}
