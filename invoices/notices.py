"""What the month's end tells, and to whom."""

from core.accounts.enums import OrganisationKind
from core.journal.notices import Notice, register


@register
class TableToAgree(Notice):
    kind = "facture.tableau"
    label = "Un service fait attend votre accord"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class LineDisputed(Notice):
    kind = "facture.contestation"
    label = "Une ligne d’un service fait est contestée"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class ToInvoice(Notice):
    kind = "facture.a_creer"
    label = "Un mois est accordé : sa facture est à créer"
    audience = (OrganisationKind.ORGANISME,)


@register
class InvoiceIssued(Notice):
    kind = "facture.emise"
    label = "Une facture ou un avoir est émis"
    audience = (OrganisationKind.REGION,)


@register
class InvoiceStatus(Notice):
    kind = "facture.statut"
    label = "Le statut d’une facture change"
    audience = (OrganisationKind.ORGANISME,)


@register
class StatusCorrected(Notice):
    kind = "facture.correction"
    label = "Un statut noté à la main est corrigé ou retiré"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class TermSuspended(Notice):
    kind = "facture.suspension"
    label = "Le délai de paiement d’une facture est suspendu, ou repris"
    audience = (OrganisationKind.ORGANISME,)


@register
class MonthInvoiced(Notice):
    kind = "facture.mois"
    label = "Les factures d’un mois, demandées ensemble, sont faites"
    audience = (OrganisationKind.ORGANISME,)


@register
class MonthNudged(Notice):
    kind = "facture.relance"
    label = "La Région relance ce qui manque à une fin de mois"
    audience = (OrganisationKind.ORGANISME,)


@register
class InvoiceReturned(Notice):
    kind = "facture.retour"
    label = "Une facture revient de Chorus Pro : à recycler, suspendue ou rejetée"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class DepositTrouble(Notice):
    kind = "facture.depot"
    label = "Un dépôt sur Chorus Pro est refusé"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class ExchangeTrouble(Notice):
    kind = "facture.echange"
    label = "L’échange avec Chorus Pro ne marche pas"
    audience = (OrganisationKind.REGION,)
