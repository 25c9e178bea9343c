"""What the Région decides on a request: the decision itself, and each derogation one by one."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core.journal.history import tracked
from sessions.enums import DecisionKind


class Decision(models.Model):
    """Append-only. `overtaken`: numbers of the requests that were before this one in the queue (R99)."""

    request = models.ForeignKey("training_sessions.SessionRequest", models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=14, choices=DecisionKind)
    reason = models.TextField("motif", blank=True)
    overtaken = models.JSONField("demandes dépassées", default=list, blank=True)
    overtaking_reason = models.TextField("motif du dépassement", blank=True)
    receipt = models.ForeignKey("rulebook.Receipt", models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "décision"
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="autorisation") | ~Q(reason=""),
                name="decision_reason",
                violation_error_message="Dites pourquoi : l’organisme lira votre motif.",
            ),
            models.CheckConstraint(
                condition=Q(overtaken=[]) | ~Q(overtaking_reason=""),
                name="decision_overtaking_reason",
                violation_error_message="Dites pourquoi cette demande passe avant celles qui la précèdent.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="autorisation") | Q(receipt__isnull=False),
                name="decision_authorised_with_receipt",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.request_id}"


@tracked()
class RequestDerogation(models.Model):
    """What the Région may grant on one request, rule by rule, with its reason (R42, R43, R44, R55, R69…)."""

    class State(models.TextChoices):
        DEMANDEE = "demandee", "Demandée"
        ACCORDEE = "accordee", "Accordée"
        REFUSEE = "refusee", "Refusée"

    request = models.ForeignKey("training_sessions.SessionRequest", models.CASCADE, related_name="derogations")
    rule = models.CharField("règle", max_length=4)
    asked_reason = models.TextField("motif de la demande", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DEMANDEE)
    decision_reason = models.TextField("motif de la décision", blank=True)
    decided_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        verbose_name = "dérogation"
        ordering = ["rule", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "rule"], name="request_derogation_once"),
            models.CheckConstraint(
                condition=Q(state="demandee", decided_at=None, decided_by=None)
                | (
                    ~Q(state="demandee")
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                ),
                name="request_derogation_decided",
                violation_error_message="Une dérogation décidée porte sa date, son auteur et son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.get_state_display()}"
