"""The values that the facts of people in training may take (stored as they stand here)."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """Category of a registered job seeker (P3:5905-5923): all are admitted (R75)."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"

    @property
    def label(self) -> str:
        return _CATEGORIES[self]


_CATEGORIES = {
    Category.A: "catégorie A",
    Category.B: "catégorie B",
    Category.C: "catégorie C",
    Category.D: "catégorie D",
    Category.E: "catégorie E",
}


class Project(StrEnum):
    EMPLOI_SALARIE = "emploi_salarie"
    CREATION = "creation"
    INDEPENDANT = "independant"

    @property
    def label(self) -> str:
        return _PROJECTS[self]


_PROJECTS = {
    Project.EMPLOI_SALARIE: "un emploi salarié",
    Project.CREATION: "la création d’une entreprise",
    Project.INDEPENDANT: "un travail indépendant",
}


SELF_EMPLOYED = frozenset({Project.CREATION, Project.INDEPENDANT})


class Step(StrEnum):
    """What came before the session, or what follows it."""

    PREPA = "prepa"
    FLE = "fle"
    POEC = "poec"
    PARCOURS_EMPLOI_FORMATION = "parcours_emploi_formation"
    PARCOURS_EMPLOI_TUTORAT = "parcours_emploi_tutorat"
    ALTERNANCE = "alternance"
    EMPLOI = "emploi"

    @property
    def label(self) -> str:
        return _STEPS[self]


_STEPS = {
    Step.PREPA: "PRÉPA",
    Step.FLE: "français langue étrangère",
    Step.POEC: "POEC",
    Step.PARCOURS_EMPLOI_FORMATION: "Parcours emploi formation",
    Step.PARCOURS_EMPLOI_TUTORAT: "Parcours emploi tutorat",
    Step.ALTERNANCE: "alternance",
    Step.EMPLOI: "emploi",
}

BEFORE = frozenset({Step.PREPA, Step.FLE})
AFTER = frozenset({Step.PARCOURS_EMPLOI_FORMATION, Step.PARCOURS_EMPLOI_TUTORAT, Step.ALTERNANCE})


class Decider(StrEnum):
    ORGANISME = "organisme"
    EMPLOYEUR = "employeur"
    VALIDEUR = "valideur"

    @property
    def label(self) -> str:
        return _DECIDERS[self]


_DECIDERS = {
    Decider.ORGANISME: "l’organisme de formation",
    Decider.EMPLOYEUR: "l’employeur",
    Decider.VALIDEUR: "le valideur",
}


class Answer(StrEnum):
    ADMIS = "admis"
    EN_ATTENTE = "en_attente"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        return _ANSWERS[self]


_ANSWERS = {
    Answer.ADMIS: "admis",
    Answer.EN_ATTENTE: "en attente",
    Answer.REFUSE: "refusé",
}


class RefusalReason(StrEnum):
    PREREQUIS = "prerequis"
    PROJET = "projet"
    EMPLOYEUR = "employeur"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        return _REFUSALS[self]


_REFUSALS = {
    RefusalReason.PREREQUIS: "les prérequis",
    RefusalReason.PROJET: "le projet de la personne",
    RefusalReason.EMPLOYEUR: "le choix de l’employeur",
    RefusalReason.AUTRE: "une autre raison",
}


class Extra(StrEnum):
    """What lets a training last longer than its reference (P3:2857-2867)."""

    COMPETENCE_CLE = "competence_cle"
    HABILITATION = "habilitation"
    DEVELOPPEMENT_DURABLE = "developpement_durable"
    FRANCAIS_TECHNIQUE = "francais_technique"
    SECOURISME = "secourisme"

    @property
    def label(self) -> str:
        return _EXTRAS[self]


_EXTRAS = {
    Extra.COMPETENCE_CLE: "compétence clé",
    Extra.HABILITATION: "habilitation ou permis",
    Extra.DEVELOPPEMENT_DURABLE: "développement durable",
    Extra.FRANCAIS_TECHNIQUE: "français, langue technique",
    Extra.SECOURISME: "sauveteur secouriste du travail",
}


class Result(StrEnum):
    REUSSITE = "reussite"
    PARTIELLE = "partielle"
    ECHEC = "echec"

    @property
    def label(self) -> str:
        return _RESULTS[self]


_RESULTS = {
    Result.REUSSITE: "réussite",
    Result.PARTIELLE: "réussite partielle",
    Result.ECHEC: "échec",
}


class Recovery(StrEnum):
    """What is asked after a failure (F0:271)."""

    COMPLEMENT = "complement"
    NOUVELLE_SESSION = "nouvelle_session"
    GROUPE_EXISTANT = "groupe_existant"
    APRES_EMBAUCHE = "apres_embauche"

    @property
    def label(self) -> str:
        return _RECOVERIES[self]


_RECOVERIES = {
    Recovery.COMPLEMENT: "un complément de formation",
    Recovery.NOUVELLE_SESSION: "une nouvelle session",
    Recovery.GROUPE_EXISTANT: "un groupe existant",
    Recovery.APRES_EMBAUCHE: "une formation après l’embauche",
}
