"""An invoice is a frozen copy. It is corrected by a credit note, then by a new invoice; never by a change."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from invoices.enums import ChorusStatus, InvoiceKind, InvoiceMove, InvoiceState

_FROZEN = """
    IF NEW.number IS DISTINCT FROM OLD.number OR NEW.content IS DISTINCT FROM OLD.content
        OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.issuer_id IS DISTINCT FROM OLD.issuer_id
        OR NEW.order_id IS DISTINCT FROM OLD.order_id OR NEW.month IS DISTINCT FROM OLD.month
        OR NEW.corrects_id IS DISTINCT FROM OLD.corrects_id OR NEW.issued_on IS DISTINCT FROM OLD.issued_on
        OR NEW.net IS DISTINCT FROM OLD.net OR NEW.tax IS DISTINCT FROM OLD.tax
        OR NEW.total IS DISTINCT FROM OLD.total OR NEW.due_on IS DISTINCT FROM OLD.due_on
        OR NEW.rank IS DISTINCT FROM OLD.rank OR NEW.table_id IS DISTINCT FROM OLD.table_id
        OR NEW.correction_reason IS DISTINCT FROM OLD.correction_reason
        OR NEW.issued_by_id IS DISTINCT FROM OLD.issued_by_id
        OR (OLD.pdf IS NOT NULL AND NEW.pdf IS DISTINCT FROM OLD.pdf)
        OR (OLD.sha256 <> '' AND NEW.sha256 IS DISTINCT FROM OLD.sha256)
    THEN
        RAISE EXCEPTION 'an issued invoice never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def euros(label: str) -> "models.DecimalField[Decimal | int | str, Decimal]":
    return models.DecimalField(label, max_digits=14, decimal_places=2)


@tracked(exclude=("pdf",))
class Invoice(FSMModelMixin, models.Model):
    """`rank` counts an issuer's documents of a year, invoices and credit notes together, without holes."""

    number = models.CharField("numéro", max_length=20)
    rank = models.PositiveIntegerField()
    kind = models.CharField("type", max_length=3, choices=InvoiceKind)
    state = FSMField("état", default=InvoiceState.EMISE, choices=InvoiceState.choices, protected=True)
    issuer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="invoices")
    order = models.ForeignKey("orders.BonDeCommande", models.PROTECT, related_name="invoices")
    month = models.DateField("mois")
    table = models.ForeignKey("invoices.MonthTable", models.PROTECT, related_name="invoices")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_note", verbose_name="corrige"
    )
    issued_on = models.DateField("date")
    due_on = models.DateField("échéance", null=True, blank=True)
    net, tax, total = euros("hors taxes"), euros("TVA"), euros("total")
    content = models.JSONField("contenu")
    pdf = models.BinaryField("fichier", null=True, blank=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    status = models.CharField("statut Chorus Pro", max_length=30, choices=ChorusStatus, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    # The last day of the term that runs now, kept by `workflow.payment`; empty while none runs. `due_on` is what was
    # printed, before anybody knew when the Région would receive it.
    pay_by = models.DateField("à payer avant", null=True, blank=True)
    correction_reason = models.TextField("motif de l’avoir", blank=True)
    issued_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "facture"
        ordering = ["-issued_on", "-id"]
        triggers = [
            InvoiceMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(name="frozen", when=pgtrigger.Before, operation=pgtrigger.Update, func=_FROZEN),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "month"],
                condition=Q(kind="380", state="emise"),
                name="invoice_one_a_month",
                violation_error_message="Ce mois est déjà facturé pour ce bon de commande.",
            ),
            models.UniqueConstraint(fields=["issuer", "number"], name="invoice_number_unique"),
            models.CheckConstraint(
                condition=Q(kind="380", corrects=None)
                | (Q(kind="381", corrects__isnull=False) & ~Q(correction_reason="")),
                name="invoice_credit_note_of_one",
                violation_error_message="Un avoir nomme sa facture et dit pourquoi.",
            ),
            models.CheckConstraint(condition=Q(total=F("net") + F("tax"), net__gte=0), name="invoice_totals"),
            models.CheckConstraint(condition=Q(month__day=1), name="invoice_month"),
        ]
        indexes = [
            models.Index(fields=["issuer", "-issued_on"], name="invoice_issuer"),
            models.Index(fields=["status", "due_on"], name="invoice_status_due"),
            models.Index(fields=["pay_by"], condition=Q(pay_by__isnull=False), name="invoice_pay_by"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @transition(**via(InvoiceMove.ANNULER))
    def annuler(self) -> None: ...


class InvoiceLine(models.Model):
    """A line as it was invoiced. Append-only."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    composante = models.ForeignKey("orders.Composante", models.PROTECT, related_name="invoice_lines")
    adjusts = models.DateField(null=True, blank=True)
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "ligne de facture"
        verbose_name_plural = "lignes de facture"
        ordering = ["invoice", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "composante", "adjusts"], nulls_distinct=False, name="invoice_line_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.invoice_id} · {self.composante_id}"


# What was said stays as it was said; who typed it by mistake withdraws it, once, with a reason.
_SAID = """
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.typed_by_id IS NULL
        OR (NEW.invoice_id, NEW.status, NEW.at, NEW.reason, NEW.typed_by_id, NEW.received_at)
            IS DISTINCT FROM (OLD.invoice_id, OLD.status, OLD.at, OLD.reason, OLD.typed_by_id, OLD.received_at)
    THEN
        RAISE EXCEPTION 'a status that was said never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class StatusLineQuerySet(models.QuerySet["StatusLine"]):
    def standing(self) -> "StatusLineQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class StatusLine(models.Model):
    """What Chorus Pro said of an invoice, and when. Told twice, it is kept once; it never changes.

    One that was typed by mistake is withdrawn, with the reason: it is still read, and counts no more.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=30, choices=ChorusStatus)
    at = models.DateTimeField("le")
    reason = models.TextField("motif", blank=True)
    typed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.TextField("motif du retrait", blank=True)

    objects = StatusLineQuerySet.as_manager()

    class Meta:
        verbose_name = "statut"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "status", "at"], condition=Q(withdrawn_at=None), name="status_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="status_withdrawal_said",
                violation_error_message="Un statut retiré dit par qui et pourquoi.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["SUSPENDUE", "REJETEE"]) | ~Q(reason=""),
                name="status_reason",
                violation_error_message="Une suspension ou un rejet porte son motif.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(name="as_said", when=pgtrigger.Before, operation=pgtrigger.Update, func=_SAID),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} · {self.status}"
