"""States, moves and choices of an intention d'embauche."""

from django.db import models

from core.journal.states import Move, Moves


class IntentionState(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    DEPOSEE = "deposee", "Déposée"
    QUALIFIEE = "qualifiee", "Qualifiée"
    NON_ELIGIBLE = "non_eligible", "Non éligible"
    ENGAGEE = "engagee", "Engagée"
    COUVERTE = "couverte", "Couverte"
    HONOREE = "honoree", "Honorée"
    PARTIELLE = "partielle", "Partiellement honorée"
    NON_HONOREE = "non_honoree", "Non honorée"
    RETIREE = "retiree", "Retirée"
    EXPIREE = "expiree", "Expirée"

    @classmethod
    def waiting(cls) -> list[str]:
        """Seen by training organisations as compatible intentions that wait for a session."""
        return [cls.DEPOSEE, cls.QUALIFIEE]

    @classmethod
    def filed(cls) -> list[str]:
        """Everything that has been filed and still stands."""
        return [cls.DEPOSEE, cls.QUALIFIEE, cls.ENGAGEE, cls.COUVERTE]

    @classmethod
    def gone(cls) -> list[str]:
        """Given up or out of date: judged no more, and no longer valid."""
        return [cls.RETIREE, cls.EXPIREE]

    @classmethod
    def bound(cls) -> list[str]:
        """Tied to one training organisation (R10)."""
        return [cls.ENGAGEE, cls.COUVERTE]

    @classmethod
    def concluded(cls) -> list[str]:
        """What became of it once the training was over (R93)."""
        return [cls.HONOREE, cls.PARTIELLE, cls.NON_HONOREE]


class IntentionMove(Moves):
    DEPOSER = Move((IntentionState.BROUILLON,), IntentionState.DEPOSEE)
    QUALIFIER = Move((IntentionState.DEPOSEE,), IntentionState.QUALIFIEE)
    ECARTER = Move((IntentionState.DEPOSEE, IntentionState.QUALIFIEE), IntentionState.NON_ELIGIBLE)
    REPRENDRE = Move(
        (
            IntentionState.DEPOSEE,
            IntentionState.QUALIFIEE,
            IntentionState.NON_ELIGIBLE,
            IntentionState.RETIREE,
            IntentionState.EXPIREE,
        ),
        IntentionState.BROUILLON,
    )
    ENGAGER = Move((IntentionState.DEPOSEE, IntentionState.QUALIFIEE), IntentionState.ENGAGEE)
    LIBERER = Move((IntentionState.ENGAGEE, IntentionState.COUVERTE), IntentionState.QUALIFIEE)
    COUVRIR = Move((IntentionState.ENGAGEE,), IntentionState.COUVERTE)
    # What is established is counted again with each hire that is confirmed or withdrawn.
    HONORER = Move(
        (IntentionState.COUVERTE, IntentionState.PARTIELLE, IntentionState.NON_HONOREE), IntentionState.HONOREE
    )
    HONORER_EN_PARTIE = Move(
        (IntentionState.COUVERTE, IntentionState.HONOREE, IntentionState.NON_HONOREE), IntentionState.PARTIELLE
    )
    NE_PAS_HONORER = Move(
        (IntentionState.COUVERTE, IntentionState.HONOREE, IntentionState.PARTIELLE), IntentionState.NON_HONOREE
    )
    RETIRER = Move(
        (
            IntentionState.BROUILLON,
            IntentionState.DEPOSEE,
            IntentionState.QUALIFIEE,
            IntentionState.ENGAGEE,
            IntentionState.COUVERTE,
        ),
        IntentionState.RETIREE,
    )
    EXPIRER = Move((IntentionState.DEPOSEE, IntentionState.QUALIFIEE), IntentionState.EXPIREE)


class Origin(models.TextChoices):
    """R13: five ways in."""

    EMPLOYEUR = "employeur", "Employeur"
    ORGANISME = "organisme", "Organisme de formation"
    RESEAU_EMPLOI = "reseau_emploi", "Réseau pour l’emploi"
    OPCO = "opco", "Opco"
    REGION = "region", "Région"


class Channel(models.TextChoices):
    PORTAIL = "portail", "Ce portail"
    IMPORT = "import", "Reprise d’un tableau"
    NOSEMPLOIS = "nosemplois", "nosemplois.fr"


class ContractType(models.TextChoices):
    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    APPRENTISSAGE = "apprentissage", "Contrat d’apprentissage"
    PROFESSIONNALISATION = "professionnalisation", "Contrat de professionnalisation"
    CDI_INTERIMAIRE = "cdi_interimaire", "CDI intérimaire"
    INTERIM = "interim", "Mission d’intérim"
    CDPI = "cdpi", "Contrat de développement professionnel intérimaire (CDPI)"
    CIE = "cie", "Contrat initiative emploi (CIE)"
    PEC = "pec", "Parcours emploi compétences (PEC)"
    PORTAGE = "portage", "Portage salarial"
    CREATION_ENTREPRISE = "creation_entreprise", "Création d’entreprise"
    CESU = "cesu", "Chèque emploi service universel (CESU)"
    INDEPENDANT = "independant", "Travail indépendant"
    AUTRE = "autre", "Autre contrat"

    @classmethod
    def dated(cls) -> list[str]:
        """Contracts that have an end, whose length in months is asked."""
        return [cls.CDD, cls.INTERIM]


class ShortContractReason(models.TextChoices):
    SAISONNIER = "saisonnier", "L’activité est saisonnière"
    AUTRE = "autre", "Autre raison, que je préciserai"


class LowHoursReason(models.TextChoices):
    BOE = "boe", "Le poste est prévu pour une personne en situation de handicap"
    SANTE = "sante", "Raison de santé"
    AUTRE = "autre", "Autre raison, que je préciserai"


class OutsideReason(models.TextChoices):
    """Why the work is outside the region (R22)."""

    LOT_SUPRAREGIONAL = "lot_supraregional", "La formation n’existe que dans un lot qui dépasse la région"
    BASSIN_FRONTALIER = "bassin_frontalier", "Le lieu est tout proche de la région : même bassin d’emploi"
    AUTRE = "autre", "Autre raison, que je préciserai"


class Milestone(models.TextChoices):
    """The five steps that an employer may join (R04, R92)."""

    INFORMATION_COLLECTIVE = "information_collective", "Réunion d’information avec les candidats"
    AVIS_PARCOURS = "avis_parcours", "Avis sur le contenu de la formation"
    RECRUTEMENT = "recrutement", "Choix des candidats avec l’organisme"
    STAGE = "stage", "Accueil en stage"
    JURY = "jury", "Jury de fin de formation"


class PostState(models.TextChoices):
    OUVERT = "ouvert", "Ouvert"
    RETIRE = "retire", "Retiré"


class DerogationState(models.TextChoices):
    DEMANDEE = "demandee", "Demandée"
    ACCORDEE = "accordee", "Accordée"
    REFUSEE = "refusee", "Refusée"
