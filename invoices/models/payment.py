"""The one interruption that the term of an invoice may know (art. R2192-27 of the Code de la commande publique)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.journal.history import tracked
from invoices.models.invoice import Invoice

# Said once, ended once.
_ONCE = """
    IF OLD.resumed_on IS NOT NULL THEN
        RAISE EXCEPTION 'the interruption % is over', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspension_over';
    END IF;
    RETURN NEW;
"""


@tracked()
class Suspension(models.Model):
    """Why the Région stopped the clock, and when everything asked for was there. One row for an invoice, for ever."""

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="suspension")
    reason = models.TextField("ce qui manque")
    suspended_on = models.DateField("suspendu le")
    suspended_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    resumed_on = models.DateField("repris le", null=True, blank=True)
    resumed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
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
            pgtrigger.ReadOnly(name="as_said", fields=["invoice", "reason", "suspended_on", "suspended_by"]),
            pgtrigger.Trigger(name="ended_once", when=pgtrigger.Before, operation=pgtrigger.Update, func=_ONCE),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} · suspendu le {self.suspended_on:%d/%m/%Y}"
