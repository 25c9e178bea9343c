"""Départements, intercommunalités and communes (Code officiel géographique, Banatic, La Poste)."""

from __future__ import annotations

import re
from decimal import Decimal

from core.reference.enums import Source, Vocabulary
from core.reference.importers.base import Importer
from core.reference.importers.reading import Row, RowRefused
from core.reference.models import Commune, Departement, Epci

REGION = "52"
COMMUNE_CODE = re.compile(r"(\d{2}|2[AB])\d{3}")
POSTCODE = re.compile(r"\d{5}")


class DepartementImporter(Importer):
    source = Source.DEPARTEMENTS
    model = Departement
    columns = {
        "code": ("DEP", "code_departement", "dep_code"),
        "nom": ("LIBELLE", "nom_departement", "dep_nom"),
        "region": ("REG", "region_code", "reg_code", "code_region"),
    }
    required = {"code", "nom", "region"}
    fields = {"name": "nom", "region_code": "region", "in_region": "region"}

    def code_of(self, row: Row) -> str:
        return row.text("code").zfill(2)

    def build(self, row: Row) -> Departement:
        row.required("code")
        region = row.required("region").zfill(2)
        return Departement(
            code=self.code_of(row), name=row.required("nom"), region_code=region, in_region=region == REGION
        )


class EpciImporter(Importer):
    source = Source.EPCI
    model = Epci
    columns = {"code": ("siren", "siren_epci", "EPCI"), "nom": ("LIBEPCI", "nom_epci", "raison_sociale")}
    required = {"code", "nom"}
    fields = {"name": "nom"}

    def build(self, row: Row) -> Epci:
        code = row.required("code")
        if not re.fullmatch(r"\d{9}", code):
            raise RowRefused(f"« {code} » n’est pas un SIREN (9 chiffres).")
        return Epci(code=code, name=row.required("nom"))


class CommuneImporter(Importer):
    """Communes as they stand today; the communes that they absorbed stay findable by their old names."""

    source = Source.COMMUNES
    model = Commune
    vocabulary = Vocabulary.COMMUNES
    columns = {
        "code": ("code_insee", "COM", "code_commune_insee"),
        "nom": ("LIBELLE", "nom_standard", "nom_commune"),
        "type": ("TYPECOM",),
        "departement": ("DEP", "dep_code", "code_departement"),
        "epci": ("epci_siren", "epci_code", "siren_epci"),
        "codes_postaux": ("code_postal", "codes_postal"),
        "population": ("population_municipale", "PMUN"),
        "lat": ("latitude", "latitude_centre", "latitude_mairie"),
        "lon": ("longitude", "longitude_centre", "longitude_mairie"),
        "anciennes_communes": (),
    }
    required = {"code", "nom"}
    fields = {
        "name": "nom",
        "departement": "code",
        "epci": "epci",
        "postcodes": "codes_postaux",
        "population": "population",
        "latitude": "lat",
        "longitude": "lon",
        "former_names": "anciennes_communes",
    }

    def prepare(self) -> None:
        self.departements = set(Departement.objects.values_list("pk", flat=True))
        self.epci = set(Epci.objects.values_list("pk", flat=True))

    def code_of(self, row: Row) -> str:
        return row.text("code").upper().zfill(5)

    def build(self, row: Row) -> Commune | None:
        if row.text("type") not in {"", "COM"}:
            return None  # the official file also lists delegated communes and arrondissements
        row.required("code")
        code = self.code_of(row)
        if not COMMUNE_CODE.fullmatch(code):
            raise RowRefused(f"« {code} » n’est pas un code de commune (5 caractères).")
        departement = row.text("departement").zfill(2) if row.text("departement") else code[:2]
        if departement not in self.departements:
            raise RowRefused(f"le département {departement} n’est pas dans la liste chargée.")
        epci = row.text("epci") or None
        if epci and epci not in self.epci:
            raise RowRefused(f"l’intercommunalité {epci} n’est pas dans la liste chargée.")
        postcodes = [value.zfill(5) for value in row.several("codes_postaux")]
        wrong = [value for value in postcodes if not POSTCODE.fullmatch(value)]
        if wrong:
            raise RowRefused(f"« {wrong[0]} » n’est pas un code postal.")
        population = row.integer("population") or 0
        if population < 0:
            raise RowRefused("la population est négative.")
        return Commune(
            code=code,
            name=row.required("nom"),
            departement_id=departement,
            epci_id=epci,
            postcodes=postcodes,
            population=population,
            latitude=degrees(row, "lat", 90),
            longitude=degrees(row, "lon", 180),
            former_names=row.several("anciennes_communes"),
        )


def degrees(row: Row, column: str, limit: int) -> Decimal | None:
    """Five decimals are one metre, more than a commune's centre needs."""
    value = row.decimal(column)
    if value is None:
        return None
    if abs(value) > limit:
        raise RowRefused(f"« {column} » : {value} n’est pas une coordonnée.")
    return value.quantize(Decimal("0.00001"))
