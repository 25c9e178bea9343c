"""What past decisions would be under the other reading of a contradiction, as last counted."""

from django.db import models


class ReadingCount(models.Model):
    """One reading, applied to the decisions that stand: how many files were judged, where the verdict moves.

    `flips` is a list of `{"before", "after", "count"}`. Worked out by a task and written over at each count.
    """

    contradiction = models.CharField("contradiction", max_length=4)
    reading = models.PositiveSmallIntegerField("lecture")
    counted_at = models.DateTimeField("compté le")
    judged = models.PositiveIntegerField("dossiers rejugés")
    flips = models.JSONField("bascules", default=list)

    class Meta:
        verbose_name = "compte d’une lecture"
        verbose_name_plural = "comptes des lectures"
        ordering = ["contradiction", "reading"]
        constraints = [
            models.UniqueConstraint(fields=["contradiction", "reading"], name="reading_counted_once"),
            models.CheckConstraint(
                condition=models.Q(reading__gte=1),
                name="reading_numbered_from_one",
                violation_error_message="Les lectures se numérotent à partir de 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contradiction}, lecture {self.reading}"
