"""Importers of the official lists: one per family of files, all through `base.Importer`."""

from __future__ import annotations

from core.reference.enums import Source
from core.reference.importers.base import Importer, Refusal, Report
from core.reference.importers.certifications import BlockImporter, CertificationImporter, FiliereImporter
from core.reference.importers.communes import CommuneImporter, DepartementImporter, EpciImporter
from core.reference.importers.nomenclatures import AgreementImporter, FormacodeImporter, NsfImporter, OpcoImporter
from core.reference.importers.reading import FileRefused
from core.reference.importers.rome import AppellationImporter, MetierImporter
from core.reference.importers.territoires import EmploymentZoneImporter, TerritoireImporter

__all__ = ["IMPORTERS", "FileRefused", "Importer", "Refusal", "Report", "importer_for"]

IMPORTERS: dict[Source, type[Importer]] = {
    importer.source: importer
    for importer in (
        DepartementImporter,
        EpciImporter,
        CommuneImporter,
        EmploymentZoneImporter,
        TerritoireImporter,
        NsfImporter,
        FormacodeImporter,
        MetierImporter,
        AppellationImporter,
        OpcoImporter,
        AgreementImporter,
        FiliereImporter,
        CertificationImporter,
        BlockImporter,
    )
}


def importer_for(source: str) -> Importer:
    """A fresh importer for a list; raises `ValueError` for a name that is not in `Source`."""
    return IMPORTERS[Source(source)]()
