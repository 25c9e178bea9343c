"""Where Chorus Pro says that an invoice stands: told by it to the portal, or typed by who follows it by hand."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui.french import jour
from invoices.enums import ChorusStatus, DepositState
from invoices.models import Deposit, Invoice, StatusLine
from invoices.notices import InvoiceReturned, InvoiceStatus
from invoices.queries.invoices import orders_to_invoice
from invoices.workflow.payment import follow_status
from orders.workflow.people import members_of, region_of


def note_status(
    invoice: Invoice, status: str, at: datetime, *, reason: str = "", hat: Membership | None = None
) -> StatusLine:
    """Keep a status of an invoice at its moment; told twice, it is kept once. `hat`: who typed it, by hand.

    The invoice shows the latest by its moment: who typed a wrong one types the right one after it. Raises Refused:
    unknown status, a reason that lacks, not his invoice, a day before the invoice, or one that the portal follows.
    """
    if status not in ChorusStatus.values:
        raise Refused(f"« {status} » n’est pas un statut de Chorus Pro.")
    if status in ChorusStatus.reasoned() and not reason.strip():
        raise Refused("Ce statut porte un motif : c’est lui qui dit quoi corriger.")
    if hat is not None and not orders_to_invoice(hat).filter(pk=invoice.order_id).exists():
        raise Refused("Cette facture n’est pas la vôtre.")
    with transaction.atomic():
        locked = Invoice.objects.select_for_update(of=("self",)).defer("pdf").get(pk=invoice.pk)
        if hat is not None:
            must_follow(locked, at)
            _by_hand(locked, at, hat)
        line, made = StatusLine.objects.get_or_create(
            invoice=locked, status=status, at=at, defaults={"reason": reason.strip(), "typed_by": hat}
        )
        if made:
            latest = locked.statuses.order_by("-at", "-id").first()
            if latest is not None:
                locked.status, locked.status_at = latest.status, latest.at
                locked.save(update_fields=["status", "status_at"])
            follow_status(locked, line)
            label = str(ChorusStatus(status).label)
            events.record(locked, "facture.statut", label, hat=hat, reason=line.reason)
            _tell(locked, line, label)
    return line


def must_follow(invoice: Invoice, at: datetime) -> None:
    """Nothing befalls an invoice before its date. Raises Refused."""
    if timezone.localtime(at).date() < invoice.issued_on:
        raise Refused(f"La facture est du {jour(invoice.issued_on, weekday=False)} : cette date la précède.")


def _by_hand(invoice: Invoice, at: datetime, hat: Membership) -> None:
    """A typed status makes the route a manual one; it never overlaps with the portal's own."""
    deposit = Deposit.objects.select_for_update(of=("self",)).filter(invoice=invoice).first()
    if deposit is None:
        Deposit.objects.create(invoice=invoice, state=DepositState.A_LA_MAIN, asked_by=hat, deposited_at=at)
    elif deposit.state != DepositState.A_LA_MAIN:
        raise Refused(
            "Le portail suit lui-même cette facture sur Chorus Pro. Pour noter ses statuts, reprenez-la d’abord à la "
            "main, sur sa page."
        )


def _tell(invoice: Invoice, line: StatusLine, label: str) -> None:
    """The organisme hears of each status; what the payer sends back is told to the lot's gestionnaire too."""
    url, text = reverse("facture_detail", args=[invoice.pk]), f"{invoice} · {label}"
    if line.status not in ChorusStatus.reasoned():
        notify(InvoiceStatus, members_of(invoice.issuer), invoice, text, url, dedupe_key=str(line.pk))
        return
    told = (*members_of(invoice.issuer), *region_of(invoice.order.lot))
    notify(InvoiceReturned, told, invoice, f"{text} : {line.reason}", url, dedupe_key=str(line.pk))
