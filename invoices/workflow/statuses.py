"""What becomes of an invoice once it is issued: where Chorus Pro says that it stands, told by it or typed by hand."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from invoices.enums import ChorusStatus
from invoices.models import Invoice, StatusLine
from invoices.notices import InvoiceStatus
from invoices.queries.invoices import orders_to_invoice
from orders.workflow.people import members_of


def note_status(
    invoice: Invoice, status: str, at: datetime, *, reason: str = "", hat: Membership | None = None
) -> StatusLine:
    """Keep a status of an invoice at its moment; told twice, it is kept once. `hat`: who typed it.

    The invoice shows the latest by its moment. Raises Refused: unknown status, a reason that lacks, not his invoice.
    """
    if status not in ChorusStatus.values:
        raise Refused(f"« {status} » n’est pas un statut de Chorus Pro.")
    if status in ChorusStatus.reasoned() and not reason.strip():
        raise Refused("Ce statut porte un motif : c’est lui qui dit quoi corriger.")
    if hat is not None and not orders_to_invoice(hat).filter(pk=invoice.order_id).exists():
        raise Refused("Cette facture n’est pas la vôtre.")
    with transaction.atomic():
        locked = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        line, made = StatusLine.objects.get_or_create(
            invoice=locked, status=status, at=at, defaults={"reason": reason.strip(), "typed_by": hat}
        )
        if made:
            latest = locked.statuses.order_by("-at", "-id").first()
            if latest is not None:
                locked.status, locked.status_at = latest.status, latest.at
                locked.save(update_fields=["status", "status_at"])
            label = f"{ChorusStatus(status).label}"
            events.record(locked, "facture.statut", label, hat=hat, reason=line.reason)
            url = reverse("facture_detail", args=[locked.pk])
            text = f"{locked} · {label}"
            notify(InvoiceStatus, members_of(locked.issuer), locked, text, url, dedupe_key=str(line.pk))
    return line
