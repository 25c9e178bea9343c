"""States, moves and choices of session requests and sessions.

One state, two readers: the organisation that asks and the Région that decides do not read the same words.
"""

from django.db import models

from core.journal.states import Move, Moves


class RequestState(models.TextChoices):
    """Labels for the one who asks; `region_label` for the one who decides."""

    BROUILLON = "brouillon", "Brouillon"
    ENVOYEE = "envoyee", "Envoyée, à compléter avant de prendre rang"
    COMPLETE = "complete", "Complète, à son rang"
    EN_INSTRUCTION = "en_instruction", "En instruction"
    A_COMPLETER = "a_completer", "À compléter"
    AUTORISEE = "autorisee", "Autorisée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"
    A_REEXAMINER = "a_reexaminer", "À réexaminer"

    @property
    def region_label(self) -> str:
        return {
            RequestState.COMPLETE: "À son rang",  # « À instruire » is a verdict, told beside it
            RequestState.A_COMPLETER: "Attend l’organisme",
        }.get(self, str(self.label))

    @classmethod
    def queue(cls) -> list[str]:
        """Waits for a first decision of the Région, in order of completeness (R99)."""
        return [cls.COMPLETE, cls.EN_INSTRUCTION]

    @classmethod
    def decidable(cls) -> list[str]:
        """What the Région may decide: the queue, and the sessions to be looked at again, which have no rank (R18)."""
        return [*cls.queue(), cls.A_REEXAMINER]

    @classmethod
    def live(cls) -> list[str]:
        """Holds its posts: no other request may be built on them (R12)."""
        return [
            cls.BROUILLON,
            cls.ENVOYEE,
            cls.COMPLETE,
            cls.EN_INSTRUCTION,
            cls.A_COMPLETER,
            cls.AUTORISEE,
            cls.A_REEXAMINER,
        ]

    @classmethod
    def editable(cls) -> list[str]:
        return [cls.BROUILLON, cls.ENVOYEE, cls.A_COMPLETER]


class RequestMove(Moves):
    ENVOYER = Move((RequestState.BROUILLON,), RequestState.ENVOYEE)
    COMPLETER = Move((RequestState.ENVOYEE, RequestState.A_COMPLETER), RequestState.COMPLETE)
    INSTRUIRE = Move((RequestState.COMPLETE,), RequestState.EN_INSTRUCTION)
    RENVOYER = Move(
        (RequestState.COMPLETE, RequestState.EN_INSTRUCTION, RequestState.A_REEXAMINER), RequestState.A_COMPLETER
    )  # looked at again (R18), a group may be made whole
    AUTORISER = Move(
        (RequestState.COMPLETE, RequestState.EN_INSTRUCTION, RequestState.A_REEXAMINER), RequestState.AUTORISEE
    )
    REFUSER = Move(
        (RequestState.COMPLETE, RequestState.EN_INSTRUCTION, RequestState.A_REEXAMINER), RequestState.REFUSEE
    )
    RETIRER = Move(
        (
            RequestState.BROUILLON,
            RequestState.ENVOYEE,
            RequestState.COMPLETE,
            RequestState.EN_INSTRUCTION,
            RequestState.A_COMPLETER,
        ),
        RequestState.RETIREE,
    )
    REEXAMINER = Move((RequestState.AUTORISEE,), RequestState.A_REEXAMINER)
    ANNULER = Move((RequestState.AUTORISEE, RequestState.A_REEXAMINER), RequestState.RETIREE)


class AccessMode(models.TextChoices):
    """R103: shown to everyone and exported."""

    SOCLE = "socle", "Socle"
    INTENTION = "intention-embauche", "Sur intention d’embauche"


class HeadCountCase(models.TextChoices):
    """R67 to R72, in the order in which they are tried."""

    NORMAL = "normal", "Un groupe d’au moins cinq"
    GROUPE_EXISTANT = "groupe_existant", "Complément d’un groupe existant"
    COMPLEMENTAIRE = "complementaire", "Commande complémentaire sur une session commandée"
    EQUILIBRE = "equilibre_financier", "Moins de cinq, à l’équilibre"


class EntryMode(models.TextChoices):
    DATES_FIXES = "dates_fixes", "Dates fixes"
    PERMANENTES = "entrees_permanentes", "Entrées et sorties permanentes"


class Teaching(models.TextChoices):
    PRESENTIEL = "presentiel", "Sur place"
    MIXTE = "mixte", "Sur place et à distance"
    A_DISTANCE = "a_distance", "Entièrement à distance"


class Modality(models.TextChoices):
    """R54."""

    CENTRE = "centre", "En centre de formation"
    ENTREPRISE = "entreprise", "En entreprise"
    DISTANCE = "distance", "À distance"
    PLATEAU_MOBILE = "plateau_mobile", "Sur un plateau technique mobile"
    AFEST = "afest", "En situation de travail (Afest)"


class Aim(models.TextChoices):
    """R46: certifying or not."""

    RNCP_COMPLET = "rncp_complet", "Certification RNCP complète"
    RNCP_BLOCS = "rncp_blocs", "Un ou plusieurs blocs d’une certification RNCP"
    RS = "rs", "Certification du répertoire spécifique"
    SANS_CERTIFICATION = "sans_certification", "Compétences sans certification"


class Pathway(models.TextChoices):
    GROUPE = "groupe", "En groupe"
    INDIVIDUALISE = "individualise", "Individualisé"
    MODULARISE = "modularise", "Par modules"
    MIXTE = "mixte", "Mixte"


class DecisionKind(models.TextChoices):
    AUTORISATION = "autorisation", "Autorisation"
    REFUS = "refus", "Refus"
    COMPLEMENT = "complement", "Demande de complément"
    ANNULATION = "annulation", "Annulation de la session"


class SessionState(models.TextChoices):
    AUTORISEE = "autorisee", "Autorisée"
    PUBLIEE = "publiee", "Publiée"
    EN_RECRUTEMENT = "en_recrutement", "En recrutement"
    EN_COURS = "en_cours", "En cours"
    TERMINEE = "terminee", "Terminée"
    BILAN_FAIT = "bilan_fait", "Bilan fait"
    CLOSE = "close", "Close"
    ANNULEE = "annulee", "Annulée"
    SUSPENDUE = "suspendue", "Suspendue"

    @classmethod
    def public(cls) -> list[str]:
        """R102: what anyone may see."""
        return [cls.PUBLIEE, cls.EN_RECRUTEMENT, cls.EN_COURS]


class SessionMove(Moves):
    PUBLIER = Move((SessionState.AUTORISEE, SessionState.SUSPENDUE), SessionState.PUBLIEE)
    RECRUTER = Move((SessionState.PUBLIEE,), SessionState.EN_RECRUTEMENT)
    DEMARRER = Move((SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT), SessionState.EN_COURS)
    TERMINER = Move((SessionState.EN_COURS,), SessionState.TERMINEE)
    FAIRE_BILAN = Move((SessionState.TERMINEE,), SessionState.BILAN_FAIT)
    CLORE = Move((SessionState.BILAN_FAIT,), SessionState.CLOSE)
    ANNULER = Move(
        (SessionState.AUTORISEE, SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT, SessionState.SUSPENDUE),
        SessionState.ANNULEE,
    )  # R19: before the start only
    SUSPENDRE = Move(
        (SessionState.AUTORISEE, SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT), SessionState.SUSPENDUE
    )  # R18


class LossCause(models.TextChoices):
    """Why posts fall away under an authorised session."""

    RETRAIT = "retrait", "L’employeur s’est désisté"
    REDUCTION = "reduction", "L’employeur propose moins de postes"


class LossAnswer(models.TextChoices):
    """What became of the session after an employer’s withdrawal (R18, R19)."""

    ATTEND = "attend", "Attend une réponse"
    SUFFIT = "suffit", "Les postes qui restent suffisent"
    GARDEE = "gardee", "Maintenue avec moins de places"
    COMPLETEE = "completee", "Postes repris par un autre employeur"
    ANNULEE = "annulee", "Session annulée"
    TERME = "terme", "Session menée à son terme"


class OfferState(models.TextChoices):
    PROPOSEE = "proposee", "Attend l’employeur"
    ACCEPTEE = "acceptee", "Acceptée"
    DECLINEE = "declinee", "Déclinée"
    REPRISE = "reprise", "Reprise"
    PERIMEE = "perimee", "Restée sans réponse"


class OfferMove(Moves):
    ACCEPTER = Move((OfferState.PROPOSEE,), OfferState.ACCEPTEE)
    DECLINER = Move((OfferState.PROPOSEE,), OfferState.DECLINEE)
    REPRENDRE = Move((OfferState.PROPOSEE,), OfferState.REPRISE)  # no place is left, or the asker thinks better
    PERIMER = Move((OfferState.PROPOSEE,), OfferState.PERIMEE)


class ExtraHoursState(models.TextChoices):
    DEMANDEE = "demandee", "À décider"
    ACCORDEE = "accordee", "Accordée"
    REFUSEE = "refusee", "Refusée"


class ExtraHoursMove(Moves):
    ACCORDER = Move((ExtraHoursState.DEMANDEE,), ExtraHoursState.ACCORDEE)
    REFUSER = Move((ExtraHoursState.DEMANDEE,), ExtraHoursState.REFUSEE)
