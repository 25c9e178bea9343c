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


@register
class OrderIssued(Notice):
    kind = "commande.emise"
    label = "Un bon de commande ou un avenant vous est adressé"
    audience = (OrganisationKind.ORGANISME,)


@register
class OrderAcknowledged(Notice):
    kind = "commande.accusee"
    label = "Le mandataire accuse réception d’une commande"
    audience = (OrganisationKind.REGION,)


@register
class ToWithdraw(Notice):
    kind = "commande.a_retirer"
    label = "Une formation commandée n’a plus lieu : un avenant est à faire"
    audience = (OrganisationKind.REGION,)


@register
class ToAmend(Notice):
    kind = "commande.a_modifier"
    label = "Une session a changé : un avenant est préparé, à relire et à émettre"
    audience = (OrganisationKind.REGION,)


@register
class HoursStated(Notice):
    kind = "heures.proposees"
    label = "Un relevé d’heures est à contrôler"
    audience = (OrganisationKind.REGION,)


@register
class HoursAnswered(Notice):
    kind = "heures.reponse"
    label = "La Région a répondu à un relevé d’heures"
    audience = (OrganisationKind.ORGANISME,)


@register
class PriceAsked(Notice):
    kind = "lot.prix_demande"
    label = "Un groupement demande un autre prix de l’heure"
    audience = (OrganisationKind.REGION,)


@register
class PriceAnswered(Notice):
    kind = "lot.prix_refuse"
    label = "La Région a répondu à une demande de prix"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class MarcheRenewed(Notice):
    kind = "marche.reconduit"
    label = "Un marché est reconduit"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class MarketImported(Notice):
    kind = "marche.repris"
    label = "La reprise d’un tableau des marchés est terminée"
    audience = (OrganisationKind.REGION,)
