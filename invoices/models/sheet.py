"""The supporting sheets of an invoice: what attendance says of each of its lines, frozen with it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core.journal.history import tracked
from invoices.models.invoice import Invoice

# Frozen with the invoice. Its file is made with the invoice's, once: from empty to its final bytes.
_FROZEN = """
    IF NEW.invoice_id IS DISTINCT FROM OLD.invoice_id OR NEW.name IS DISTINCT FROM OLD.name
        OR NEW.content IS DISTINCT FROM OLD.content
        OR (OLD.pdf IS NOT NULL AND NEW.pdf IS DISTINCT FROM OLD.pdf)
        OR (OLD.sha256 <> '' AND NEW.sha256 IS DISTINCT FROM OLD.sha256)
    THEN
        RAISE EXCEPTION 'a sheet of an issued invoice never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@tracked(exclude=("pdf",))
class InvoiceSheet(models.Model):
    """One line of an invoice, hour by hour: a composante and a month. Its file carries no name of anybody."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="sheets")
    name = models.CharField("nom du fichier", max_length=50)  # as Chorus Pro allows
    content = models.JSONField("contenu")
    pdf = models.BinaryField("fichier", null=True, blank=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    size = models.PositiveIntegerField("taille (octets)", null=True, blank=True)

    class Meta:
        verbose_name = "pièce justificative"
        verbose_name_plural = "pièces justificatives"
        ordering = ["invoice", "name"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "name"], name="invoice_sheet_once"),
            models.CheckConstraint(
                condition=Q(pdf=None, sha256="", size=None)
                | (Q(pdf__isnull=False, size__lt=10_000_000) & ~Q(sha256="")),
                name="invoice_sheet_sealed",
                violation_error_message="Une pièce jointe pèse moins de 10 Mo.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(name="frozen", when=pgtrigger.Before, operation=pgtrigger.Update, func=_FROZEN),
        ]

    def __str__(self) -> str:
        return self.name
