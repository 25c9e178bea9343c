"""What the worker does with Chorus Pro for a deposit: one step at a time, outside any transaction.

A step is claimed (its row is put off by `LEASE`, committed), done, then written. A worker that dies leaves a row that
comes due again. « Being sent » is written before anything is sent: a row found so has an unknown end, and an unknown
end is searched for during `CHORUS_QUIET_HOURS` before the same file is sent once more. No invoice is sent without a
search just before.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.notices import notify
from invoices.chorus import connection
from invoices.chorus.contract import (
    AnswerLost,
    Call,
    ChorusError,
    ChorusPro,
    FlowState,
    Found,
    RefusedForGood,
    TryAgain,
)
from invoices.enums import ChorusStatus, DepositMove, DepositState, InvoiceState
from invoices.models import ChorusCall, Deposit, Invoice
from invoices.notices import DepositTrouble, ExchangeTrouble
from invoices.workflow import statuses
from invoices.workflow.deposits import lock
from orders.workflow.people import members_of, region_of

logger = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)  # longer than any step may last
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# How far apart the looks without news are, the last one for ever.
SENDING = (MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
SEARCHING = (2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR)
FOLLOWING = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR)
OUTAGE = 3  # failures in a row after which a sweep stops asking
SWEEP_SECONDS = 240
DEPOSITABLE = DepositMove.DEPOSER.sources
NO_REASON = "Chorus Pro ne donne pas de motif."


@dataclass
class Claim:
    """A deposit as it was taken up. It stands while its row has the same state and the same `next_at`."""

    pk: int
    invoice: Invoice
    state: str
    next_at: datetime
    file_name: str
    flow: str
    chorus_id: int | None
    sent_at: datetime | None


@dataclass(frozen=True)
class Step:
    """What was done, in French; `trouble` when Chorus Pro could not be asked."""

    words: str
    trouble: TryAgain | None = None


NOTHING = Step("Rien à faire maintenant.")


def sweep(seconds: float = SWEEP_SECONDS) -> int:
    """Take up every deposit that is due, the oldest first; returns how many. Stops when Chorus Pro is away."""
    chorus = connection.connect(keep_call)
    if chorus is None:
        return 0
    due = Deposit.objects.filter(next_at__lte=timezone.now()).order_by("next_at").values_list("pk", flat=True)
    until, done, failures = time.monotonic() + seconds, 0, 0
    for pk in list(due):
        if time.monotonic() > until:
            break
        try:
            trouble = pursue(pk, chorus).trouble
        except Exception:  # one that fails comes due again; the others do not wait for it
            logger.exception("deposit_failed", deposit=pk)
            continue
        done += 1
        failures = failures + 1 if trouble else 0
        if trouble and (failures == OUTAGE or trouble.after is not None or trouble.ours):
            _tell_outage(trouble)
            break
    return done


def pursue(deposit_id: int, chorus: ChorusPro) -> Step:
    """Take the next step of a deposit that is due: send it, search for it, or read its statuses."""
    claim = _claim(deposit_id)
    if claim is None:
        return NOTHING
    if claim.state == DepositState.DEPOSE:
        return _follow(claim, chorus)
    try:
        found = chorus.find(claim.invoice.number, _siret(claim.invoice))
    except ChorusError as error:
        return _wait(claim, error, SENDING if claim.state == DepositState.A_DEPOSER else SEARCHING)
    if found is not None:
        return _adopt(claim, found)
    if claim.state == DepositState.INCERTAIN and _is_quiet(claim):
        return _wait(claim, None, SEARCHING)
    return _send(claim, chorus)


def _claim(deposit_id: int) -> Claim | None:
    """The row, put off so that nobody else takes it; None when it is not due or is held."""
    with transaction.atomic():
        rows = Deposit.objects.select_for_update(of=("self",), skip_locked=True)
        row = rows.filter(pk=deposit_id, next_at__lte=timezone.now()).first()
        if row is None:
            return None
        if row.state == DepositState.EN_COURS:  # whoever was sending it has died, or its lease is over
            _lose(row, "L’envoi s’est interrompu avant la réponse de Chorus Pro.")
        next_at = row.next_at = timezone.now() + LEASE
        row.save()
    invoice = Invoice.objects.select_related("issuer").defer("pdf").get(pk=row.invoice_id)
    return Claim(row.pk, invoice, row.state, next_at, row.file_name, row.flow, row.chorus_id, row.last_attempt_at)


def _held(claim: Claim) -> tuple[Invoice, Deposit | None]:
    """The rows locked, the deposit only if this claim still stands: nobody took it up or changed it meanwhile."""
    invoice, row = lock(claim.invoice.pk)
    stands = row is not None and (row.state, row.next_at) == (claim.state, claim.next_at)
    return invoice, row if stands else None


def _wait(claim: Claim, error: ChorusError | None, apart: Sequence[timedelta]) -> Step:
    """Nothing new: look again later, further and further apart, or when Chorus Pro says."""
    with transaction.atomic():
        _, row = _held(claim)
        if row is None:
            return NOTHING
        pause = apart[min(row.looks, len(apart) - 1)]
        if isinstance(error, TryAgain) and error.after is not None:
            pause = max(pause, timedelta(seconds=min(error.after, 86_400)))
        if error is not None:
            row.answer = error.words
        row.looks += 1
        row.next_at = timezone.now() + pause
        row.save()
    return Step(error.words if error else "Sans nouvelles.", error if isinstance(error, TryAgain) else None)


def _is_quiet(claim: Claim) -> bool:
    """Whether too little time has passed for « unknown to Chorus Pro » to mean « never received »."""
    return claim.sent_at is not None and timezone.now() < claim.sent_at + timedelta(hours=settings.CHORUS_QUIET_HOURS)


def _send(claim: Claim, chorus: ChorusPro) -> Step:
    """Send the sealed file, once."""
    content = _begin(claim)
    if content is None:
        return NOTHING
    try:
        flow = chorus.deposit(claim.file_name, content)
    except RefusedForGood as error:
        return _refuse(claim, error.words)
    except AnswerLost as error:
        with transaction.atomic():
            _, row = lock(claim.invoice.pk)
            if row is not None and row.state == DepositState.EN_COURS:
                _lose(row, error.words)
                row.next_at = timezone.now() + SEARCHING[0]
                row.save()
        return Step(error.words)
    except ChorusError as error:
        with transaction.atomic():
            _, row = _held(claim)
            if row is not None:
                row.remettre()
                row.save()
                claim.state = row.state
        return _wait(claim, error, SENDING)
    with transaction.atomic():
        invoice, row = lock(claim.invoice.pk)
        if row is not None and row.state in DEPOSITABLE:
            row.flow = flow
            _deposited(invoice, row, f"Déposée sur Chorus Pro, flux {flow}")
    return Step(f"Déposée : flux {flow}.")


def _begin(claim: Claim) -> bytes | None:
    """Write that the file is being sent, and give it; None when it must not be."""
    with transaction.atomic():
        invoice, row = _held(claim)
        if row is None:
            return None
        if row.state == DepositState.INCERTAIN:
            row.remettre()
            row.save()
            hours = settings.CHORUS_QUIET_HOURS
            label = f"Chorus Pro ne connaît pas cette facture après {hours} heures : elle peut être envoyée de nouveau"
            events.record(invoice, "facture.depot", label)
        if invoice.state == InvoiceState.ANNULEE and invoice.corrects_id is None:
            row.refuser()
            row.answer, row.next_at = "Annulée par un avoir avant son dépôt.", None
            row.save()
            return None
        if invoice.pdf is None or invoice.sha256 == "":
            row.answer = "Le fichier de la facture est en préparation."
            row.next_at = timezone.now() + MINUTE
            row.save()
            return None
        row.envoyer()
        row.attempts += 1
        now = timezone.now()
        row.last_attempt_at, row.next_at, row.looks = now, now + LEASE, 0
        row.save()
    claim.state, claim.next_at = row.state, now + LEASE
    return bytes(invoice.pdf)


def _lose(row: Deposit, words: str) -> None:
    """The end of an envoy is unknown. The caller saves."""
    row.perdre()
    row.answer, row.looks = words, 0
    label = "Réponse de Chorus Pro perdue : le portail cherche la facture avant tout nouvel envoi"
    events.record(row.invoice, "facture.depot", label, reason=words)


def _refuse(claim: Claim, words: str) -> Step:
    """Chorus Pro does not take this file: the mandataire reads why and chooses what to do."""
    with transaction.atomic():
        invoice, row = _held(claim)
        if row is None:
            return NOTHING
        row.refuser()
        row.answer, row.next_at = words, None
        row.save()
        events.record(invoice, "facture.depot", "Refusée au dépôt par Chorus Pro", reason=words)
        _tell(row, invoice, f"{invoice} · refusée au dépôt par Chorus Pro", str(row.round))
    return Step(f"Refusée : {words}")


def _adopt(claim: Claim, found: Found) -> Step:
    """Chorus Pro knows the invoice: by a lost answer, or because somebody deposited it by hand."""
    with transaction.atomic():
        invoice, row = _held(claim)
        if row is None:
            return NOTHING
        row.flow, row.chorus_id = found.flow, found.identifier
        known = "Retrouvée sur Chorus Pro" if row.attempts else "Chorus Pro connaissait déjà cette facture"
        _deposited(invoice, row, f"{known}, flux {found.flow}" if found.flow else known)
    return Step("Retrouvée sur Chorus Pro.")


def _deposited(invoice: Invoice, row: Deposit, label: str) -> None:
    row.deposer()
    row.deposited_at = timezone.now()
    row.answer, row.looks = "", 0
    row.next_at = timezone.now() + (MINUTE if row.chorus_id else FOLLOWING[0])
    row.save()
    events.record(invoice, "facture.depot", label)


def _follow(claim: Claim, chorus: ChorusPro) -> Step:
    """Read what becomes of a deposited file, then of its invoice."""
    try:
        if claim.chorus_id is None:
            report = chorus.report(claim.flow)
            if report.state == FlowState.REJETE:
                return _refuse(claim, " ".join(report.errors) or NO_REASON)
            found = None
            if report.state == FlowState.INTEGRE:
                found = chorus.find(claim.invoice.number, _siret(claim.invoice), claim.flow)
            if found is None:
                return _wait(claim, None, FOLLOWING)
            claim.chorus_id = found.identifier
        return _read(claim, chorus)
    except ChorusError as error:
        return _wait(claim, error, FOLLOWING)


def _read(claim: Claim, chorus: ChorusPro) -> Step:
    """Keep the statuses that Chorus Pro tells of the invoice."""
    told = chorus.history(claim.chorus_id or 0)
    known = [one for one in told if one.status in ChorusStatus.values]
    strange = {one.status for one in told} - set(ChorusStatus.values)
    silent = any(one.status in ChorusStatus.reasoned() and not one.reason for one in known)
    comment = ""
    if silent:  # the list of invoices may say what the history does not
        found = chorus.find(claim.invoice.number, _siret(claim.invoice), claim.flow)
        comment = found.comment if found else ""
    with transaction.atomic():
        invoice, row = _held(claim)
        if row is None:
            return NOTHING
        before = invoice.statuses.count()
        for one in known:
            reason = one.reason or (comment or NO_REASON if one.status in ChorusStatus.reasoned() else "")
            statuses.note_status(invoice, one.status, one.at, reason=reason)
        news = invoice.statuses.count() - before
        if strange:
            logger.warning("chorus_status_unknown", statuses=sorted(strange), invoice=invoice.pk)
        last = known[-1].status if known else ""
        row.chorus_id = claim.chorus_id
        row.answer = f"Chorus Pro dit « {', '.join(sorted(strange))} »." if strange else ""
        row.looks = 0 if news else row.looks + 1
        pause = FOLLOWING[min(row.looks, len(FOLLOWING) - 1)]
        row.next_at = None if last in ChorusStatus.final() else timezone.now() + pause
        row.save()
    return Step(f"{news} statuts nouveaux.")


def _siret(invoice: Invoice) -> str:
    """The supplier's, as the invoice says it."""
    return str(invoice.content["seller"]["siret"])


def _tell(row: Deposit, invoice: Invoice, text: str, once: str) -> None:
    """The mandataire mends it; the Région too, when its own settings are at fault."""
    told = (*members_of(invoice.issuer), *region_of(invoice.order.lot))
    notify(DepositTrouble, told, row, text, reverse("facture_detail", args=[invoice.pk]), once)


def _tell_outage(trouble: TryAgain) -> None:
    """The Région's administrators hear once a day that the exchange does not work."""
    hats = active_hats(organisation__kind=OrganisationKind.REGION, role=Role.ADMINISTRATEUR)
    day = f"{timezone.localdate():%Y-%m-%d}"
    for hat in hats:
        text = f"L’échange avec Chorus Pro ne marche pas : {trouble.words}"
        notify(ExchangeTrouble, [hat], hat.organisation, text, reverse("chorus_echanges"), dedupe_key=day)


def keep_call(call: Call) -> None:
    """Keep one call for whoever watches the exchange."""
    ChorusCall.objects.create(
        act=call.act, outcome=call.outcome, words=call.words[:300], milliseconds=call.milliseconds
    )


def forget_old_calls() -> int:
    """A month of calls is enough to understand a breakdown."""
    return ChorusCall.objects.filter(at__lt=timezone.now() - timedelta(days=30)).delete()[0]
