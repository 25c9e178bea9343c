"""The values that the facts of a session request may take (stored as they stand here)."""

from __future__ import annotations

from enum import StrEnum


class AccessMode(StrEnum):
    SOCLE = "socle"
    INTENTION = "intention-embauche"


class EntryMode(StrEnum):
    DATES_FIXES = "dates_fixes"
    PERMANENTES = "entrees_permanentes"


class HeadCountCase(StrEnum):
    """The case that the organisme invokes for its head count (R67-R72)."""

    NORMAL = "normal"
    GROUPE_EXISTANT = "groupe_existant"
    COMPLEMENTAIRE = "complementaire"
    EQUILIBRE = "equilibre_financier"


class Modality(StrEnum):
    CENTRE = "centre"
    ENTREPRISE = "entreprise"
    DISTANCE = "distance"
    PLATEAU_MOBILE = "plateau_mobile"
    AFEST = "afest"

    @property
    def label(self) -> str:
        return _MODALITIES[self]


_MODALITIES = {
    Modality.CENTRE: "en centre",
    Modality.ENTREPRISE: "en entreprise",
    Modality.DISTANCE: "à distance",
    Modality.PLATEAU_MOBILE: "sur un plateau technique mobile",
    Modality.AFEST: "en situation de travail (Afest)",
}


class Aim(StrEnum):
    RNCP_COMPLET = "rncp_complet"
    RNCP_BLOCS = "rncp_blocs"
    RS = "rs"
    SANS_CERTIFICATION = "sans_certification"


CERTIFYING = frozenset({Aim.RNCP_COMPLET, Aim.RNCP_BLOCS, Aim.RS})
