"""What was decided, on what ground: dated parameters and the chain of receipts.

The engine itself is `core.rules`, which knows no database; this app keeps what it is given and what it said.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from core.journal.history import tracked


@tracked()
class Parameter(models.Model):
    """One value of one parameter of the rules over a period. Periods of a parameter never overlap."""

    name = models.SlugField("paramètre", max_length=60)
    value = models.CharField("valeur", max_length=200)
    period = DateRangeField("en vigueur")
    source = models.CharField("source", max_length=200, blank=True)
    reason = models.TextField("motif")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "paramètre"
        ordering = ["name", "period"]
        constraints = [
            ExclusionConstraint(
                name="parameter_periods_apart",
                expressions=[("name", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="Une autre valeur de ce paramètre couvre déjà une partie de la période.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class Receipt(models.Model):
    """What was judged: facts, rules, parameters, verdict, author. Append-only, chained by hash, replayable."""

    at = models.DateTimeField("rendu le")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    act = models.CharField("acte", max_length=40)  # depot, envoi, decision…
    facts = models.JSONField("faits")
    parameters = models.JSONField("paramètres", default=dict)
    derogations = models.JSONField("dérogations", default=list)
    verdict = models.CharField("verdict", max_length=20)
    judgement = models.JSONField("règles et messages")
    ruleset_hash = models.CharField("jeu de règles", max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "reçu"
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="receipt_subject")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} : {self.verdict}"
