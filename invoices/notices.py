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
    label = "Un mois est accordé : sa facture est à créer"
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
