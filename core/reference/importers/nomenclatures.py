"""Small nomenclatures: Formacode (Centre Inffo), NSF (Insee), Opco and conventions collectives (IDCC)."""

from __future__ import annotations

import re

from core.reference.enums import Source
from core.reference.importers.base import Importer
from core.reference.importers.reading import Row, RowRefused
from core.reference.models import CollectiveAgreement, Formacode, Nsf, Opco


class FormacodeImporter(Importer):
    source = Source.FORMACODES
    model = Formacode
    columns = {"code": ("code_formacode", "formacode"), "libelle": ("intitule", "libelle_formacode")}
    required = {"code", "libelle"}
    fields = {"title": "libelle"}

    def build(self, row: Row) -> Formacode:
        code = row.required("code")
        if not re.fullmatch(r"\d{5}", code):
            raise RowRefused(f"« {code} » n’est pas un Formacode (5 chiffres).")
        return Formacode(code=code, title=row.required("libelle"))


class NsfImporter(Importer):
    source = Source.NSF
    model = Nsf
    columns = {"code": ("code_nsf", "nsf"), "libelle": ("intitule", "libelle_nsf")}
    required = {"code", "libelle"}
    fields = {"title": "libelle"}

    def build(self, row: Row) -> Nsf:
        code = row.required("code")
        if not re.fullmatch(r"\d{2,3}[a-z]?", code):
            raise RowRefused(f"« {code} » n’est pas un code NSF (trois chiffres).")
        return Nsf(code=code, title=row.required("libelle"))


class OpcoImporter(Importer):
    source = Source.OPCO
    model = Opco
    columns = {"code": ("code_opco",), "nom": ("libelle",), "champ": ("secteurs",)}
    required = {"code", "nom"}
    fields = {"name": "nom", "scope": "champ"}

    def build(self, row: Row) -> Opco:
        return Opco(code=row.required("code"), name=row.required("nom"), scope=row.text("champ"))


class AgreementImporter(Importer):
    """Which Opco answers for a convention collective. A line without Opco keeps the agreement, unassigned."""

    source = Source.IDCC
    model = CollectiveAgreement
    columns = {
        "code": ("idcc", "code_idcc"),
        "intitule": ("convention_collective", "titre", "libelle"),
        "opco": ("code_opco",),
    }
    required = {"code", "intitule", "opco"}
    fields = {"title": "intitule", "opco": "opco"}

    def prepare(self) -> None:
        self.opcos = set(Opco.objects.values_list("pk", flat=True))

    def code_of(self, row: Row) -> str:
        return row.text("code").zfill(4)

    def build(self, row: Row) -> CollectiveAgreement:
        row.required("code")
        code = self.code_of(row)
        if not re.fullmatch(r"\d{4}", code):
            raise RowRefused(f"« {code} » n’est pas un code IDCC (4 chiffres).")
        opco = row.text("opco") or None
        if opco and opco not in self.opcos:
            raise RowRefused(f"l’Opco « {opco} » n’est pas dans la liste chargée.")
        return CollectiveAgreement(code=code, title=row.required("intitule"), opco_id=opco)
