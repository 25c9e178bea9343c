"""The payment clock of an invoice: what moves it, and the one interruption that the Région may make.

`Invoice.pay_by` is the last day of the term that runs now, kept so that lists may ask for it: nothing while no term
runs (not received, suspended, paid, rejected, cancelled). It is worked out again here whenever something moves it.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.ui.french import jour
from invoices import clock
from invoices.clock import Pace
from invoices.enums import ChorusStatus
from invoices.models import Invoice, StatusLine, Suspension
from invoices.notices import TermSuspended
from invoices.queries.payment import MANDATED, clock_of, figures_of, life_of, suspension_of
from orders.workflow.people import members_of

_ONCE = "Le délai de paiement de cette facture a déjà été suspendu : il ne peut l’être qu’une fois."
_KEEPERS = (Role.GESTIONNAIRE, Role.FINANCES, Role.ADMINISTRATEUR)


def may_suspend(hat: Membership) -> bool:
    """Whether this hat holds the payment clock of the Région."""
    return hat.kind == OrganisationKind.REGION and hat.role in _KEEPERS


def suspend(invoice: Invoice, reason: str, hat: Membership) -> Suspension:
    """The Région stops the clock, once, saying what is missing; the organisme is told.

    Raises Refused: not its role, no reason, no term that runs, already mandated, already suspended once.
    """
    _must_hold(hat)
    if not reason.strip():
        raise Refused("Dites ce qui manque : l’organisme le lira tel quel.")
    with transaction.atomic():
        locked = _locked(invoice)
        statuses = list(locked.statuses.standing())
        if suspension_of(locked) is not None:
            raise Refused(_ONCE)
        if any(one.status in MANDATED for one in statuses):
            raise Refused("La facture est déjà mandatée : son délai ne se suspend plus.")
        known = clock_of(locked, statuses)
        if known.pace == Pace.LATE:
            raise Refused("L’échéance est passée : il n’y a plus de délai à suspendre.")
        if known.pace != Pace.RUNNING:
            raise Refused("Aucun délai de paiement ne court sur cette facture.")
        made = _open(locked, timezone.localdate(), reason, hat)
        follow(locked)
    return made


def resume(invoice: Invoice, day: date, hat: Membership) -> Suspension:
    """The Région says on which day everything asked for was there: a new term runs from it.

    Raises Refused: not its role, clock not stopped, a day before the suspension or to come.
    """
    _must_hold(hat)
    with transaction.atomic():
        locked = _locked(invoice)
        held = suspension_of(locked)
        if held is None or held.resumed_on is not None:
            raise Refused("Le délai de cette facture n’est pas suspendu.")
        if day < held.suspended_on or day > timezone.localdate():
            raise Refused(f"Le délai reprend entre le {jour(held.suspended_on, weekday=False)} et aujourd’hui.")
        _close(locked, held, day, hat)
        follow(locked)
    return held


def follow_status(invoice: Invoice, line: StatusLine) -> None:
    """A status of an invoice, whose row is locked, moves its clock. « Suspendue » and « complétée » are its own words.

    A second suspension, or one that came too late, stops nothing: the law knows one, on a term that runs. What is
    suspended has been received, even if nobody said so before; what was said to be complete later ends it.
    """
    day, held = _day(line), suspension_of(invoice)
    if line.status == ChorusStatus.SUSPENDUE and held is None:
        said = list(invoice.statuses.standing().order_by("at", "id"))
        until, later = said[: said.index(line) + 1], said[said.index(line) + 1 :]
        known = clock_of(invoice, until, day)
        if known.pace == Pace.RUNNING and not any(one.status in MANDATED for one in until):
            made = _open(invoice, day, line.reason, line.typed_by)
            ended = next((one for one in later if one.status == ChorusStatus.COMPLETEE), None)
            if ended is not None:
                _close(invoice, made, _day(ended), ended.typed_by)
    elif line.status == ChorusStatus.COMPLETEE and held is not None and held.resumed_on is None:
        _close(invoice, held, max(day, held.suspended_on), line.typed_by)
    follow(invoice)


def follow_correction(invoice: Invoice, gone: StatusLine, again: StatusLine | None) -> None:
    """A status of an invoice, whose row is locked, was withdrawn; `again`: the same one at its right moment.

    The interruption that it had opened or ended goes with it.
    """
    held, was = suspension_of(invoice), _day(gone)
    opened = held is not None and (held.suspended_on, held.reason) == (was, gone.reason)
    if held is not None and gone.status == ChorusStatus.SUSPENDUE and opened:
        _say_anew(held, _day(again) if again else None, held.resumed_on, held.resumed_by)
    elif held is not None and gone.status == ChorusStatus.COMPLETEE and held.resumed_on == max(was, held.suspended_on):
        day = max(_day(again), held.suspended_on) if again else None
        _say_anew(held, held.suspended_on, day, again.typed_by if again else None)
    elif again is not None:
        follow_status(invoice, again)
    follow(invoice)


def _say_anew(held: Suspension, day: date | None, resumed: date | None, by: Membership | None) -> None:
    """Withdraw an interruption, then say it with its right days; without a first day, it never was."""
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])
    if day is not None:
        held.suspended_on, held.withdrawn_at = day, None
        held.resumed_on, held.resumed_by = (max(resumed, day), by) if resumed else (None, None)
        held.save()


def follow(invoice: Invoice) -> None:
    """Work out again until when a locked invoice is to be paid."""
    life = life_of(invoice, invoice.statuses.all())
    runs = not life.is_void and life.paid_on is None
    pay_by = clock.due(life, figures_of(invoice)) if runs else None
    if pay_by != invoice.pay_by:
        invoice.pay_by = pay_by
        invoice.save(update_fields=["pay_by"])


def _open(invoice: Invoice, day: date, reason: str, hat: Membership | None) -> Suspension:
    with lost_race({"suspension_invoice_id": _ONCE}):
        made = Suspension.objects.filter(invoice=invoice, withdrawn_at__isnull=False).first()
        made = made or Suspension(invoice=invoice)
        made.reason, made.suspended_on, made.suspended_by = reason.strip(), day, hat
        made.resumed_on, made.resumed_by, made.withdrawn_at = None, None, None
        made.save()
    invoice.suspension = made
    label = "Délai de paiement suspendu"
    events.record(invoice, "facture.suspendue", label, hat=hat, reason=made.reason)
    url = reverse("facture_detail", args=[invoice.pk])
    text = f"{invoice} : la Région demande une pièce ou une correction. {made.reason}"
    notify(TermSuspended, members_of(invoice.issuer), invoice, text, url)
    return made


def _close(invoice: Invoice, held: Suspension, day: date, hat: Membership | None) -> None:
    held.resumed_on, held.resumed_by = day, hat
    held.save(update_fields=["resumed_on", "resumed_by"])
    label = f"Délai de paiement repris au {jour(day, weekday=False)}"
    events.record(invoice, "facture.reprise", label, hat=hat)
    url, text = reverse("facture_detail", args=[invoice.pk]), f"{invoice} : {label.lower()}"
    notify(TermSuspended, members_of(invoice.issuer), invoice, text, url, dedupe_key="reprise")


def _day(line: StatusLine) -> date:
    return timezone.localtime(line.at).date()


def _must_hold(hat: Membership) -> None:
    if not may_suspend(hat):
        raise Refused("Le délai de paiement est tenu par les gestionnaires et les finances de la Région.")


def _locked(invoice: Invoice) -> Invoice:
    rows = Invoice.objects.select_for_update(of=("self",)).select_related("issuer", "order__lot")
    return rows.defer("pdf", "content", "order__pdf", "order__content").get(pk=invoice.pk)
