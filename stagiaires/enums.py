"""States, moves and choices of people in training. What the rules also read is in `rules.terms`, value for value."""

from django.db import models

from core.journal.states import Move, Moves


class Sex(models.TextChoices):
    FEMME = "femme", "Femme"
    HOMME = "homme", "Homme"


class RegistrationCategory(models.TextChoices):
    """Categories of job seekers at France Travail; all are admitted (R75)."""

    A = "a", "A : sans emploi, tenu de chercher"
    B = "b", "B : activité réduite courte (78 h par mois au plus)"
    C = "c", "C : activité réduite longue (plus de 78 h par mois)"
    D = "d", "D : sans emploi, non tenu de chercher (formation, maladie…)"
    E = "e", "E : en emploi, non tenu de chercher (contrat aidé, création…)"


class Level(models.IntegerChoices):
    """Levels of the national frame since 2019, with the label in use before."""

    SANS = 1, "Sans diplôme (ancien niveau VI)"
    AVANT_CAP = 2, "Niveau 2 : brevet, CléA (ancien niveau V bis)"
    CAP = 3, "Niveau 3 : CAP, BEP (ancien niveau V)"
    BAC = 4, "Niveau 4 : baccalauréat (ancien niveau IV)"
    BAC_2 = 5, "Niveau 5 : bac + 2 (ancien niveau III)"
    BAC_3 = 6, "Niveau 6 : licence, maîtrise (ancien niveau II)"
    BAC_5 = 7, "Niveau 7 : master (ancien niveau I)"
    DOCTORAT = 8, "Niveau 8 : doctorat (ancien niveau I)"


class PositioningState(models.TextChoices):
    """Labels for the one who answers; `valideur_label` for the one who proposed."""

    PROPOSE = "propose", "À étudier"
    CONVOQUE = "convoque", "Convoqué"
    EN_ATTENTE = "en_attente", "En liste d’attente"
    ADMIS = "admis", "Admis"
    REFUSE = "refuse", "Refusé"
    ABSENT = "absent", "Absent à la convocation"
    RETIRE = "retire", "Retiré"

    @property
    def valideur_label(self) -> str:
        return {PositioningState.PROPOSE: "Proposé, réponse attendue"}.get(self, str(self.label))

    @classmethod
    def live(cls) -> list[str]:
        """An answer is still owed, or was given in favour."""
        return [cls.PROPOSE, cls.CONVOQUE, cls.EN_ATTENTE, cls.ADMIS]

    @classmethod
    def waiting(cls) -> list[str]:
        """Somebody waits for the organisme's answer."""
        return [cls.PROPOSE, cls.CONVOQUE, cls.EN_ATTENTE]


class PositioningMove(Moves):
    CONVOQUER = Move((PositioningState.PROPOSE, PositioningState.EN_ATTENTE, PositioningState.ABSENT), "convoque")
    METTRE_EN_ATTENTE = Move((PositioningState.PROPOSE, PositioningState.CONVOQUE), "en_attente")
    ADMETTRE = Move((PositioningState.PROPOSE, PositioningState.CONVOQUE, PositioningState.EN_ATTENTE), "admis")
    REFUSER = Move(
        (
            PositioningState.PROPOSE,
            PositioningState.CONVOQUE,
            PositioningState.EN_ATTENTE,
            PositioningState.ABSENT,
        ),
        "refuse",
    )
    NOTER_ABSENT = Move((PositioningState.CONVOQUE,), "absent")
    RETIRER = Move(
        (
            PositioningState.PROPOSE,
            PositioningState.CONVOQUE,
            PositioningState.EN_ATTENTE,
            PositioningState.ABSENT,
            PositioningState.ADMIS,
        ),
        "retire",
    )  # an admission is taken back before the entry only
    REPRENDRE = Move((PositioningState.REFUSE, PositioningState.RETIRE), "propose")


class Side(models.TextChoices):
    """Who gives an opinion on a candidate (R88): the organisme decides, the others are heard."""

    EMPLOYEUR = "employeur", "Employeur"
    VALIDEUR = "valideur", "Valideur"


class Attendance(models.TextChoices):
    """Presence at an information meeting."""

    INVITE = "invite", "Invité"
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"
    EXCUSE = "excuse", "Excusé"


class ParcoursState(models.TextChoices):
    PREVU = "prevu", "Prévu"
    EN_COURS = "en_cours", "En cours"
    SUSPENDU = "suspendu", "Suspendu"
    ACHEVE = "acheve", "Achevé"
    ABANDONNE = "abandonne", "Abandonné"
    EXCLU = "exclu", "Exclu"
    ANNULE = "annule", "Annulé avant l’entrée"

    @classmethod
    def active(cls) -> list[str]:
        """Going on or about to: one per person at a time."""
        return [cls.PREVU, cls.EN_COURS, cls.SUSPENDU]

    @classmethod
    def holding(cls) -> list[str]:
        """Holds its post and its place: a completed parcours has used them, an abandoned one gives them back (R74)."""
        return [cls.PREVU, cls.EN_COURS, cls.SUSPENDU, cls.ACHEVE]


class ParcoursMove(Moves):
    ENTRER = Move((ParcoursState.PREVU,), ParcoursState.EN_COURS)
    SUSPENDRE = Move((ParcoursState.EN_COURS,), ParcoursState.SUSPENDU)
    REPRENDRE = Move((ParcoursState.SUSPENDU,), ParcoursState.EN_COURS)
    ACHEVER = Move((ParcoursState.EN_COURS,), ParcoursState.ACHEVE)
    ABANDONNER = Move((ParcoursState.EN_COURS, ParcoursState.SUSPENDU), ParcoursState.ABANDONNE)
    EXCLURE = Move((ParcoursState.EN_COURS, ParcoursState.SUSPENDU), ParcoursState.EXCLU)
    ANNULER = Move((ParcoursState.PREVU,), ParcoursState.ANNULE)


class DocumentKind(models.TextChoices):
    CONTRAT = "contrat", "Contrat individuel de formation"
    CHARTE = "charte", "Charte des droits et devoirs"
    AIS = "ais", "Attestation d’inscription en stage (AIS)"
    AES = "aes", "Attestation d’entrée en stage (AES)"
    EMARGEMENT = "emargement", "Feuille d’émargement"
    ATTESTATION = "attestation", "Attestation de fin de formation"
    COMPETENCES = "competences", "Attestation de compétences"


class DayPart(models.TextChoices):
    MATIN = "matin", "Matin"
    APRES_MIDI = "apres_midi", "Après-midi"


class HourKind(models.TextChoices):
    """Where an hour of a parcours is spent (R53, R55)."""

    TECHNIQUE = "technique", "Formation technique"
    REMISE_A_NIVEAU = "remise_a_niveau", "Remise à niveau"
    MODULE = "module", "Module complémentaire"
    DISTANCE = "distance", "À distance"
    ENTREPRISE = "entreprise", "En entreprise"


class HalfDayState(models.TextChoices):
    PREVUE = "prevue", "Prévue"
    OUVERTE = "ouverte", "Ouverte à la signature"
    CLOSE = "close", "Close"
    ANNULEE = "annulee", "Annulée"


class HalfDayMove(Moves):
    OUVRIR = Move((HalfDayState.PREVUE,), HalfDayState.OUVERTE)
    CLORE = Move((HalfDayState.OUVERTE, HalfDayState.PREVUE), HalfDayState.CLOSE)
    ROUVRIR = Move((HalfDayState.CLOSE,), HalfDayState.OUVERTE)
    ANNULER = Move((HalfDayState.PREVUE,), HalfDayState.ANNULEE)


class SignatureMethod(models.TextChoices):
    CODE = "code", "Code du formateur, sur son téléphone"
    FORMATEUR = "formateur", "Sur le téléphone du formateur"
    PAPIER = "papier", "Feuille imprimée, photographiée"


class SignatureRefusal(models.TextChoices):
    """Why a signature that a phone sends is not taken. What to do then is said by `workflow.signatures.REMEDIES`."""

    MOIS_VERROUILLE = "mois_verrouille", "Le mois est verrouillé"
    CLOSE = "close", "La demi-journée était close"
    ANNULEE = "annulee", "La demi-journée est annulée"
    HORS_JOUR = "hors_jour", "L’heure du téléphone n’est pas celle de la demi-journée"


class AbsenceReason(models.TextChoices):
    MALADIE = "maladie", "Maladie"
    ACCIDENT = "accident", "Accident du travail ou de trajet"
    ENFANT = "enfant_malade", "Enfant malade"
    EVENEMENT = "evenement_familial", "Événement familial"
    CONVOCATION = "convocation", "Convocation officielle"
    ENTRETIEN = "entretien", "Entretien d’embauche"
    TRANSPORT = "transport", "Empêchement de transport"
    AUTRE = "autre", "Autre motif"
    SANS = "sans_motif", "Sans motif connu"

    @classmethod
    def justified(cls) -> list[str]:
        """Reasons that a proof may justify; the last two never are by themselves."""
        return [reason for reason in cls.values if reason not in (cls.AUTRE, cls.SANS)]


class Known(models.TextChoices):
    """What is known of one person on one half-day, once correction, signature and absence are read in that order."""

    PRESENT = "present", "Présent"
    PARTIEL = "partiel", "Présent une partie du temps"
    ABSENT = "absent", "Absent"
    INCONNU = "inconnu", "Rien n’est dit"


class LockState(models.TextChoices):
    VERROUILLE = "verrouille", "Verrouillé, à confirmer"
    CONFIRME = "confirme", "Confirmé"
    RENVOYE = "renvoye", "Renvoyé pour correction"
    ROUVERT = "rouvert", "Rouvert par l’organisme"

    @classmethod
    def living(cls) -> list[str]:
        return [cls.VERROUILLE, cls.CONFIRME]


class LockMove(Moves):
    CONFIRMER = Move((LockState.VERROUILLE,), LockState.CONFIRME)
    RENVOYER = Move((LockState.VERROUILLE,), LockState.RENVOYE)
    ROUVRIR = Move((LockState.VERROUILLE, LockState.CONFIRME), LockState.ROUVERT)


class ExitReason(models.TextChoices):
    """Why a parcours ended before its term (R84)."""

    EMPLOI = "emploi", "Un emploi"
    EMPLOI_INTENTION = "emploi_intention", "Un emploi chez l’employeur de l’intention"
    AUTRE_FORMATION = "autre_formation", "Une autre formation"
    SANTE = "sante", "Santé"
    FAMILLE = "famille", "Famille ou garde d’enfant"
    MOBILITE = "mobilite", "Transport ou logement"
    PROJET = "projet", "Changement de projet"
    CONTENU = "contenu", "La formation ne convient pas"
    DISCIPLINE = "discipline", "Manquement aux devoirs de la charte"
    SANS_NOUVELLES = "sans_nouvelles", "Sans nouvelles de la personne"
    DECES = "deces", "Décès"
    AUTRE = "autre", "Autre motif"


class CertificationResult(models.TextChoices):
    TOTALE = "reussite", "Certification obtenue"
    PARTIELLE = "partielle", "Certification partielle (blocs)"
    ECHEC = "echec", "Certification non obtenue"
    SANS = "sans", "Formation sans certification"
    EN_ATTENTE = "en_attente", "Résultat attendu"


class HireContract(models.TextChoices):
    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    INTERIM = "interim", "Intérim"
    APPRENTISSAGE = "apprentissage", "Contrat d’apprentissage"
    PROFESSIONNALISATION = "professionnalisation", "Contrat de professionnalisation"
    AUTRE = "autre", "Autre contrat"


class Situation(models.TextChoices):
    """Where a person stands at 3, 6 and 12 months."""

    EMPLOI_INTENTION = "emploi_intention", "En emploi chez l’employeur de l’intention"
    EMPLOI_AUTRE = "emploi_autre", "En emploi chez un autre employeur"
    INDEPENDANT = "independant", "À son compte"
    FORMATION = "formation", "En formation"
    RECHERCHE = "recherche", "En recherche d’emploi"
    AUTRE = "autre", "Autre situation"
    TAIRE = "taire", "Préfère ne pas répondre"

    @classmethod
    def hired(cls) -> list[str]:
        """Somebody employs the person: a contract, hence perhaps a hire to declare."""
        return [cls.EMPLOI_INTENTION, cls.EMPLOI_AUTRE]

    @classmethod
    def employed(cls) -> list[str]:
        return [*cls.hired(), cls.INDEPENDANT]


class SurveyChannel(models.TextChoices):
    LIEN = "lien", "Par son lien personnel"
    TELEPHONE = "telephone", "Par téléphone"


class OpinionState(models.TextChoices):
    DEPOSE = "depose", "À relire"
    PUBLIE = "publie", "Publié"
    ECARTE = "ecarte", "Non publié"


class OpinionMove(Moves):
    PUBLIER = Move((OpinionState.DEPOSE, OpinionState.ECARTE), OpinionState.PUBLIE)
    ECARTER = Move((OpinionState.DEPOSE, OpinionState.PUBLIE), OpinionState.ECARTE)


class ReportReason(models.TextChoices):
    """Why somebody thinks that an opinion should not be shown."""

    PERSONNE = "personne", "Il désigne une personne"
    INJURE = "injure", "Il est injurieux ou discriminant"
    HORS_SUJET = "hors_sujet", "Il ne parle pas de la formation"
    FAUX = "faux", "Il dit des faits inexacts"
    AUTRE = "autre", "Autre raison"


class DataRequestKind(models.TextChoices):
    """What a person asks about the data held on him; reading and taking them away needs no request."""

    RECTIFICATION = "rectification", "Corriger une information"
    EFFACEMENT = "effacement", "Effacer ses données"


class Partner(models.TextChoices):
    AGORA = "agora", "AGORA"
    ASP = "asp", "Agence de services et de paiement (ASP)"
    FRANCE_TRAVAIL = "france_travail", "France Travail"


class ExternalKind(models.TextChoices):
    """What is told of one file, each once per version (P3:5803-5815, P3:5831-5833)."""

    CREATION = "creation", "Création du dossier"
    ENTREE = "entree", "Entrée"
    INTERRUPTION = "interruption", "Interruption"
    REPRISE = "reprise", "Reprise"
    SORTIE = "sortie", "Sortie"
    SOLDE = "solde", "Solde et coûts"
    ANNULATION = "annulation", "Annulation"
    AIS = "ais", "Attestation d’inscription en stage (AIS)"
    AES = "aes", "Attestation d’entrée en stage (AES)"


class ExternalState(models.TextChoices):
    A_ENVOYER = "a_envoyer", "À transmettre"
    ENVOYE = "envoye", "Transmis"
    ACCEPTE = "accepte", "Accepté"
    REJETE = "rejete", "Refusé"
    PAR_AUTRUI = "par_autrui", "Transmis par un autre"

    @classmethod
    def told(cls) -> list[str]:
        """Nothing more is owed by the Région for now: it was sent, taken, or another sends it."""
        return [cls.ENVOYE, cls.ACCEPTE, cls.PAR_AUTRUI]


class ExternalMove(Moves):
    ENVOYER = Move((ExternalState.A_ENVOYER,), ExternalState.ENVOYE)
    ACCEPTER = Move((ExternalState.ENVOYE,), ExternalState.ACCEPTE)
    REJETER = Move((ExternalState.ENVOYE,), ExternalState.REJETE)
    RENVOYER = Move((ExternalState.REJETE,), ExternalState.A_ENVOYER)
    CONFIER = Move((ExternalState.A_ENVOYER, ExternalState.REJETE), ExternalState.PAR_AUTRUI)
    REPRENDRE = Move((ExternalState.PAR_AUTRUI,), ExternalState.A_ENVOYER)


class Sender(models.TextChoices):
    """Who tells a file to a partner, so that nothing is told twice (P3:5726-5731)."""

    REGION = "region", "La Région"
    ORGANISME = "organisme", "L’organisme de formation"
    FRANCE_TRAVAIL = "france_travail", "France Travail"

    @property
    def within(self) -> str:
        """The label within a sentence: « transmis par l’organisme de formation »."""
        return str(self.label).replace("L", "l", 1) if self.label.startswith("L") else str(self.label)


class FileSubject(models.TextChoices):
    """What a file made for a partner holds."""

    EVENEMENTS = "evenements", "Événements des dossiers"
    ATTESTATIONS = "attestations", "AIS et AES"
    PRESENCES = "presences", "Présences du mois"


class FilePart(models.TextChoices):
    """What of a file was taken away."""

    TOUT = "tout", "Le fichier entier"
    DIFFERENCES = "differences", "Les différences avec la version d’avant"
    SIENNES = "siennes", "Les lignes de l’organisme"
