"""The one interruption that the term of an invoice may know (art. R2192-27 of the Code de la commande publique)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.journal.history import tracked
from invoices.models.invoice import Invoice

# Said once, ended once. Said by mistake (a status that was typed wrong), it is withdrawn, and may be said anew.
_ONCE = """
    IF NEW.invoice_id IS DISTINCT FROM OLD.invoice_id THEN
        RAISE EXCEPTION 'an interruption is that of one invoice' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    IF OLD.resumed_on IS NOT NULL THEN
        RAISE EXCEPTION 'the interruption % is over', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspension_over';
    END IF;
    IF (NEW.reason, NEW.suspended_on, NEW.suspended_by_id)
        IS DISTINCT FROM (OLD.reason, OLD.suspended_on, OLD.suspended_by_id)
    THEN
        RAISE EXCEPTION 'the interruption % stays as it was said', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@tracked()
class Suspension(models.Model):
    """Why the Région stopped the clock, and when everything asked for was there. One row for an invoice, for ever.

    `withdrawn_at`: the status that had opened or ended it was typed by mistake; such a row interrupts nothing.
    """

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="suspension")
    reason = models.TextField("ce qui manque")
    suspended_on = models.DateField("suspendu le")
    suspended_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    resumed_on = models.DateField("repris le", null=True, blank=True)
    resumed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "suspension du délai de paiement"
        verbose_name_plural = "suspensions du délai de paiement"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="suspension_reason",
                violation_error_message="Une suspension dit ce qui manque.",
            ),
            models.CheckConstraint(
                condition=Q(resumed_on=None) | Q(resumed_on__gte=F("suspended_on")),
                name="suspension_days_ordered",
                violation_error_message="Le délai reprend après sa suspension.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(name="ended_once", when=pgtrigger.Before, operation=pgtrigger.Update, func=_ONCE),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} · suspendu le {self.suspended_on:%d/%m/%Y}"
