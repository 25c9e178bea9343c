"""Kinds of news about the rules and their receipts."""

from core.accounts.enums import OrganisationKind
from core.journal.models import Preference
from core.journal.notices import Notice, register


@register
class ReceiptsAtFault(Notice):
    kind = "regles.recus"
    label = "La chaîne des reçus est rompue, ou une décision ne se rejuge pas à l’identique"
    audience = (OrganisationKind.REGION,)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class ReceiptsLookedAt(Notice):
    kind = "regles.recus_controles"
    label = "Le contrôle des reçus que j’ai demandé est fait"
    audience = (OrganisationKind.REGION,)


@register
class ProposalReady(Notice):
    kind = "regles.essai"
    label = "L’essai d’un changement de règle est prêt"
    audience = (OrganisationKind.REGION,)


@register
class RulesChange(Notice):
    kind = "regles.changement"
    label = "Une règle change"
    rhythm = Preference.Rhythm.QUOTIDIEN
