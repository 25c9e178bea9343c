"""What the month's end asks of each: to agree, to invoice, to deposit, to take up again, to pay."""

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from core.accounts.enums import Role
from core.accounts.models import Membership
from core.ui.french import mois
from core.ui.pagination import Counted
from core.ui.parts import Todo
from invoices.enums import InvoiceKind, TableState
from invoices.models import Invoice, MonthTable
from invoices.queries.deposits import came_back, to_deposit
from invoices.queries.invoices import orders_to_invoice
from invoices.queries.month_end import to_agree
from invoices.queries.payment import late, soon_late
from invoices.workflow.payment import may_suspend
from orders import queries
from pilotage.asking import Ask, Row, how_many, how_many_and_first


def for_region(hat: Membership) -> list[Ask]:
    """For those who hold the payment clock: what is late; for those who pay: what soon will be; for those who keep the
    lots: months to agree.
    """
    if not may_suspend(hat):
        return []
    keeps = queries.may_edit(hat)
    mine, narrowed = (queries.kept_by(hat, "order__lot"), "&lots=miens") if keeps else (Q(), "")
    owed = Invoice.objects.filter(mine, kind=InvoiceKind.FACTURE)
    asked = [
        _invoices(late(owed), f"en_retard{narrowed}", "non", "facture est en retard de paiement",
                  "factures sont en retard de paiement", "Les intérêts courent."),
    ]  # fmt: skip
    if hat.role != Role.GESTIONNAIRE:
        asked.append(
            _invoices(soon_late(owed), f"bientot{narrowed}", "doute", "facture est à payer dans quelques jours",
                      "factures sont à payer dans quelques jours", "Leur délai de paiement arrive à sa fin.")
        )  # fmt: skip
    return [*asked, _tables(to_agree("region").filter(mine), "?etat=region&lots=miens", *_AGREE)] if keeps else asked


def for_organisme(hat: Membership) -> list[Ask]:
    """For a mandataire: what came back, months to agree, months to invoice, invoices to deposit."""
    orders = orders_to_invoice(hat)
    ours, tables = Invoice.objects.filter(order__in=orders), MonthTable.objects.filter(order__in=orders)
    return [
        _invoices(ours.filter(came_back()), "a_reprendre", "non", "facture est à reprendre",
                  "factures sont à reprendre", "Chorus Pro ou la Région les renvoie, avec un motif."),
        _tables(to_agree("organisme").filter(order__in=orders), "?etat=organisme", *_AGREE),
        _tables(tables.filter(state=TableState.ACCORDE), "?etat=a_facturer", "mois est à facturer",
                "mois sont à facturer", "Les deux parties en sont d’accord."),
        _invoices(ours.filter(to_deposit(), deposit=None), "a_deposer", "doute", "facture est à déposer sur Chorus Pro",
                  "factures sont à déposer sur Chorus Pro", "Leur délai de paiement ne court pas encore."),
    ]  # fmt: skip


_AGREE = (
    "service fait attend votre accord",
    "services faits attendent votre accord",
    "L’autre partie l’attend.",
)


def _invoices(rows: QuerySet[Invoice], where: str, tone: str, one: str, more: str, text: str) -> Ask:
    """How many, and the list narrowed to them."""
    url = f"{reverse('facture_liste')}?ou={where}"
    return how_many(rows, lambda found: Todo(found.text(one, more), text, tone=tone, url=url, action="Voir"))


def _tables(rows: QuerySet[MonthTable], query: str, one: str, more: str, text: str) -> Ask:
    """How many, and the month's end of the oldest."""

    def told(found: Counted, first: Row) -> Todo:
        month = date.fromisoformat(first["month"])
        url = reverse("fin_de_mois", args=[f"{month:%Y-%m}"]) + query
        said = f"{mois(month).capitalize()}. {text}"
        return Todo(found.text(one, more), said, tone="doute", url=url, action="Voir le mois")

    return how_many_and_first(rows.order_by("month", "pk"), told, month="month")
