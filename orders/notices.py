"""Kinds of news about lots."""

from core.accounts.enums import OrganisationKind
from core.journal.notices import Notice, register


@register
class MemberEntered(Notice):
    kind = "lot.membre"
    label = "Un organisme entre dans le groupement d’un lot"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class PriceChanged(Notice):
    kind = "lot.prix"
    label = "Le prix de l’heure d’un lot change"
    audience = (OrganisationKind.ORGANISME,)
