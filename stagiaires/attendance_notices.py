"""Kinds of news about attendance. A sentence names the session and the month, never a person."""

from core.accounts.enums import OrganisationKind
from core.journal.notices import Notice, register


@register
class MonthLocked(Notice):
    kind = "emargement.verrouille"
    label = "Un mois d’émargement est à confirmer, ou rouvert"
    audience = (OrganisationKind.REGION,)


@register
class MonthAnswered(Notice):
    kind = "emargement.reponse"
    label = "La Région a répondu à un mois d’émargement"
    audience = (OrganisationKind.ORGANISME,)


@register
class HalfDayForgotten(Notice):
    kind = "emargement.oubli"
    label = "Une demi-journée n’a pas été ouverte, ou des signatures manquent"
    audience = (OrganisationKind.ORGANISME,)


@register
class MonthToLock(Notice):
    kind = "emargement.mois_a_verrouiller"
    label = "Un mois d’émargement est à verrouiller"
    audience = (OrganisationKind.ORGANISME,)
