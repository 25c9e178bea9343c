"""What hangs on an intention: its posts, the organisations consulted, the derogations asked."""

from django.db import models
from django.db.models import Q

from core.journal.history import tracked
from intentions.enums import DerogationState, PostState
from intentions.models.intention import Intention
from intentions.models.triggers import POST_COUNT_KEPT


@tracked()
class Post(models.Model):
    """One job offered by an intention. One post carries one active stagiaire (R12)."""

    intention = models.ForeignKey(Intention, models.PROTECT, related_name="posts")
    rank = models.PositiveSmallIntegerField("rang")
    state = models.CharField(max_length=10, choices=PostState, default=PostState.OUVERT)

    class Meta:
        verbose_name = "poste"
        ordering = ["intention", "rank"]
        triggers = [POST_COUNT_KEPT]
        constraints = [models.UniqueConstraint(fields=["intention", "rank"], name="post_rank_unique")]

    def __str__(self) -> str:
        return f"{self.intention_id} · poste {self.rank}"


@tracked()
class Consultation(models.Model):
    """An employer may consult several training organisations, and engage with one (R10)."""

    intention = models.ForeignKey(Intention, models.CASCADE, related_name="consultations")
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="consultations")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "consultation"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["intention", "organisme"], name="consultation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.intention_id} → {self.organisme}"


@tracked()
class IntentionDerogation(models.Model):
    """What the Région may grant on one intention, rule by rule, with its reason (R22, R31, R32)."""

    intention = models.ForeignKey(Intention, models.CASCADE, related_name="derogations")
    rule = models.CharField("règle", max_length=4)
    asked_reason = models.TextField("motif de la demande", blank=True)
    state = models.CharField(max_length=10, choices=DerogationState, default=DerogationState.DEMANDEE)
    decision_reason = models.TextField("motif de la décision", blank=True)
    decided_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        verbose_name = "dérogation"
        ordering = ["rule", "id"]
        constraints = [
            models.UniqueConstraint(fields=["intention", "rule"], name="intention_derogation_once"),
            models.CheckConstraint(
                condition=Q(state="demandee", decided_at=None, decided_by=None)
                | (
                    ~Q(state="demandee")
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                ),
                name="intention_derogation_decided",
                violation_error_message="Une dérogation décidée porte sa date, son auteur et son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.get_state_display()}"
