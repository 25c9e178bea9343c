"""Service fait: the month of an order, line by line, read and agreed by both sides before anything is invoiced."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from core.months import FIRST_OF_MONTH
from invoices.enums import Gap, TableMove, TableState


@tracked()
class MonthTable(FSMModelMixin, models.Model):
    """One table for an order and a month (R121)."""

    order = models.ForeignKey("orders.BonDeCommande", models.PROTECT, related_name="month_tables")
    month = models.DateField("mois")  # its first day
    state = FSMField("état", default=TableState.OUVERT, choices=TableState.choices, protected=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    agreed_at = models.DateTimeField("accordé le", null=True, blank=True)

    class Meta:
        verbose_name = "tableau du mois"
        verbose_name_plural = "tableaux du mois"
        ordering = ["-month", "order"]
        triggers = [TableMove.fsm_trigger(), pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(fields=["order", "month"], name="month_table_once"),
            models.CheckConstraint(condition=FIRST_OF_MONTH, name="month_table_month"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} · {self.month:%m/%Y}"

    @transition(**via(TableMove.ACCORDER))
    def accorder(self) -> None: ...

    @transition(**via(TableMove.ROUVRIR))
    def rouvrir(self) -> None: ...

    @transition(**via(TableMove.FACTURER))
    def facturer(self) -> None: ...

    @transition(**via(TableMove.REPRENDRE))
    def reprendre(self) -> None: ...


# What was invoiced does not change under the invoice: the line waits for a credit note.
_OPEN_TABLE = """
    IF EXISTS (SELECT 1 FROM invoices_monthtable t WHERE t.id = NEW.table_id AND t.state = 'facture') THEN
        RAISE EXCEPTION 'the table % is invoiced', NEW.table_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_table_invoiced';
    END IF;
    RETURN NEW;
"""


@tracked()
class MonthLine(models.Model):
    """One composante in the month; `adjusts` names the earlier month that the line puts right.

    Hours in heures-stagiaires. A side that agrees agrees to `hours`; a change of `hours` takes both agreements back.
    """

    table = models.ForeignKey(MonthTable, models.PROTECT, related_name="lines")
    composante = models.ForeignKey("orders.Composante", models.PROTECT, related_name="month_lines")
    adjusts = models.DateField("régularise", null=True, blank=True)
    hours_planned = models.DecimalField("heures prévues", max_digits=12, decimal_places=2, null=True, blank=True)
    hours = models.DecimalField("heures faites", max_digits=12, decimal_places=2)
    price = models.DecimalField("prix (€ par heure-stagiaire)", max_digits=6, decimal_places=2)
    gap = models.CharField("cause de l’écart", max_length=16, choices=Gap, blank=True)
    organisme_note = models.CharField("mot de l’organisme", max_length=500, blank=True)
    region_note = models.CharField("mot de la Région", max_length=500, blank=True)
    organisme_agreed_at = models.DateTimeField("accord de l’organisme", null=True, blank=True)
    organisme_agreed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, related_name="+")
    region_agreed_at = models.DateTimeField("accord de la Région", null=True, blank=True)
    region_agreed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, related_name="+")
    disputed_at = models.DateTimeField("contestée le", null=True, blank=True)
    disputed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, related_name="+")
    dispute = models.TextField("ce qui est contesté", blank=True)

    class Meta:
        verbose_name = "ligne du mois"
        verbose_name_plural = "lignes du mois"
        ordering = ["composante__number", "adjusts"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "composante", "adjusts"], nulls_distinct=False, name="month_line_once"
            ),
            models.CheckConstraint(condition=Q(adjusts__isnull=False) | Q(hours__gte=0), name="month_line_hours"),
            models.CheckConstraint(condition=Q(price__gt=0), name="month_line_price"),
            models.CheckConstraint(
                condition=Q(disputed_at=None) | (~Q(dispute="") & Q(disputed_by__isnull=False)),
                name="month_line_dispute_said",
                violation_error_message="Dites ce que vous contestez.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="open_table",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_OPEN_TABLE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} · {self.composante_id}"

    @property
    def is_agreed(self) -> bool:
        return bool(self.organisme_agreed_at and self.region_agreed_at and not self.disputed_at)

    @property
    def is_settled(self) -> bool:
        """Nothing more is waited for this month: agreed by both, or put aside until next month."""
        return self.is_agreed or self.disputed_at is not None
