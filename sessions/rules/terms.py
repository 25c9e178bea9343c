"""The values that the facts of a session request may take (stored as they stand here)."""

from __future__ import annotations

from enum import StrEnum


class AccessMode(StrEnum):
    SOCLE = "socle"
    INTENTION = "intention-embauche"

    @property
    def label(self) -> str:
        return _ACCESS_MODES[self]


_ACCESS_MODES = {
    AccessMode.SOCLE: "le socle",
    AccessMode.INTENTION: "sur intention d’embauche",
}


class EntryMode(StrEnum):
    DATES_FIXES = "dates_fixes"
    PERMANENTES = "entrees_permanentes"

    @property
    def label(self) -> str:
        return _ENTRY_MODES[self]


_ENTRY_MODES = {
    EntryMode.DATES_FIXES: "à dates fixes",
    EntryMode.PERMANENTES: "entrées et sorties permanentes",
}


class HeadCountCase(StrEnum):
    """The case that the organisme invokes for its head count (R67-R72)."""

    NORMAL = "normal"
    GROUPE_EXISTANT = "groupe_existant"
    COMPLEMENTAIRE = "complementaire"
    EQUILIBRE = "equilibre_financier"

    @property
    def label(self) -> str:
        return _HEAD_COUNT_CASES[self]


_HEAD_COUNT_CASES = {
    HeadCountCase.NORMAL: "un groupe d’au moins cinq",
    HeadCountCase.GROUPE_EXISTANT: "complément d’un groupe existant",
    HeadCountCase.COMPLEMENTAIRE: "commande complémentaire sur une session commandée",
    HeadCountCase.EQUILIBRE: "moins de cinq, à l’équilibre financier",
}


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

    @property
    def label(self) -> str:
        return _AIMS[self]


_AIMS = {
    Aim.RNCP_COMPLET: "une certification RNCP complète",
    Aim.RNCP_BLOCS: "un ou plusieurs blocs d’une certification RNCP",
    Aim.RS: "une certification du répertoire spécifique",
    Aim.SANS_CERTIFICATION: "des compétences, sans certification",
}


CERTIFYING = frozenset({Aim.RNCP_COMPLET, Aim.RNCP_BLOCS, Aim.RS})
