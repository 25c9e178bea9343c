"""What people ask of the deposit of an invoice: send it, look again, take it over by hand, mandate the portal.

What the worker does with Chorus Pro stands in `exchange`. Two routes, the portal's and one's own, are never mixed
without a person having said so.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events, outbox
from core.journal.refusals import Refused
from invoices.chorus import connection
from invoices.enums import DepositState
from invoices.models import BillingProfile, Deposit, Invoice
from invoices.queries.deposits import obstacle, obstacle_back
from invoices.queries.invoices import orders_to_invoice
from invoices.workflow.statuses import must_follow
from orders.queries.orders import is_addressee

PURSUE = "facture.depot"


def file_name(invoice: Invoice, rank: int = 1) -> str:
    """The name of the file on Chorus Pro: the same for the same deposit, no other's, 42 characters at most."""
    siret = str(invoice.content["seller"]["siret"])
    again = f"-d{rank}" if rank > 1 else ""
    return f"{siret}-{invoice.number}{again}.pdf"


def ask(invoice: Invoice, hat: Membership) -> Deposit:
    """The mandataire asks the portal to deposit an invoice, for the first time or again after a refusal.

    Raises Refused: not the mandataire, or what `obstacle` says.
    """
    if not is_addressee(invoice.order, hat):
        raise Refused("Une facture est déposée par le mandataire du lot.")
    with transaction.atomic():
        locked, deposit = lock(invoice.pk)
        if why := obstacle(locked, deposit):
            raise Refused(why)
        now = timezone.now()
        if deposit is None:
            deposit = Deposit(invoice=locked, asked_by=hat)
        else:
            deposit.redemander()
            deposit.round += 1
            deposit.flow, deposit.chorus_id, deposit.deposited_at = "", None, None
            deposit.attempts, deposit.last_attempt_at = 0, None
        deposit.asked_by, deposit.answer = hat, ""
        deposit.file_name = file_name(locked, deposit.round)
        deposit.next_at, deposit.looks = now, 0
        deposit.save()
        label = "Dépôt sur Chorus Pro demandé" if deposit.round == 1 else "Nouveau dépôt sur Chorus Pro demandé"
        events.record(locked, "facture.depot", label, hat=hat)
        outbox.enqueue(PURSUE, deposit, version=f"{deposit.round}")
    return deposit


def look_again(invoice: Invoice, hat: Membership) -> Deposit:
    """Ask Chorus Pro now rather than at the next look. Raises Refused: not his, nothing to look for, under way."""
    _hold(invoice, hat)
    with transaction.atomic():
        _, deposit = lock(invoice.pk)
        if deposit is None or deposit.next_at is None:
            raise Refused("Il n’y a rien à demander à Chorus Pro pour cette facture.")
        if deposit.state == DepositState.EN_COURS:
            raise Refused("Un envoi est en cours : sa réponse arrive dans les minutes qui viennent.")
        if not connection.is_configured():
            raise Refused("Le portail n’est pas relié à Chorus Pro.")
        now = timezone.now()
        deposit.next_at, deposit.looks = min(deposit.next_at, now), 0
        deposit.save(update_fields=["next_at", "looks"])
        outbox.enqueue(PURSUE, deposit, version=f"{deposit.round} {now.isoformat()}")
    return deposit


def by_hand(invoice: Invoice, at: datetime, hat: Membership, reason: str = "") -> Deposit:
    """Say that the invoice was deposited by hand at `at`: from now on its statuses are typed, and the portal is silent.

    Raises Refused: not his, an envoy is under way, already so, a day before the invoice, or `reason` lacks while the
    portal was following it.
    """
    _hold(invoice, hat)
    with transaction.atomic():
        locked, deposit = lock(invoice.pk)
        if deposit is not None and deposit.state == DepositState.A_LA_MAIN:
            raise Refused("Cette facture est déjà suivie à la main.")
        if deposit is not None and deposit.state == DepositState.EN_COURS:
            raise Refused("Un envoi est en cours : attendez sa réponse, quelques minutes au plus.")
        must_follow(locked, at)
        if deposit is not None and not reason.strip():
            raise Refused("Dites pourquoi vous reprenez à la main ce que le portail suivait.")
        if deposit is None:
            deposit = Deposit(invoice=locked, asked_by=hat, state=DepositState.A_LA_MAIN)
        else:
            deposit.confier()
        deposit.deposited_at = deposit.deposited_at or at
        deposit.next_at = None
        deposit.save()
        events.record(locked, "facture.depot", "Déposée à la main sur Chorus Pro", hat=hat, reason=reason.strip())
    return deposit


def hand_back(invoice: Invoice, hat: Membership) -> Deposit:
    """The mandataire gives an invoice that is followed by hand back to the portal.

    Nothing is sent at once: the portal looks for it on Chorus Pro as it does after a lost answer, and sends it only if
    it is not known there after `CHORUS_QUIET_HOURS`. Raises Refused: not the mandataire, or what `obstacle_back` says.
    """
    if not is_addressee(invoice.order, hat):
        raise Refused("Une facture est déposée par le mandataire du lot.")
    with transaction.atomic():
        locked, deposit = lock(invoice.pk)
        if deposit is None or (why := obstacle_back(locked, deposit)):
            raise Refused(why if deposit else "Cette facture n’est pas suivie à la main.")
        now = timezone.now()
        deposit.rendre()
        deposit.round += 1  # what was deposited by hand is another file than the portal's
        deposit.flow, deposit.chorus_id, deposit.attempts = "", None, 0
        deposit.file_name = file_name(locked, deposit.round)
        deposit.asked_by, deposit.answer = hat, ""
        deposit.last_attempt_at, deposit.next_at, deposit.looks = now, now, 0
        deposit.save()
        events.record(locked, "facture.depot", "Rendue au portail, qui la cherche sur Chorus Pro", hat=hat)
        outbox.enqueue(PURSUE, deposit, version=f"{deposit.round}")
    return deposit


def mandate(hat: Membership, given: bool) -> BillingProfile:
    """An organisme charges the portal with its deposits, or takes that back; what is asked for already goes on.

    Raises Refused without billing details.
    """
    with transaction.atomic():
        profile = BillingProfile.objects.select_for_update(of=("self",)).filter(organisme=hat.organisation).first()
        if profile is None:
            raise Refused("Complétez d’abord vos informations de facturation : IBAN et TVA.")
        if profile.mandated != given:
            profile.mandated, profile.updated_by = given, hat
            profile.save()
            label = "Le portail est chargé des dépôts" if given else "Le portail n’est plus chargé des dépôts"
            events.record(profile, "facturation.mandat", label, hat=hat)
    return profile


def lock(invoice_id: int) -> tuple[Invoice, Deposit | None]:
    """An invoice and its deposit, locked in this order everywhere."""
    invoice = Invoice.objects.select_for_update(of=("self",)).defer("pdf").get(pk=invoice_id)
    return invoice, Deposit.objects.select_for_update(of=("self",)).filter(invoice=invoice).first()


def _hold(invoice: Invoice, hat: Membership) -> None:
    if not orders_to_invoice(hat).filter(pk=invoice.order_id).exists():
        raise Refused("Cette facture n’est pas la vôtre.")
