"""An invoice is made from an agreed table by one act of the mandataire, and corrected by a credit note alone."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership, Organisation
from core.journal import events, outbox
from core.journal.notices import notify
from core.journal.numbering import next_number
from core.journal.refusals import Refused
from core.months import last_of
from core.rulebook import receipts
from core.rulebook.parameters import Editions
from core.ui.french import de_mois, euros, mois
from invoices.clock import Figures
from invoices.document.checks import Fault, Required, faults
from invoices.document.content import CREDIT_NOTE, INVOICE, Content, Corrected, Line, Party, Vat, dump, load, totals
from invoices.document.terms import notes, terms
from invoices.enums import InvoiceKind, InvoiceState, TableState, VatStatus
from invoices.facts import facts_of, facts_of_credit, judged
from invoices.models import BillingProfile, Invoice, InvoiceLine, MonthLine, MonthTable, PayerSettings
from invoices.notices import InvoiceIssued
from invoices.workflow import sheets, tables
from orders import ledger
from orders.enums import Account
from orders.models import BonDeCommande, Composante
from orders.queries.orders import is_addressee
from orders.workflow.lawful import must_be_lawful
from orders.workflow.people import region_of

MAKE_FILE = "facture.fichier"
ISSUE, CREDIT = "facture", "avoir"  # the acts that receipts name
UNNUMBERED = "A-NUMEROTER"  # the number of an invoice that nobody has made yet


class NotReady(Refused):
    """The invoice would be refused: what is wrong, in the order in which one reads it."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in found))
        self.faults = found


def preview(table: MonthTable, number: str = UNNUMBERED, on: date | None = None) -> Content:
    """The invoice that this table would make today, from its agreed lines. Raises Refused without billing profile."""
    order = table.order
    profile = BillingProfile.objects.filter(organisme=order.addressee).first()
    if profile is None or order.addressee is None:
        raise Refused("Complétez d’abord vos informations de facturation : IBAN et TVA.")
    lines = tuple(_line(line, table) for line in table.lines.select_related("composante") if _counts(line))
    vat = Vat(profile.vat_rate, profile.vat_attestation if profile.vat_status == VatStatus.EXONERE else "")
    net, tax, total = totals(lines, vat)
    day = on or timezone.localdate()
    payer, figures = payer_of(order, day), Figures.read(Editions().on, day)
    return Content(
        number=number,
        kind=INVOICE,
        issued_on=day,
        due_on=day + timedelta(days=figures.days),
        terms=terms(figures),
        seller=_party(order.addressee, profile.vat_number),
        buyer=_party(payer.region),
        service_code=payer.service_code,
        order_number=order.number,
        contract_number=order.lot.marche.number,
        lot_number=str(order.lot.number),
        starts_on=table.month,
        ends_on=last_of(table.month),
        iban=profile.iban,
        bic=profile.bic,
        vat=vat,
        lines=lines,
        net=net,
        tax=tax,
        total=total,
        process=payer.process,
        legal_id=payer.legal_id,
        notes=notes(figures),
    )


def faults_of(content: Content, payer: PayerSettings) -> list[Fault]:
    """What the checks find, as this payer wants its invoices."""
    return faults(content, Required(payer.needs_service_code, payer.needs_order_number, payer.needs_contract_number))


def issue(table: MonthTable, hat: Membership) -> Invoice:
    """The mandataire makes the invoice of a month: judged, frozen, numbered, its hours booked as invoiced.

    The rules of an invoice judge it and a receipt keeps what they said (P01, R120-R125). Raises Refused (not the
    mandataire, table not agreed, already invoiced), Unlawful with the rules against it, or NotReady with what is wrong.
    """
    if not is_addressee(table.order, hat):
        raise Refused("La facture est faite par le mandataire du lot.")
    with transaction.atomic():
        rows = MonthTable.objects.select_for_update(of=("self",)).select_related(
            "order__lot__marche", "order__addressee"
        )
        locked = rows.defer("order__pdf", "order__content").get(pk=table.pk)
        if locked.state == TableState.FACTURE:
            raise Refused("Ce mois est déjà facturé pour ce bon de commande : une correction passe par un avoir.")
        receipts.hold_chain()  # before the books, which other acts lock after their receipt
        tables.bring_to_date(locked)
        if locked.state != TableState.ACCORDE:
            raise Refused("Le service fait de ce mois n’est pas encore accordé par les deux parties.")
        order, day = locked.order, timezone.localdate()
        judgement = judged(facts_of(locked), day)
        must_be_lawful(judgement)
        rank, number = _number(order, day)
        content = preview(locked, number, day)
        if found := faults_of(content, payer_of(order, day)):
            raise NotReady(found)
        invoice = _keep(locked, content, rank, hat)
        receipts.issue(invoice, ISSUE, judgement, hat=hat)
        _book(invoice, hat)
        locked.facturer()
        locked.save()
    return invoice


def credit(invoice: Invoice, reason: str, hat: Membership) -> Invoice:
    """The mandataire cancels an invoice by a credit note (381): its hours are to be invoiced again.

    Raises Refused: not the mandataire, no reason, already cancelled; Unlawful when a rule is against it.
    """
    if not is_addressee(invoice.order, hat):
        raise Refused("L’avoir est fait par le mandataire du lot.")
    if not reason.strip():
        raise Refused("Dites pourquoi la facture est corrigée : l’avoir le porte.")
    with transaction.atomic():
        table = MonthTable.objects.select_for_update(of=("self",)).get(pk=invoice.table_id)
        locked = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        if locked.kind != InvoiceKind.FACTURE or locked.state != InvoiceState.EMISE:
            raise Refused("Cette facture est déjà annulée par un avoir.")
        receipts.hold_chain()
        day = timezone.localdate()
        judgement = judged(facts_of_credit(locked), day)
        must_be_lawful(judgement)
        rank, number = _number(locked.order, day)
        said = load(locked.content)
        content = Content(
            **{
                **{name: getattr(said, name) for name in said.__dataclass_fields__},
                "number": number,
                "kind": CREDIT_NOTE,
                "issued_on": day,
                "due_on": None,
                "corrects": Corrected(locked.number, locked.issued_on),
            }
        )
        note = _keep(table, content, rank, hat, corrects=locked, reason=reason.strip())
        receipts.issue(note, CREDIT, judgement, hat=hat)
        _book(note, hat)
        locked.annuler()
        locked.pay_by = None
        locked.save()
        table.reprendre()
        table.agreed_at = None
        table.save()
        table.lines.update(
            organisme_agreed_at=None, organisme_agreed_by=None, region_agreed_at=None, region_agreed_by=None
        )
    return note


def payer_of(order: BonDeCommande, day: date) -> PayerSettings:
    """What the Région asks for on an invoice that day. Raises Refused when it has never been set."""
    region = order.issued_by.organisation if order.issued_by else None
    found = PayerSettings.objects.filter(region=region, valid_from__lte=day).select_related("region").first()
    if found is None:
        raise Refused("La Région n’a pas encore dit comment on lui facture (code service, cadre) : demandez-le-lui.")
    return found


def _counts(line: MonthLine) -> bool:
    return line.is_agreed and bool(line.hours)


def _line(line: MonthLine, table: MonthTable) -> Line:
    composante, month = line.composante, line.adjusts or table.month
    return Line.priced(
        composante=composante.number,
        title=composante.title,
        session=composante.reference,
        quantity=line.hours,
        price=line.price,
        starts_on=max(month, composante.starts_on) if not line.adjusts else month,
        ends_on=min(last_of(month), max(composante.ends_on, month)),
        adjusts=mois(line.adjusts) if line.adjusts else "",
    )


def _party(organisation: Organisation, vat_number: str = "") -> Party:
    return Party(
        organisation.legal_name or organisation.name,
        organisation.siret,
        organisation.address,
        organisation.postcode,
        organisation.city,
        vat_number,
    )


def _number(order: BonDeCommande, day: date) -> tuple[int, str]:
    """The next of the issuer's year, without holes: taken in the transaction that uses it."""
    issuer = _issuer(order)
    profile = BillingProfile.objects.filter(organisme=issuer).first()
    rank = next_number(f"facture:{issuer.pk}", day.year)
    return rank, f"{profile.prefix if profile else 'F'}{day.year}-{rank:05d}"


def _issuer(order: BonDeCommande) -> Organisation:
    if order.addressee is None:
        raise Refused("Ce bon de commande n’a pas de destinataire.")
    return order.addressee


def _keep(
    table: MonthTable, content: Content, rank: int, hat: Membership, corrects: Invoice | None = None, reason: str = ""
) -> Invoice:
    try:
        with transaction.atomic():
            invoice = Invoice.objects.create(
                number=content.number,
                rank=rank,
                kind=content.kind,
                issuer=_issuer(table.order),
                order=table.order,
                month=table.month,
                table=table,
                corrects=corrects,
                correction_reason=reason,
                issued_on=content.issued_on,
                due_on=content.due_on,
                net=content.net,
                tax=content.tax,
                total=content.total,
                content=dump(content),
                issued_by=hat,
            )
    except IntegrityError as error:
        raise Refused("Ce mois est déjà facturé pour ce bon de commande.") from error
    InvoiceLine.objects.bulk_create(_rows(invoice, table, corrects))
    if corrects is None:
        sheets.freeze(invoice)
    kind = invoice.get_kind_display()
    label = f"{kind} {invoice.number} {de_mois(invoice.month)} : {euros(content.total)}"
    events.record(invoice, f"facture.{invoice.kind}", label, hat=hat, reason=reason)
    events.record(table, f"facture.{invoice.kind}", label, hat=hat, reason=reason)
    outbox.enqueue(MAKE_FILE, invoice, version="1")
    url = reverse("facture_detail", args=[invoice.pk])
    notify(InvoiceIssued, region_of(table.order.lot), invoice, f"{table.order.number} · {label}", url)
    return invoice


def _rows(invoice: Invoice, table: MonthTable, corrects: Invoice | None) -> list[InvoiceLine]:
    """A credit note takes back the very lines of its invoice."""
    kept = list(corrects.lines.all()) if corrects else [line for line in table.lines.all() if _counts(line)]
    amounts = {
        (line.composante, line.adjusts): line.amount for line in load(invoice.content).lines
    }  # as they are printed
    numbers = dict(Composante.objects.filter(pk__in=[one.composante_id for one in kept]).values_list("pk", "number"))
    return [
        InvoiceLine(
            invoice=invoice,
            composante_id=one.composante_id,
            adjusts=one.adjusts,
            hours=one.hours,
            price=one.price,
            amount=amounts[numbers[one.composante_id], mois(one.adjusts) if one.adjusts else ""],
        )
        for one in kept
    ]


def _book(invoice: Invoice, hat: Membership) -> None:
    """Hours go from « réalisé » to « facturé »; a credit note, or hours taken back, brings them the other way."""
    sign = 1 if invoice.kind == InvoiceKind.FACTURE else -1
    rows = invoice.lines.select_related("composante__period").order_by("composante_id", "id")
    # What comes back first: else a month that takes more than is left would wait for hours that the next line returns.
    for line in sorted(rows, key=lambda one: (one.composante_id, sign * one.hours)):
        hours = sign * line.hours
        done, billed = (Account.REALISE, line.composante), (Account.FACTURE, line.composante)
        origin, target = (done, billed) if hours > Decimal(0) else (billed, done)
        key = f"facture:{invoice.pk}:{line.pk}"
        ledger.move(line.composante.period, abs(hours), origin, target, document=invoice, key=key, hat=hat)
