"""The values that the facts of an intention may take (stored as they stand here)."""

from __future__ import annotations

from enum import StrEnum


class EmployerKind(StrEnum):
    PRIVE = "prive"
    PUBLIC = "public"
    ASSOCIATION = "association"
    SIAE = "siae"
    ETTI = "etti"
    AGENCE_EMPLOI = "agence_emploi"

    @property
    def label(self) -> str:
        return _EMPLOYER_KINDS[self]


_EMPLOYER_KINDS = {
    EmployerKind.PRIVE: "Entreprise privée",
    EmployerKind.PUBLIC: "Employeur public",
    EmployerKind.ASSOCIATION: "Association",
    EmployerKind.SIAE: "Structure d’insertion par l’activité économique (SIAE)",
    EmployerKind.ETTI: "Entreprise de travail temporaire d’insertion (ETTI)",
    EmployerKind.AGENCE_EMPLOI: "Agence d’emploi (intérim)",
}


class Origin(StrEnum):
    """Who brings the need up (S1:279-288)."""

    RESEAU_EMPLOI = "reseau_emploi"
    OPCO = "opco"
    ORGANISME = "organisme"
    REGION = "region"
    EMPLOYEUR = "employeur"

    @property
    def label(self) -> str:
        return _ORIGINS[self]


_ORIGINS = {
    Origin.RESEAU_EMPLOI: "France Travail, Mission locale, Cap emploi ou Département",
    Origin.OPCO: "Opérateur de compétences (Opco)",
    Origin.ORGANISME: "Organisme de formation",
    Origin.REGION: "Région, avec les Clefop",
    Origin.EMPLOYEUR: "L’employeur lui-même",
}


class ContractType(StrEnum):
    CDI = "cdi"
    CDI_INTERIMAIRE = "cdi_interimaire"
    CDD = "cdd"
    INTERIM = "interim"
    APPRENTISSAGE = "apprentissage"
    PROFESSIONNALISATION = "professionnalisation"
    CDPI = "cdpi"
    CIE = "cie"
    PEC = "pec"
    PORTAGE = "portage"
    CREATION_ENTREPRISE = "creation_entreprise"
    CESU = "cesu"
    INDEPENDANT = "independant"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        return _CONTRACTS[self]


_CONTRACTS = {
    ContractType.CDI: "CDI",
    ContractType.CDI_INTERIMAIRE: "CDI intérimaire",
    ContractType.CDD: "CDD",
    ContractType.INTERIM: "Mission d’intérim",
    ContractType.APPRENTISSAGE: "Contrat d’apprentissage",
    ContractType.PROFESSIONNALISATION: "Contrat de professionnalisation",
    ContractType.CDPI: "Contrat de développement professionnel intérimaire (CDPI)",
    ContractType.CIE: "Contrat initiative emploi (CIE)",
    ContractType.PEC: "Parcours emploi compétences (PEC)",
    ContractType.PORTAGE: "Portage salarial",
    ContractType.CREATION_ENTREPRISE: "Création d’entreprise",
    ContractType.CESU: "Chèque emploi service universel (CESU)",
    ContractType.INDEPENDANT: "Travail indépendant",
    ContractType.AUTRE: "Autre contrat",
}

ALTERNANCE = frozenset({ContractType.APPRENTISSAGE, ContractType.PROFESSIONNALISATION})
FIXED_TERM = frozenset({ContractType.CDD, ContractType.INTERIM})
PERMANENT = frozenset({ContractType.CDI, ContractType.CDI_INTERIMAIRE})
SELF_EMPLOYED = frozenset({ContractType.CREATION_ENTREPRISE, ContractType.CESU, ContractType.INDEPENDANT})
NAMED_CONTRACTS = ALTERNANCE | FIXED_TERM | PERMANENT | SELF_EMPLOYED | {ContractType.CDPI, ContractType.CIE}
# The test of 24 hours bears on contracts whose week the employer sets; for alternance and CDPI
# it is not applied, which is an interpretation that the register declares.
WEEKLY_HOURS_TESTED = (
    PERMANENT
    | FIXED_TERM
    | {
        ContractType.PEC,
        ContractType.PORTAGE,
        ContractType.AUTRE,
    }
)


class ShortContractReason(StrEnum):
    SAISONNIER = "saisonnier"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        return {"saisonnier": "L’activité est saisonnière", "autre": "Autre raison"}[self.value]


class LowHoursReason(StrEnum):
    BOE = "boe"
    SANTE = "sante"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        return _LOW_HOURS[self]


_LOW_HOURS = {
    LowHoursReason.BOE: "Bénéficiaire de l’obligation d’emploi",
    LowHoursReason.SANTE: "Situation de santé",
    LowHoursReason.AUTRE: "Autre raison",
}


class OutsideReason(StrEnum):
    LOT_SUPRAREGIONAL = "lot_supraregional"
    BASSIN_FRONTALIER = "bassin_frontalier"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        return _OUTSIDE[self]


_OUTSIDE = {
    OutsideReason.LOT_SUPRAREGIONAL: "Le lot dépasse le niveau régional",
    OutsideReason.BASSIN_FRONTALIER: "Territoire frontalier, même bassin d’emploi",
    OutsideReason.AUTRE: "Autre raison",
}


class StatementKind(StrEnum):
    """The form of the written intention: none is imposed (R03)."""

    COURRIER = "courrier"
    COURRIEL = "courriel"
    FICHIER = "fichier"
    EN_LIGNE = "en_ligne"

    @property
    def label(self) -> str:
        return _STATEMENTS[self]


_STATEMENTS = {
    StatementKind.COURRIER: "Courrier",
    StatementKind.COURRIEL: "Courriel",
    StatementKind.FICHIER: "Autre document écrit",
    StatementKind.EN_LIGNE: "Déclaration signée en ligne",
}


class Milestone(StrEnum):
    """The five moments to which an employer is invited (S1:311-320)."""

    INFORMATION_COLLECTIVE = "information_collective"
    AVIS_PARCOURS = "avis_parcours"
    RECRUTEMENT = "recrutement"
    STAGE = "stage"
    JURY = "jury"

    @property
    def label(self) -> str:
        return _MILESTONES[self]


_MILESTONES = {
    Milestone.INFORMATION_COLLECTIVE: "La réunion d’information collective",
    Milestone.AVIS_PARCOURS: "L’avis sur le parcours de formation",
    Milestone.RECRUTEMENT: "Le choix des stagiaires",
    Milestone.STAGE: "L’accueil en stage",
    Milestone.JURY: "Le jury de fin de formation",
}
