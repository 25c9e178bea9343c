"""The life of an invoice as its payment clock reads it, and which invoices are late or soon will be."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from core.months import last_of
from core.rulebook.parameters import Editions, current
from invoices import clock
from invoices.clock import Clock, Figures, Life
from invoices.enums import ChorusStatus, InvoiceKind, InvoiceState
from invoices.models import Invoice, StatusLine, Suspension
from invoices.succession import ASIDE, strays

# Once one of these is said, the Région has mandated the sum: its term is not interrupted any more (art. R2192-27).
MANDATED = (
    ChorusStatus.MANDATEE,
    ChorusStatus.MISE_A_DISPOSITION_COMPTABLE,
    ChorusStatus.COMPTABILISEE,
    ChorusStatus.MISE_EN_PAIEMENT,
)
# Each of these says that the Région has the invoice, the first one as the law counts it (art. R2192-15).
RECEIVED = (
    ChorusStatus.MISE_A_DISPOSITION,
    ChorusStatus.SUSPENDUE,
    ChorusStatus.COMPLETEE,
    ChorusStatus.SERVICE_FAIT,
    *MANDATED,
)


def suspension_of(invoice: Invoice) -> Suspension | None:
    """The one interruption of an invoice's term; None when there is none."""
    found: Suspension | None = getattr(invoice, "suspension", None)
    return found if found is not None and found.withdrawn_at is None else None


def life_of(invoice: Invoice, statuses: Iterable[StatusLine]) -> Life:
    """What happened to an invoice, from what Chorus Pro said of it and from its suspension.

    Received: the first time that Chorus Pro said that the Région has it, since it last had to be addressed anew. Paid:
    when no step of the way was said after it: Chorus Pro takes it back so. What was withdrawn, what was typed and that
    Chorus Pro has told since, and what is sent back too late to be, moves nothing.
    """
    said = sorted((one for one in statuses if one.withdrawn_at is None), key=lambda one: (one.at, one.pk))
    told = {one.status for one in said if one.typed_by_id is None}
    said = [one for one in said if one.typed_by_id is None or one.status not in told]
    late = {one.pk for one in strays(said) if one.status in ASIDE}
    said = [one for one in said if one.pk not in late]
    misdirected = [rank for rank, one in enumerate(said) if one.status == ChorusStatus.A_RECYCLER]
    since = said[misdirected[-1] + 1 :] if misdirected else said
    received = next((one for one in since if one.status in RECEIVED), None)
    paid = next((one for one in said[-1:] if one.status == ChorusStatus.MISE_EN_PAIEMENT), None)
    held = suspension_of(invoice)
    rejected = bool(said) and said[-1].status == ChorusStatus.REJETEE
    return Life(
        total=invoice.total,
        performed_on=last_of(invoice.month),
        received_on=_day(received.at) if received else None,
        suspended_on=held.suspended_on if held else None,
        resumed_on=held.resumed_on if held else None,
        paid_on=_day(paid.at) if paid else None,
        is_void=invoice.kind != InvoiceKind.FACTURE or invoice.state != InvoiceState.EMISE or rejected,
    )


def _day(when: datetime) -> date:
    return timezone.localtime(when).date()


def figures_of(invoice: Invoice) -> Figures:
    """The figures of the day when an invoice was made. One query."""
    return Figures.read(Editions().on, invoice.issued_on)


def clock_of(invoice: Invoice, statuses: Iterable[StatusLine], today: date | None = None) -> Clock:
    """Where the payment of an invoice stands, each figure explained. One query, and that of its suspension."""
    return clock.read(life_of(invoice, statuses), figures_of(invoice), today or timezone.localdate())


def late(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those that the Région should have paid by now, the latest first."""
    return rows.filter(pay_by__lt=timezone.localdate()).order_by("pay_by", "id")


def soon_late(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those whose term ends within the days that the Région has set, the first first. One query for the figure."""
    today = timezone.localdate()
    until = today + timedelta(days=int(current()["payment_soon_days"]))
    return rows.filter(pay_by__range=(today, until)).order_by("pay_by", "id")
