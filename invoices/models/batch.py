"""The invoices of a month, all those of a mandataire, made one after the other by the worker."""

from django.db import models
from django.db.models import Q

from core.months import FIRST_OF_MONTH


class MonthBatch(models.Model):
    """One act of the mandataire: every month that both sides agreed to becomes an invoice and its file."""

    class State(models.TextChoices):
        EN_COURS = "en_cours", "En cours"
        TERMINE = "termine", "Terminé"

    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="month_batches")
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    month = models.DateField("mois")  # its first day
    state = models.CharField("état", max_length=12, choices=State, default=State.EN_COURS)
    row_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lot de factures"
        verbose_name_plural = "lots de factures"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisme", "month"],
                condition=Q(state="en_cours"),
                name="month_batch_one_running",
                violation_error_message="Les factures de ce mois sont déjà en train de se faire.",
            ),
            models.CheckConstraint(condition=FIRST_OF_MONTH, name="month_batch_month"),
            models.CheckConstraint(
                condition=Q(state="en_cours", finished_at=None) | Q(state="termine", finished_at__isnull=False),
                name="month_batch_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisme_id} · {self.month:%m/%Y}"


class MonthBatchRow(models.Model):
    """One order of the batch: its agreed table, then its invoice, or why none was made."""

    class State(models.TextChoices):
        A_FAIRE = "a_faire", "À faire"
        EMISE = "emise", "Facture créée, fichier à faire"
        FAITE = "faite", "Facture et fichier faits"
        REFUSEE = "refusee", "Non facturée"

    batch = models.ForeignKey(MonthBatch, models.CASCADE, related_name="rows")
    table = models.ForeignKey("invoices.MonthTable", models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=12, choices=State, default=State.A_FAIRE)
    invoice = models.ForeignKey("invoices.Invoice", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField("pourquoi", blank=True)

    class Meta:
        verbose_name = "ligne d’un lot de factures"
        verbose_name_plural = "lignes d’un lot de factures"
        ordering = ["batch", "id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "table"], name="month_batch_row_once"),
            models.CheckConstraint(
                condition=Q(state="a_faire", invoice=None, reason="")
                | Q(state__in=["emise", "faite"], invoice__isnull=False)
                | (Q(state="refusee", invoice=None) & ~Q(reason="")),
                name="month_batch_row_said",
            ),
        ]
        indexes = [models.Index(fields=["batch", "state"], name="month_batch_row_state")]

    def __str__(self) -> str:
        return f"{self.batch_id} · {self.table_id}"
