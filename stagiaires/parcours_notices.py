"""Kinds of news about parcours, hires and intentions. A sentence names the session, never the person."""

from core.accounts.enums import OrganisationKind
from core.journal.models import Preference
from core.journal.notices import Notice, register


@register
class ParcoursOpened(Notice):
    kind = "parcours.admis"
    label = "Un stagiaire est admis sur l’un de vos postes"
    audience = (OrganisationKind.EMPLOYEUR,)


@register
class ParcoursChanged(Notice):
    """Entered, suspended, resumed, left, completed, or on another post."""

    kind = "parcours.change"
    label = "Le parcours d’un stagiaire change"
    audience = (OrganisationKind.EMPLOYEUR, OrganisationKind.VALIDEUR)


@register
class EntryNotReady(Notice):
    kind = "parcours.entree_a_preparer"
    label = "Une entrée en formation approche et n’est pas prête"
    audience = (OrganisationKind.ORGANISME,)


@register
class ContactDue(Notice):
    """R96: after each time in company."""

    kind = "parcours.point_d_etape"
    label = "Un point d’étape est à faire après une période en entreprise"
    audience = (OrganisationKind.ORGANISME,)


@register
class RecoveryAsked(Notice):
    """R95."""

    kind = "parcours.suite_demandee"
    label = "Une suite est demandée après un échec"
    audience = (OrganisationKind.REGION,)


@register
class RecoveryAnswered(Notice):
    kind = "parcours.suite_decidee"
    label = "La Région répond à une suite demandée après un échec"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.EMPLOYEUR)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class HireToConfirm(Notice):
    """R93: the employer says what became of his word."""

    kind = "embauche.a_confirmer"
    label = "Une embauche déclarée attend votre confirmation"
    audience = (OrganisationKind.EMPLOYEUR,)


@register
class HireConfirmed(Notice):
    kind = "embauche.confirmee"
    label = "Une embauche est confirmée ou retirée"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR)


@register
class CommitmentDue(Notice):
    """R93: at the exit, the employer is asked whether he hires."""

    kind = "engagement.a_dire"
    label = "La formation est finie : dites si vous embauchez"
    audience = (OrganisationKind.EMPLOYEUR,)


@register
class CommitmentAnswered(Notice):
    kind = "engagement.reponse"
    label = "Un employeur répond sur son engagement"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class EntryPaperMade(Notice):
    """The AIS, then the AES, and each new version."""

    kind = "parcours.attestation"
    label = "Une attestation d’inscription ou d’entrée en stage est prête"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR)


@register
class ExchangeRefused(Notice):
    kind = "echange.refuse"
    label = "AGORA ou France Travail refuse un dossier"
    audience = (OrganisationKind.ORGANISME,)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class ExchangeWaiting(Notice):
    """Once a week, to those who prepare the files."""

    kind = "echange.en_attente"
    label = "Des événements attendent d’être transmis à AGORA ou à France Travail"
    audience = (OrganisationKind.REGION, OrganisationKind.ORGANISME)
