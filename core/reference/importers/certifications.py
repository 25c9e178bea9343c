"""Filières of the lots, certifications of the RNCP and the répertoire spécifique, and their blocks."""

from __future__ import annotations

import re

from django.utils import timezone

from core.reference.enums import CertificationKind, Source, Vocabulary
from core.reference.filieres import Decider
from core.reference.importers.base import Importer
from core.reference.importers.reading import Row, RowRefused
from core.reference.models import Certification, CertificationBlock, Filiere

CERTIFICATION_CODE = re.compile(r"(RNCP|RS)\d{1,6}")
BLOCK_CODE = re.compile(r"((?:RNCP|RS)\d{1,6})BC\d{1,3}[A-Z]?")


class FiliereImporter(Importer):
    """The sectors of the market (K23), with the prefixes of the codes that belong to each (R41)."""

    source = Source.FILIERES
    model = Filiere
    columns = {
        "code": (),
        "nom": ("libelle",),
        "ordre": ("rang",),
        "niche": (),
        "formacodes": ("prefixes_formacode",),
        "rome": ("prefixes_rome",),
        "nsf": ("prefixes_nsf",),
        "effectif_minimal": (),
    }
    required = {"code", "nom"}
    fields = {
        "name": "nom",
        "rank": "ordre",
        "is_niche": "niche",
        "formacode_prefixes": "formacodes",
        "rome_prefixes": "rome",
        "nsf_prefixes": "nsf",
        "minimum_group": "effectif_minimal",
    }

    def build(self, row: Row) -> Filiere:
        rank = row.integer("ordre")
        return Filiere(
            code=row.required("code"),
            name=row.required("nom"),
            rank=100 if rank is None else rank,
            is_niche=row.text("niche").lower() in {"1", "oui"},
            formacode_prefixes=row.several("formacodes"),
            rome_prefixes=row.several("rome"),
            nsf_prefixes=row.several("nsf"),
            minimum_group=row.integer("effectif_minimal"),
        )


class CertificationImporter(Importer):
    """The export of France compétences or of Certif Info; a sheet said to be inactive is loaded as retired."""

    source = Source.CERTIFICATIONS
    model = Certification
    vocabulary = Vocabulary.CERTIFICATIONS
    columns = {
        "code": ("Numero_Fiche", "numero"),
        "intitule": ("titre", "libelle"),
        "niveau": ("niveau_europeen", "Nomenclature_Europe_Niveau"),
        "filiere": (),
        "formacodes": ("formacode",),
        "rome": ("codes_rome",),
        "nsf": ("codes_nsf",),
        "certifinfo": ("code_certifinfo",),
        "echeance": ("date_echeance_rncp", "Date_Fin_Enregistrement"),
        "remplacee_par": ("nouvelle_certification",),
        "statut": ("statut_fiche_2025_01", "Actif"),
    }
    required = {"code", "intitule"}
    fields = {
        "kind": "code",
        "title": "intitule",
        "level": "niveau",
        "filiere": "filiere",
        "formacodes": "formacodes",
        "rome_codes": "rome",
        "nsf_codes": "nsf",
        "certifinfo": "certifinfo",
        "valid_until": "echeance",
        "replaced_by": "remplacee_par",
    }

    def prepare(self) -> None:
        self.decider = Decider.load()
        self.today = timezone.localdate()
        self.retired = dict(
            Certification.objects.filter(retired_on__isnull=False).values_list("pk", "retired_on").order_by()
        )

    def code_of(self, row: Row) -> str:
        return row.text("code").upper().replace(" ", "")

    def build(self, row: Row) -> Certification:
        row.required("code")
        code = self.code_of(row)
        found = CERTIFICATION_CODE.fullmatch(code)
        if not found:
            raise RowRefused(f"« {code} » n’est pas un code RNCP ou RS (exemple : RNCP37715).")
        level = re.sub(r"\D", "", row.text("niveau"))
        if level and not 1 <= int(level) <= 8:
            raise RowRefused(f"le niveau « {row.text('niveau')} » n’existe pas (de 1 à 8).")
        formacodes, rome, nsf = row.several("formacodes"), row.several("rome"), row.several("nsf")
        filiere = row.text("filiere")
        if filiere and filiere not in self.decider.by_code:
            raise RowRefused(f"la filière « {filiere} » n’est pas dans la liste chargée.")
        decided = self.decider.by_code.get(filiere) or self.decider.first(formacodes, rome, nsf)
        inactive = row.text("statut").upper() in {"INACTIVE", "NON", "RETIREE"}
        return Certification(
            code=code,
            kind=CertificationKind(found[1].lower()),
            title=row.required("intitule"),
            level=int(level) if level else None,
            filiere=decided,
            formacodes=formacodes,
            rome_codes=rome,
            nsf_codes=nsf,
            # Certif Info gives several for one sheet, or words in place of a code: the first code stands.
            certifinfo=next((value for value in row.several("certifinfo") if value.isdigit()), ""),
            valid_until=row.date("echeance"),
            replaced_by=row.text("remplacee_par"),
            retired_on=self.retired.get(code, self.today) if inactive else None,
        )


class BlockImporter(Importer):
    source = Source.BLOCS
    model = CertificationBlock
    columns = {
        "code": ("Bloc_Competences_Code", "code_bloc"),
        "certification": ("Numero_Fiche",),
        "intitule": ("Bloc_Competences_Libelle", "libelle"),
    }
    required = {"code", "intitule"}
    fields = {"certification": "code", "title": "intitule"}

    def prepare(self) -> None:
        self.certifications = set(Certification.objects.values_list("pk", flat=True))

    def code_of(self, row: Row) -> str:
        return row.text("code").upper()

    def build(self, row: Row) -> CertificationBlock:
        row.required("code")
        code = self.code_of(row)
        found = BLOCK_CODE.fullmatch(code)
        if not found:
            raise RowRefused(f"« {code} » n’est pas un code de bloc (exemple : RNCP37715BC01).")
        certification = row.text("certification").upper() or found[1]
        if certification not in self.certifications:
            raise RowRefused(f"la certification {certification} n’est pas dans la liste chargée.")
        return CertificationBlock(code=code, certification_id=certification, title=row.required("intitule"))
