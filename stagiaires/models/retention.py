"""What suspends the retention clock: a dispute under way, on one person or on a whole session."""

from django.db import models
from django.db.models import Q

from core.journal.history import tracked
from stagiaires.models.person import Stagiaire


@tracked()
class Hold(models.Model):
    """Nothing of this person, or of this session's people, is erased until it is lifted. Who, why, since when."""

    stagiaire = models.ForeignKey(Stagiaire, models.PROTECT, null=True, blank=True, related_name="holds")
    session = models.ForeignKey(
        "training_sessions.Session", models.PROTECT, null=True, blank=True, related_name="erasure_holds"
    )
    reason = models.TextField("motif", max_length=1000)
    placed_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    placed_at = models.DateTimeField("depuis le", auto_now_add=True)
    lifted_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField("levée le", null=True, blank=True)
    lifting_reason = models.TextField("motif de la levée", max_length=1000, blank=True)

    class Meta:
        verbose_name = "suspension de l’effacement"
        verbose_name_plural = "suspensions de l’effacement"
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stagiaire__isnull=False, session=None) | Q(stagiaire=None, session__isnull=False),
                name="hold_one_subject",
                violation_error_message="Une suspension porte sur une personne ou sur une session.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="hold_reason",
                violation_error_message="Dites pourquoi l’effacement attend.",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifting_reason="")),
                name="hold_lifted_reason",
                violation_error_message="Dites pourquoi la suspension est levée.",
            ),
            models.UniqueConstraint(
                fields=["stagiaire"],
                condition=Q(lifted_at=None),
                name="hold_one_per_person",
                violation_error_message="L’effacement est déjà suspendu pour cette personne.",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(lifted_at=None),
                name="hold_one_per_session",
                violation_error_message="L’effacement est déjà suspendu pour cette session.",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.session_id}" if self.session_id else f"personne {self.stagiaire_id}"
