"""What the clock says of the month's end, once each: hours, agreements, invoices, deposits, payments."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.queries import active_hats
from core.journal.notices import Notice, notify, register
from core.months import next_of
from core.rulebook import parameters
from core.ui.french import de_mois, euros, jour, nombre
from invoices import clock
from invoices.enums import DepositState, TableState
from invoices.models import Deposit, Invoice, MonthTable
from invoices.queries.deposits import to_deposit
from invoices.queries.month_end import to_agree, without_hours
from invoices.queries.payment import soon_late
from orders.queries.hours import last_full_month
from orders.workflow.people import members_of, region_of

RATE_NOTICE = timedelta(days=10)


@register
class HoursToGive(Notice):
    kind = "facture.heures"
    label = "Les heures d’un mois sont encore à déclarer"
    audience = (OrganisationKind.ORGANISME,)


@register
class TableWaits(Notice):
    kind = "facture.accord_en_attente"
    label = "Un service fait attend votre accord depuis longtemps"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class InvoiceToMake(Notice):
    kind = "facture.a_creer_rappel"
    label = "Un mois accordé n’est pas encore facturé"
    audience = (OrganisationKind.ORGANISME,)


@register
class InvoiceToDeposit(Notice):
    kind = "facture.a_deposer"
    label = "Une facture n’est pas encore déposée sur Chorus Pro"
    audience = (OrganisationKind.ORGANISME,)


@register
class PaymentSoonLate(Notice):
    kind = "facture.bientot_en_retard"
    label = "Le délai de paiement d’une facture arrive à sa fin"
    audience = (OrganisationKind.REGION,)


@register
class RateToCheck(Notice):
    kind = "facture.taux"
    label = "Un semestre approche : le taux de la Banque centrale européenne est à vérifier"
    audience = (OrganisationKind.REGION,)


def _days(name: str) -> timedelta:
    return timedelta(days=int(parameters.current()[name]))


def remind_hours() -> int:
    """The last month is over and its hours are not known: told to each organisme. Returns how many people are told.

    Sessions with an attendance have their own reminder, in the room below.
    """
    month, told = last_full_month(), 0
    if timezone.localdate() < next_of(month) + _days("month_reminder_days"):
        return 0
    for one in without_hours(month):
        text = f"{one.number} {one.title} : les heures {de_mois(month)} sont à déclarer"
        url = reverse("composante_detail", args=[one.pk])
        told += notify(HoursToGive, members_of(one.organisme), one, text, url, dedupe_key=f"{month:%Y-%m}")
    return told


def remind_tables() -> int:
    """A table opened for some days: told to the side that has not agreed. Returns how many people are told."""
    since, told = timezone.now() - _days("month_reminder_days"), 0
    for side in ("organisme", "region"):
        rows = to_agree(side).filter(opened_at__lt=since).select_related("order__lot", "order__addressee")
        for table in rows.defer("order__pdf", "order__content").order_by("pk"):
            head = table.order.addressee
            hats = members_of(head) if side == "organisme" and head else region_of(table.order.lot)
            text = f"{table.order.number} : le service fait {de_mois(table.month)} attend votre accord"
            told += notify(TableWaits, hats, table, text, _url(table), dedupe_key=side)
    return told


def remind_to_invoice() -> int:
    """A month agreed for some days without its invoice: told to the mandataire. Returns how many people are told."""
    since, told = timezone.now() - _days("invoice_reminder_days"), 0
    rows = MonthTable.objects.filter(state=TableState.ACCORDE, agreed_at__lt=since).select_related("order__addressee")
    for table in rows.defer("order__pdf", "order__content").order_by("pk"):
        text = f"{table.order.number} : la facture {de_mois(table.month)} est à créer"
        hats = members_of(table.order.addressee) if table.order.addressee else []
        told += notify(InvoiceToMake, hats, table, text, _url(table), dedupe_key=str(table.agreed_at))
    return told


def remind_deposits() -> int:
    """What is to be deposited for some days, and is not: told to its issuer. Returns how many are told."""
    since, told = timezone.localdate() - _days("invoice_reminder_days"), 0
    gone = [DepositState.EN_COURS, DepositState.INCERTAIN, DepositState.DEPOSE, DepositState.A_LA_MAIN]
    deposits = Deposit.objects.filter(invoice=OuterRef("pk"), state__in=gone)
    rows = Invoice.objects.filter(to_deposit(), ~Exists(deposits), issued_on__lt=since)
    for invoice in rows.select_related("issuer").defer("pdf", "content").order_by("pk"):
        text = f"{invoice}, du {jour(invoice.issued_on, weekday=False)}, n’est pas déposée sur Chorus Pro"
        url = reverse("facture_detail", args=[invoice.pk])
        told += notify(InvoiceToDeposit, members_of(invoice.issuer), invoice, text, url)
    return told


def remind_payments() -> int:
    """An invoice whose term ends soon: told to those who pay and to the lot's gestionnaire. Returns how many."""
    told, rows = 0, soon_late(Invoice.objects.all())
    payers = list(active_hats(organisation__kind=OrganisationKind.REGION, role=Role.FINANCES))
    for invoice in rows.select_related("order__lot").defer("pdf", "content", "order__pdf", "order__content"):
        due = jour(invoice.pay_by, weekday=False) if invoice.pay_by else ""
        text = f"{invoice}, {euros(invoice.total)}, est à payer avant le {due}"
        hats = {hat.pk: hat for hat in (*payers, *region_of(invoice.order.lot))}
        url = reverse("facture_detail", args=[invoice.pk])
        told += notify(PaymentSoonLate, hats.values(), invoice, text, url, dedupe_key=str(invoice.pay_by))
    return told


def remind_rate() -> int:
    """A half-year is near, whose first day fixes the rate of all lateness that begins in it (art. R2192-31).

    Told to the administrators of the Région, who date it: nothing is dated in the past. Returns how many are told.
    """
    today, told = timezone.localdate(), 0
    first = clock.semester(clock.semester(today) + timedelta(days=200))
    if today < first - RATE_NOTICE:
        return 0
    rate = nombre(parameters.current(first)["ecb_rate"])
    text = f"Intérêts moratoires : le taux de la Banque centrale européenne au {jour(first, weekday=False)} est noté "
    text += f"{rate} %. S’il est autre, datez-le avant ce jour"
    for hat in active_hats(organisation__kind=OrganisationKind.REGION, role=Role.ADMINISTRATEUR):
        url = reverse("parametre", args=["ecb_rate"])
        told += notify(RateToCheck, [hat], hat.organisation, text, url, dedupe_key=str(first))
    return told


def _url(table: MonthTable) -> str:
    return reverse("service_fait", args=[table.order_id, f"{table.month:%Y-%m}"])
