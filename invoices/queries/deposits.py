"""Where the deposit of an invoice stands, in plain words, with what its reader may do; how the exchange fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.french import moment
from invoices.chorus import connection
from invoices.enums import CallOutcome, ChorusStatus, DepositState, InvoiceKind, InvoiceState
from invoices.models import BillingProfile, ChorusCall, Deposit, Invoice
from invoices.queries.payment import suspension_of
from orders.queries.orders import is_addressee

# What the payer asks for, and who does what about it.
ADVICE = {
    ChorusStatus.A_RECYCLER: (
        "Le destinataire est à corriger. Si seuls le code service ou le numéro d’engagement sont en cause, recyclez la "
        "facture sur Chorus Pro : elle garde son numéro. Si la facture elle-même est fausse, corrigez-la par un avoir, "
        "puis faites-en une nouvelle."
    ),
    ChorusStatus.SUSPENDUE: (
        "Une pièce est demandée. Ajoutez-la sur Chorus Pro : la facture y devient « Complétée » et reprend son chemin."
    ),
    ChorusStatus.REJETEE: (
        "Le rejet est définitif. Corrigez la facture par un avoir, accordez de nouveau le service fait du mois, puis "
        "faites une nouvelle facture : elle aura un autre numéro. Cet avoir-là ne se dépose pas."
    ),
}
READY = (
    "Le portail peut l’envoyer, puis suivre ce que Chorus Pro en dit. Ses pièces justificatives partent avec elle, "
    "dans le même fichier."
)
READY_CREDIT = "Le portail peut envoyer cet avoir, puis suivre ce que Chorus Pro en dit."
UNMANDATED = "Le portail dépose à votre place quand vous l’en avez chargé."
_ON_CHORUS = (DepositState.DEPOSE, DepositState.A_LA_MAIN)
REFUSED = (
    "Le fichier n’est pas entré dans Chorus Pro. Si la cause tient à votre compte (rattachement, droits), corrigez-la "
    "là-bas, puis déposez de nouveau. Si elle tient à la facture, corrigez-la par un avoir, puis refaites-la. Si elle "
    "tient au cadre de facturation, au code service ou à l’identifiant des parties, c’est la Région qui les fixe : "
    "attendez qu’elle les ait changés pour refaire la facture."
)
REFUSED_REGION = (
    "Le fichier n’est pas entré dans Chorus Pro. Le mandataire en est averti. Si la réponse met en cause le cadre de "
    "facturation, le code service ou l’identifiant des parties, ils se changent dans les réglages du payeur : la "
    "facture d’après les portera."
)


def obstacle(invoice: Invoice, deposit: Deposit | None) -> str:
    """Why the portal may not deposit this invoice now, in one sentence; empty when it may. Reads, never locks."""
    if deposit is not None and deposit.state == DepositState.A_LA_MAIN:
        return "Cette facture est déposée et suivie à la main."
    if deposit is not None and deposit.state != DepositState.REFUSE:
        return "Son dépôt est déjà demandé."
    if invoice.status:
        return "Chorus Pro connaît déjà cette facture."
    if invoice.kind == InvoiceKind.FACTURE and invoice.state == InvoiceState.ANNULEE:
        return "Cette facture est annulée par un avoir : elle ne se dépose plus."
    if why := why_not_at_all(invoice):
        return why
    return _closed(invoice)


def obstacle_back(invoice: Invoice, deposit: Deposit) -> str:
    """Why an invoice may not be given back to the portal, in one sentence; empty when it may. Reads, never locks."""
    if deposit.state != DepositState.A_LA_MAIN:
        return "Cette facture n’est pas suivie à la main."
    if invoice.state != InvoiceState.EMISE or invoice.status in ChorusStatus.final():
        return "Son suivi est terminé : il n’y a plus rien à demander à Chorus Pro."
    return _closed(invoice)


def _closed(invoice: Invoice) -> str:
    """Why the portal may not speak to Chorus Pro for this issuer; empty when it may."""
    if not connection.is_configured():
        return "Le portail n’est pas relié à Chorus Pro : déposez le fichier vous-même, puis notez-le ici."
    if not BillingProfile.objects.filter(organisme=invoice.issuer_id, mandated=True).exists():
        return UNMANDATED
    return ""


def why_not_at_all(invoice: Invoice) -> str:
    """Why nobody has to deposit it, in one sentence. A credit note follows its invoice, which Chorus Pro must know."""
    if invoice.corrects is None:
        return ""
    first = deposit_of(invoice.corrects)
    if first is None or first.state not in _ON_CHORUS:
        return f"La facture {invoice.corrects.number} n’est pas sur Chorus Pro : son avoir n’a pas à l’être."
    if invoice.corrects.status == ChorusStatus.REJETEE:
        return f"La facture {invoice.corrects.number} est rejetée : Chorus Pro n’attend pas son avoir."
    return ""


@dataclass(frozen=True)
class Standing:
    """`lines` are sentences in order; `may_*` say which acts are lawful for the reader now."""

    lines: tuple[str, ...]
    answer: str
    may_send: bool
    again: bool
    may_look: bool
    may_take_over: bool
    may_hand_back: bool
    may_type: bool
    may_credit: bool
    may_mandate: bool


def deposit_of(invoice: Invoice) -> Deposit | None:
    """The deposit of an invoice; None before anybody asked for it."""
    found: Deposit | None = getattr(invoice, "deposit", None)
    return found


def standing(invoice: Invoice, hat: Membership) -> Standing:
    """Where an invoice stands on its way to Chorus Pro, as this hat reads it."""
    deposit = deposit_of(invoice)
    holds = is_addressee(invoice.order, hat)
    why = obstacle(invoice, deposit)
    lives = invoice.state == InvoiceState.EMISE
    by_portal = deposit is not None and deposit.state != DepositState.A_LA_MAIN
    sending = deposit is not None and deposit.state == DepositState.EN_COURS
    begins = deposit is None and not invoice.status and lives and not why_not_at_all(invoice)
    wrong = invoice.status in ADVICE or (deposit is not None and deposit.state == DepositState.REFUSE)
    return Standing(
        tuple(_lines(invoice, deposit, why, holds)),
        deposit.answer if deposit is not None else "",
        may_send=holds and not why,
        again=deposit is not None,
        may_look=deposit is not None and not sending and deposit.next_at is not None,
        may_take_over=holds and not sending and (begins or by_portal) and invoice.status not in ChorusStatus.final(),
        may_hand_back=holds and deposit is not None and not obstacle_back(invoice, deposit),
        may_type=lives and not by_portal and invoice.status not in ChorusStatus.final(),
        may_credit=holds and lives and wrong and invoice.kind == InvoiceKind.FACTURE,
        may_mandate=holds and begins and why == UNMANDATED,
    )


def badge_of(invoice: Invoice) -> tuple[str, str]:
    """Where an invoice stands, in one phrase, and its tone."""
    if invoice.state == InvoiceState.ANNULEE:
        return str(InvoiceState.ANNULEE.label), "line"
    held = suspension_of(invoice)
    if held is not None and held.resumed_on is None and invoice.status not in ChorusStatus.final():
        return "Délai suspendu", "doute"
    if invoice.status:
        asked = invoice.status in ChorusStatus.reasoned()
        paid = invoice.status == ChorusStatus.MISE_EN_PAIEMENT
        tone = "non" if invoice.status == ChorusStatus.REJETEE else "doute" if asked else "ok" if paid else "info"
        return str(ChorusStatus(invoice.status).label), tone
    deposit = deposit_of(invoice)
    if deposit is None:
        if why_not_at_all(invoice):
            return "Émis, sans dépôt", "line"
        return ("Émise, à déposer" if invoice.kind == InvoiceKind.FACTURE else "Émis, à déposer"), "doute"
    tones = {DepositState.REFUSE: "non", DepositState.INCERTAIN: "doute"}
    return str(DepositState(deposit.state).label), tones.get(DepositState(deposit.state), "info")


def _lines(invoice: Invoice, deposit: Deposit | None, why: str, holds: bool) -> list[str]:
    said: list[str] = []
    if deposit is None:
        if not invoice.status and holds:
            said = [why or (READY if invoice.kind == InvoiceKind.FACTURE else READY_CREDIT)]
        elif not invoice.status:
            said = [why_not_at_all(invoice) or "Le mandataire ne l’a pas encore déposée."]
    elif deposit.state == DepositState.A_DEPOSER:
        waits = f"Le portail essaie de nouveau {_when(deposit.next_at)}." if deposit.looks and deposit.next_at else ""
        said = [waits or "Le portail l’envoie dans les minutes qui viennent."]
    elif deposit.state == DepositState.EN_COURS:
        said = ["Le fichier est parti : la réponse de Chorus Pro arrive dans les minutes qui viennent."]
    elif deposit.state == DepositState.INCERTAIN and deposit.last_attempt_at is not None:
        end = deposit.last_attempt_at + timedelta(hours=settings.CHORUS_QUIET_HOURS)
        said = [
            "On ne sait pas si Chorus Pro a reçu le fichier. Le portail l’y cherche, sans l’envoyer une seconde fois.",
            f"Si Chorus Pro ne le connaît toujours pas, il repart {_when(end)}.",
        ]
    elif deposit.state == DepositState.DEPOSE:
        flow = f", flux {deposit.flow}" if deposit.flow else ""
        said = [f"Déposée par le portail {_when(deposit.deposited_at)}{flow}."]
        if not invoice.status:
            said.append("Chorus Pro lit le fichier : la facture y apparaît en général dans la journée.")
        if deposit.next_at is not None:
            said.append(f"Le portail redemande où elle en est {_when(deposit.next_at)}.")
    elif deposit.state == DepositState.REFUSE:
        said = [REFUSED if holds else REFUSED_REGION]
    elif deposit.deposited_at is not None:
        said = [f"Déposée à la main {_when(deposit.deposited_at)}. Ses statuts sont notés ici par qui les lit."]
    if invoice.state == InvoiceState.EMISE and invoice.status in ADVICE:
        ours = "Le mandataire en est averti : c’est à lui d’agir."
        said.append(ADVICE[ChorusStatus(invoice.status)] if holds else ours)
    return said


def _when(at: datetime | None) -> str:
    return f"le {moment(timezone.localtime(at))}" if at is not None else ""


@dataclass(frozen=True)
class Exchange:
    """How the exchange with Chorus Pro fares, for whoever watches it."""

    configured: bool
    address: str
    last: ChorusCall | None
    last_done: ChorusCall | None
    answered: int  # since yesterday at the same hour
    failed: int
    late: int  # steps that should have been taken an hour ago


def exchange_state() -> Exchange:
    """Five small queries."""
    day = timezone.now() - timedelta(days=1)
    counts = dict(ChorusCall.objects.filter(at__gte=day).order_by().values_list("outcome").annotate(Count("pk")))
    answered = counts.pop(CallOutcome.FAIT, 0)
    return Exchange(
        configured=connection.is_configured(),
        address=settings.CHORUS_API_URL,
        last=ChorusCall.objects.first(),
        last_done=ChorusCall.objects.filter(outcome=CallOutcome.FAIT).first(),
        answered=answered,
        failed=sum(counts.values()),
        late=Deposit.objects.filter(next_at__lt=timezone.now() - timedelta(hours=1)).count(),
    )


def to_deposit() -> Q:
    """Invoices and credit notes that wait to be deposited, as a filter: `why_not_at_all` in the database."""
    known = Q(corrects__deposit__state__in=_ON_CHORUS) & ~Q(corrects__status=ChorusStatus.REJETEE)
    return Q(state=InvoiceState.EMISE, status="") & (Q(kind=InvoiceKind.FACTURE) | known)


def came_back() -> Q:
    """What somebody has to take up again, as a filter: returned by Chorus Pro, or refused at the deposit."""
    refused = Q(status="", deposit__state=DepositState.REFUSE)
    return Q(state=InvoiceState.EMISE) & (Q(status__in=ChorusStatus.reasoned()) | refused)


def troubled() -> QuerySet[Deposit]:
    """Deposits that do not go by themselves: refused, uncertain, or sent in vain so far; the oldest trouble first."""
    waiting = [DepositState.A_DEPOSER, DepositState.EN_COURS, DepositState.INCERTAIN, DepositState.REFUSE]
    return (
        Deposit.objects.filter(state__in=waiting, invoice__state=InvoiceState.EMISE)
        .select_related("invoice__issuer")
        .defer("invoice__pdf", "invoice__content")
        .order_by("pk")
    )


def failures() -> QuerySet[ChorusCall]:
    """The calls that failed, the last first."""
    return ChorusCall.objects.exclude(outcome=CallOutcome.FAIT)
