"""A spreadsheet of the whole market: read, looked at, then written row by row."""

from django.db import models


class MarketImport(models.Model):
    """A spreadsheet of marchés and lots. Nothing of it is written before somebody has read what it would change."""

    class State(models.TextChoices):
        LECTURE = "lecture", "En lecture"
        A_CONFIRMER = "a_confirmer", "À confirmer"
        EN_COURS = "en_cours", "En cours"
        TERMINE = "termine", "Terminé"
        ABANDONNE = "abandonne", "Abandonné"

    hat = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.LECTURE)
    headers = models.JSONField(default=list)
    tell_group = models.BooleanField("prévenir les organismes", default=True)
    row_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "reprise de marché"
        verbose_name_plural = "reprises de marché"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class MarketImportRow(models.Model):
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
    line = models.PositiveIntegerField("ligne")
    values = models.JSONField()  # the cells as they came
    kind = models.CharField("nature", max_length=16, blank=True)
    group = models.CharField("marché et lot", max_length=60, blank=True)  # rows that are looked at together
    rank = models.PositiveIntegerField(default=0)  # what a row needs is written before it
    subject = models.CharField("ce dont parle la ligne", max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.A_LIRE)
    changes = models.JSONField(default=list)
    reasons = models.JSONField(default=list)

    class Meta:
        verbose_name = "ligne de marché reprise"
        verbose_name_plural = "lignes de marché reprises"
        ordering = ["batch", "line"]
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="market_row_once")]
        indexes = [models.Index(fields=["batch", "state", "rank"], name="market_row_to_write")]

    def __str__(self) -> str:
        return f"{self.batch_id} · ligne {self.line}"
