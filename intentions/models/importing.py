"""A spreadsheet of the old contact form, taken in row by row."""

from django.db import models
from django.db.models import Q

from core.journal.batches import Batch, BatchRow
from intentions.models.intention import Intention


class ImportBatch(Batch):
    """A spreadsheet of the old contact form, taken in row by row; nothing of it is lost."""

    class State(models.TextChoices):
        A_ASSOCIER = "a_associer", "Colonnes à associer"
        EN_COURS = "en_cours", "En cours"
        TERMINE = "termine", "Terminé"

    file = models.FileField(upload_to="imports/%Y/%m/")
    state = models.CharField(max_length=12, choices=State, default=State.A_ASSOCIER)
    mapping = models.JSONField(default=dict)
    tell_employers = models.BooleanField("écrire à chaque employeur", default=True)

    class Meta(Batch.Meta):
        verbose_name = "reprise de tableau"
        verbose_name_plural = "reprises de tableau"


class ImportRow(BatchRow):
    """One line of it: the intention that it became, or why it did not."""

    class State(models.TextChoices):
        A_TRAITER = "a_traiter", "À traiter"
        ACCEPTEE = "acceptee", "Acceptée"
        REFUSEE = "refusee", "Refusée"
        DOUBLON = "doublon", "Déjà connue"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    state = models.CharField(max_length=10, choices=State, default=State.A_TRAITER)
    intention = models.ForeignKey(Intention, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(BatchRow.Meta):
        verbose_name = "ligne reprise"
        verbose_name_plural = "lignes reprises"
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="import_row_once"),
            models.CheckConstraint(
                condition=~Q(state="acceptee") | Q(intention__isnull=False), name="import_row_accepted_has_intention"
            ),
        ]


class ColumnMapping(models.Model):
    """Which column of that old form means what, remembered for the next file with the same headers."""

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    headers_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "association de colonnes"
        verbose_name_plural = "associations de colonnes"
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "headers_hash"], name="column_mapping_once"),
        ]

    def __str__(self) -> str:
        return self.headers_hash[:8]
