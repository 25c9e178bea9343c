"""Where Chorus Pro says that an invoice stands: told by it to the portal, or typed by who follows it by hand."""

from datetime import date, datetime, time

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
from invoices.notices import InvoiceReturned, InvoiceStatus, StatusCorrected
from invoices.queries.invoices import orders_to_invoice
from invoices.succession import may_follow
from invoices.workflow.payment import follow_correction, follow_status, may_suspend
from orders.workflow.people import members_of, region_of


def note_status(
    invoice: Invoice, status: str, at: datetime, *, reason: str = "", hat: Membership | None = None
) -> StatusLine:
    """Keep a status of an invoice at its moment; told twice, it is kept once. `hat`: who typed it, by hand.

    The invoice shows the latest by its moment. What Chorus Pro says is kept whatever its order (`succession`); what is
    typed out of order is not. Raises Refused: unknown status, a reason that lacks; typed: not his invoice, a day before
    the invoice, a place where it cannot be, or an invoice that the portal follows.
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
        known = locked.statuses.standing().filter(status=status, at=at).first()
        if known is not None:
            return known
        if hat is not None:
            _must_have_its_place(locked, status, at)
        line = StatusLine.objects.create(invoice=locked, status=status, at=at, reason=reason.strip(), typed_by=hat)
        _show_latest(locked)
        follow_status(locked, line)
        label = str(ChorusStatus(status).label)
        events.record(locked, "facture.statut", label, hat=hat, reason=line.reason)
        _tell(locked, line, label)
    return line


def noon(day: date) -> datetime:
    """The moment that is kept of a day read on Chorus Pro: what is typed has no hour."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def corrects(line: StatusLine, hat: Membership) -> bool:
    """Whether a hat that reads the invoice corrects a status: those who typed it, and those who hold the clock."""
    return line.typed_by is not None and (may_suspend(hat) or line.typed_by.organisation_id == hat.organisation_id)


def correct_status(line: StatusLine, reason: str, hat: Membership, at: datetime | None = None) -> StatusLine | None:
    """Withdraw a status that was typed by mistake, saying why; `at`: its right moment, at which it is noted anew.

    The payment clock follows, both sides are told, and what was withdrawn is still read. Raises Refused: no reason, not
    his to correct, told by Chorus Pro, withdrawn already, the same day, or a moment where it cannot be.
    """
    if not reason.strip():
        raise Refused("Dites pourquoi : l’histoire de la facture le garde.")
    if not orders_to_invoice(hat).filter(pk=line.invoice.order_id).exists():
        raise Refused("Cette facture n’est pas la vôtre.")
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).defer("pdf").get(pk=line.invoice_id)
        gone = StatusLine.objects.select_related("typed_by").get(pk=line.pk)
        if gone.typed_by is None:
            raise Refused("Chorus Pro a dit lui-même ce statut : il ne se corrige pas ici.")
        if gone.withdrawn_at is not None:
            raise Refused("Ce statut est déjà retiré.")
        if not corrects(gone, hat):
            raise Refused(
                "Un statut est corrigé par ceux qui l’ont noté, ou par ceux qui tiennent le délai de paiement."
            )
        if at is not None and _on(at) == _on(gone.at):
            raise Refused(f"Ce statut est déjà noté au {_on(gone.at)}.")
        gone.withdrawn_at, gone.withdrawn_by, gone.withdrawal_reason = timezone.now(), hat, reason.strip()
        gone.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
        again = None
        if at is not None:
            must_follow(invoice, at)
            _must_have_its_place(invoice, gone.status, at)
            again = StatusLine.objects.create(
                invoice=invoice, status=gone.status, at=at, reason=gone.reason, typed_by=hat
            )
            Deposit.objects.filter(invoice=invoice, state=DepositState.A_LA_MAIN, deposited_at=gone.at).update(
                deposited_at=at
            )
        _show_latest(invoice)
        follow_correction(invoice, gone, again)
        label = f"« {gone.get_status_display()} » du {_on(gone.at)} " + (f"corrigé : {_on(at)}" if at else "retiré")
        events.record(invoice, "facture.statut_corrige", label, hat=hat, reason=gone.withdrawal_reason)
        told = (*members_of(invoice.issuer), *region_of(invoice.order.lot))
        url = reverse("facture_detail", args=[invoice.pk])
        text = f"{invoice} · {label}. {gone.withdrawal_reason}"
        notify(StatusCorrected, [one for one in told if one.pk != hat.pk], invoice, text, url, dedupe_key=str(gone.pk))
    return again


def _show_latest(invoice: Invoice) -> None:
    """A locked invoice shows the last status that stands, by its moment."""
    latest = invoice.statuses.standing().order_by("-at", "-id").first()
    invoice.status, invoice.status_at = (latest.status, latest.at) if latest else ("", None)
    invoice.save(update_fields=["status", "status_at"])


def _must_have_its_place(invoice: Invoice, status: str, at: datetime) -> None:
    """Raises Refused when a status cannot come between those that were said before and after its moment."""
    said = list(invoice.statuses.standing().order_by("at", "id"))
    before = next((one for one in reversed(said) if one.at <= at), None)
    after = next((one for one in said if one.at > at), None)
    new = ChorusStatus(status).label
    mend = "Si celui-ci est faux, corrigez-le d’abord, sur la page de la facture."
    if before is not None and not may_follow(before.status, status):
        said_before = f"« {before.get_status_display()} », noté au {_on(before.at)}"
        raise Refused(f"« {new} » ne peut pas suivre {said_before}. {mend}")
    if after is not None and not may_follow(status, after.status):
        said_after = f"« {after.get_status_display()} », noté au {_on(after.at)}"
        raise Refused(f"« {new} » ne peut pas précéder {said_after}. {mend}")


def _on(at: datetime) -> str:
    return jour(timezone.localtime(at).date(), weekday=False)


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
