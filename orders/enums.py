"""Choices, states and moves of the market, of its orders and of the ledger of hours."""

from django.db import models

from core.journal.states import Move, Moves


class LotRole(models.TextChoices):
    MANDATAIRE = "mandataire", "Mandataire"
    COTRAITANT = "cotraitant", "Co-traitant"
    SOUS_TRAITANT = "sous_traitant", "Sous-traitant"


class Account(models.TextChoices):
    """The accounts of a lot's ledger, in heures-stagiaires. An hour stands in one account at a time.

    `MARCHE` is the outside of the books: the hours that the marché lets the Région order come from there.
    """

    MARCHE = "marche", "Marché"
    DISPONIBLE = "disponible", "Disponible"
    ENGAGE = "engage", "Autorisé, à commander"
    COMMANDE = "commande", "Commandé"
    REALISE = "realise", "Réalisé"
    FACTURE = "facture", "Facturé"

    @classmethod
    def held(cls) -> list[str]:
        """Accounts that have a balance: those of a lot and, less what is free, those of a composante."""
        return [cls.DISPONIBLE, cls.ENGAGE, cls.COMMANDE, cls.REALISE, cls.FACTURE]


class ComposanteKind(models.TextChoices):
    """What an order buys (R119, R72, R51)."""

    SOCLE = "socle", "Socle"
    INTENTION = "intention", "Sur intention d’embauche"
    COMPLEMENTAIRE = "complementaire", "Commande complémentaire"
    SUPPLEMENTAIRE = "heures_supplementaires", "Heures supplémentaires"


class ComposanteState(models.TextChoices):
    ENGAGEE = "engagee", "À commander"
    COMMANDEE = "commandee", "Commandée"
    SOLDEE = "soldee", "Soldée"
    ANNULEE = "annulee", "Annulée"


class ComposanteMove(Moves):
    COMMANDER = Move((ComposanteState.ENGAGEE,), ComposanteState.COMMANDEE)
    SOLDER = Move((ComposanteState.COMMANDEE,), ComposanteState.SOLDEE)
    ANNULER = Move((ComposanteState.ENGAGEE, ComposanteState.COMMANDEE), ComposanteState.ANNULEE)


class OrderState(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    EMIS = "emis", "Émis"
    ACCUSE = "accuse", "Réception accusée"
    SOLDE = "solde", "Soldé"
    ABANDONNE = "abandonne", "Abandonné"

    @classmethod
    def issued(cls) -> list[str]:
        """Sent to the mandataire: frozen from then on, changed only by avenants."""
        return [cls.EMIS, cls.ACCUSE, cls.SOLDE]


class OrderMove(Moves):
    EMETTRE = Move((OrderState.BROUILLON,), OrderState.EMIS)
    ACCUSER = Move((OrderState.EMIS,), OrderState.ACCUSE)
    SOLDER = Move((OrderState.EMIS, OrderState.ACCUSE), OrderState.SOLDE)
    ABANDONNER = Move((OrderState.BROUILLON,), OrderState.ABANDONNE)


class AvenantMove(Moves):
    EMETTRE = Move((OrderState.BROUILLON,), OrderState.EMIS)
    ACCUSER = Move((OrderState.EMIS,), OrderState.ACCUSE)
    ABANDONNER = Move((OrderState.BROUILLON,), OrderState.ABANDONNE)


class OperationKind(models.TextChoices):
    """What an avenant may do; all its operations are checked, then done together."""

    AJOUTER = "ajouter", "Ajouter une composante"
    RETIRER = "retirer", "Retirer une composante"
    AUGMENTER = "augmenter", "Ajouter des heures"
    DIMINUER = "diminuer", "Retirer des heures"
    TRANSFERER = "transferer", "Transférer des heures"


class StatementState(models.TextChoices):
    """A month's statement of hours: typed by the organisme, checked by the gestionnaire."""

    PROPOSE = "propose", "À contrôler"
    ACCEPTE = "accepte", "Accepté"
    RENVOYE = "renvoye", "À corriger"
    REMPLACE = "remplace", "Remplacé"


class StatementMove(Moves):
    ACCEPTER = Move((StatementState.PROPOSE,), StatementState.ACCEPTE)
    RENVOYER = Move((StatementState.PROPOSE,), StatementState.RENVOYE)
    REMPLACER = Move((StatementState.PROPOSE, StatementState.RENVOYE, StatementState.ACCEPTE), StatementState.REMPLACE)


class HoursSource(models.TextChoices):
    """Where done hours come from, the weaker first: what attendance says replaces what was typed."""

    RELEVE = "relevé", "relevé"
    EMARGEMENT = "émargement", "émargement"


class PriceRequestState(models.TextChoices):
    DEMANDEE = "demandee", "À décider"
    ACCORDEE = "accordee", "Accordée"
    REFUSEE = "refusee", "Refusée"


class PriceRequestMove(Moves):
    ACCORDER = Move((PriceRequestState.DEMANDEE,), PriceRequestState.ACCORDEE)
    REFUSER = Move((PriceRequestState.DEMANDEE,), PriceRequestState.REFUSEE)
