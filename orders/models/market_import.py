"""A spreadsheet of the whole market: read, looked at, then written row by row."""

from django.db import models

from core.journal.batches import Batch, BatchRow


class MarketImport(Batch):
    """A spreadsheet of marchés and lots. Nothing of it is written before somebody has read what it would change."""

    class State(models.TextChoices):
        LECTURE = "lecture", "En lecture"
        A_CONFIRMER = "a_confirmer", "À confirmer"
        EN_COURS = "en_cours", "En cours"
        TERMINE = "termine", "Terminé"
        ABANDONNE = "abandonne", "Abandonné"

    state = models.CharField(max_length=12, choices=State, default=State.LECTURE)
    tell_group = models.BooleanField("prévenir les organismes", default=True)

    class Meta(Batch.Meta):
        verbose_name = "reprise de marché"
        verbose_name_plural = "reprises de marché"


class MarketImportRow(BatchRow):
    """One line of the file: what it would do (`changes`), or why it cannot be written (`reasons`)."""

    class State(models.TextChoices):
        A_LIRE = "a_lire", "À lire"
        NOUVELLE = "nouvelle", "Nouvelle"
        MODIFIEE = "modifiee", "Modifiée"
        INCHANGEE = "inchangee", "Inchangée"
        REFUSEE = "refusee", "Refusée"
        ENREGISTREE = "enregistree", "Enregistrée"

        @classmethod
        def to_write(cls) -> list[str]:
            """What waits to be written once the file is confirmed."""
            return [cls.NOUVELLE, cls.MODIFIEE]

    batch = models.ForeignKey(MarketImport, models.CASCADE, related_name="rows")
    kind = models.CharField("nature", max_length=16, blank=True)
    group = models.CharField("marché et lot", max_length=60, blank=True)  # rows that are looked at together
    rank = models.PositiveIntegerField(default=0)  # what a row needs is written before it
    subject = models.CharField("ce dont parle la ligne", max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.A_LIRE)
    changes = models.JSONField(default=list)

    class Meta(BatchRow.Meta):
        verbose_name = "ligne de marché reprise"
        verbose_name_plural = "lignes de marché reprises"
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="market_row_once")]
        indexes = [models.Index(fields=["batch", "state", "rank"], name="market_row_to_write")]
