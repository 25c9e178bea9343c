"""States, moves and choices of the service fait, of invoices, and of their way through Chorus Pro."""

from django.db import models

from core.journal.states import Move, Moves


class TableState(models.TextChoices):
    """The month of an order, line by line, until both sides read the same."""

    OUVERT = "ouvert", "À accorder"
    ACCORDE = "accorde", "Accordé, à facturer"
    FACTURE = "facture", "Facturé"


class TableMove(Moves):
    ACCORDER = Move((TableState.OUVERT,), TableState.ACCORDE)
    ROUVRIR = Move((TableState.ACCORDE,), TableState.OUVERT)
    FACTURER = Move((TableState.ACCORDE,), TableState.FACTURE)
    REPRENDRE = Move((TableState.FACTURE,), TableState.OUVERT)  # its invoice was cancelled by a credit note


class Gap(models.TextChoices):
    """Why the hours done are not those that were planned."""

    ABSENCES = "absences", "Absences"
    ENTREE = "entree", "Entrée en cours de mois"
    SORTIE = "sortie", "Sortie en cours de mois"
    CALENDRIER = "calendrier", "Calendrier changé"
    INDIVIDUALISE = "individualise", "Parcours individualisé"
    CORRECTION = "correction", "Correction d’un mois passé"
    AUTRE = "autre", "Autre cause"


class InvoiceKind(models.TextChoices):
    """UNTDID 1001."""

    FACTURE = "380", "Facture"
    AVOIR = "381", "Avoir"


class InvoiceState(models.TextChoices):
    EMISE = "emise", "Émise"
    ANNULEE = "annulee", "Annulée par un avoir"


class InvoiceMove(Moves):
    ANNULER = Move((InvoiceState.EMISE,), InvoiceState.ANNULEE)


class Process(models.TextChoices):
    """BT-23, the « cadre de facturation ». The codes in S are those of the norm (XP Z12-012, BR-FR-08); those in A are
    the ones that Chorus Pro knew before it, and that its sandbox is said to want still.
    """

    S1 = "S1", "S1, prestations de services"
    S3 = "S3", "S3, sous-traitant payé directement"
    A1 = "A1", "A1, dépôt par le fournisseur (ancien code)"
    A9 = "A9", "A9, sous-traitant payé directement (ancien code)"


class PartyId(models.TextChoices):
    """What the legal identifier of the parties is, under scheme 0002 (BT-30, BT-47).

    The norm wants the SIREN (XP Z12-012, BR-FR-10); Chorus Pro read the SIRET there before it. The SIRET (0009) and the
    electronic address (0225) are written either way.
    """

    SIREN = "siren", "SIREN, comme le veut la norme XP Z12-012"
    SIRET = "siret", "SIRET, comme Chorus Pro le lisait avant la norme"


class VatStatus(models.TextChoices):
    EXONERE = "exonere", "Exonéré (attestation, article 261-4-4° a du CGI)"
    ASSUJETTI = "assujetti", "Assujetti à la TVA"


class DepositState(models.TextChoices):
    """A deposit on Chorus Pro. « Incertain »: the answer was lost; one asks before one deposits again."""

    A_DEPOSER = "a_deposer", "Dépôt demandé"
    EN_COURS = "en_cours", "Dépôt en cours"
    INCERTAIN = "incertain", "Réponse perdue, à vérifier"
    DEPOSE = "depose", "Déposée par le portail"
    REFUSE = "refuse", "Refusée au dépôt"
    A_LA_MAIN = "a_la_main", "Déposée à la main"


class DepositMove(Moves):
    ENVOYER = Move((DepositState.A_DEPOSER,), DepositState.EN_COURS)
    # Nothing was taken: by the answer, or because Chorus Pro has not known the invoice for long enough.
    REMETTRE = Move((DepositState.EN_COURS, DepositState.INCERTAIN), DepositState.A_DEPOSER)
    PERDRE = Move((DepositState.EN_COURS,), DepositState.INCERTAIN)
    DEPOSER = Move((DepositState.A_DEPOSER, DepositState.EN_COURS, DepositState.INCERTAIN), DepositState.DEPOSE)
    REFUSER = Move((DepositState.A_DEPOSER, DepositState.EN_COURS, DepositState.DEPOSE), DepositState.REFUSE)
    REDEMANDER = Move((DepositState.REFUSE,), DepositState.A_DEPOSER)
    CONFIER = Move(
        (DepositState.A_DEPOSER, DepositState.INCERTAIN, DepositState.DEPOSE, DepositState.REFUSE),
        DepositState.A_LA_MAIN,
    )
    RENDRE = Move((DepositState.A_LA_MAIN,), DepositState.INCERTAIN)  # the portal searches before it sends anything


class ChorusAct(models.TextChoices):
    """What the portal asks of Chorus Pro."""

    DEPOT = "depot", "Dépôt"
    COMPTE_RENDU = "compte_rendu", "Compte rendu d’un dépôt"
    RECHERCHE = "recherche", "Recherche d’une facture"
    HISTORIQUE = "historique", "Statuts d’une facture"


class CallOutcome(models.TextChoices):
    FAIT = "fait", "Répondu"
    REFUSE = "refuse", "Refusé"
    A_REESSAYER = "a_reessayer", "À réessayer"
    PERDUE = "perdue", "Réponse perdue"


class ChorusStatus(models.TextChoices):
    """Statuses of Chorus Pro, in its own order, with the words of the screens."""

    DEPOSEE = "DEPOSEE", "Déposée"
    EN_COURS_ACHEMINEMENT = "EN_COURS_ACHEMINEMENT", "En cours d’acheminement"
    MISE_A_DISPOSITION = "MISE_A_DISPOSITION", "Mise à disposition de la Région"
    A_RECYCLER = "A_RECYCLER", "À recycler : le destinataire est à corriger"
    SUSPENDUE = "SUSPENDUE", "Suspendue : une pièce est demandée"
    REJETEE = "REJETEE", "Rejetée"
    COMPLETEE = "COMPLETEE", "Complétée"
    SERVICE_FAIT = "SERVICE_FAIT", "Service fait constaté"
    MANDATEE = "MANDATEE", "Mandatée"
    MISE_A_DISPOSITION_COMPTABLE = "MISE_A_DISPOSITION_COMPTABLE", "Chez le comptable public"
    COMPTABILISEE = "COMPTABILISEE", "Comptabilisée"
    MISE_EN_PAIEMENT = "MISE_EN_PAIEMENT", "Mise en paiement"

    @classmethod
    def final(cls) -> list[str]:
        """Statuses after which Chorus Pro says no more."""
        return [cls.REJETEE, cls.MISE_EN_PAIEMENT]

    @classmethod
    def reasoned(cls) -> list[str]:
        """Statuses that Chorus gives with a reason, and that call for an act."""
        return [cls.A_RECYCLER, cls.SUSPENDUE, cls.REJETEE]
