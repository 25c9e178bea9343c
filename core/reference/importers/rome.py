"""Métiers and their appellations (ROME, France Travail)."""

from __future__ import annotations

import re

from core.reference.enums import Source, Vocabulary
from core.reference.importers.base import Importer
from core.reference.importers.reading import Row, RowRefused
from core.reference.models import Appellation, Metier

ROME_CODE = re.compile(r"[A-N]\d{4}")


class MetierImporter(Importer):
    source = Source.METIERS
    model = Metier
    vocabulary = Vocabulary.METIERS
    columns = {"code": ("code_rome",), "libelle": ("libelle_rome", "intitule")}
    required = {"code", "libelle"}
    fields = {"title": "libelle"}

    def code_of(self, row: Row) -> str:
        return row.text("code").upper()

    def build(self, row: Row) -> Metier:
        row.required("code")
        code = self.code_of(row)
        if not ROME_CODE.fullmatch(code):
            raise RowRefused(f"« {code} » n’est pas un code ROME (une lettre de A à N et quatre chiffres).")
        return Metier(code=code, title=row.required("libelle"))


class AppellationImporter(Importer):
    source = Source.APPELLATIONS
    model = Appellation
    vocabulary = Vocabulary.METIERS
    columns = {
        "code": ("ogr", "code_ogr"),
        "rome": ("code_rome",),
        "libelle": ("libelle_appellation_long", "libelle_appellation_court", "intitule"),
    }
    required = {"code", "rome", "libelle"}
    fields = {"metier": "rome", "title": "libelle"}

    def prepare(self) -> None:
        self.metiers = set(Metier.objects.values_list("pk", flat=True))

    def build(self, row: Row) -> Appellation:
        code = row.required("code")
        if not code.isdigit():
            raise RowRefused(f"« {code} » n’est pas un code OGR (des chiffres).")
        metier = row.required("rome").upper()
        if metier not in self.metiers:
            raise RowRefused(f"le métier {metier} n’est pas dans la liste chargée.")
        return Appellation(code=code, metier_id=metier, title=row.required("libelle"))
