"""What was judged, for ever, and the looks over it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func

from core.rulebook.enums import ControlKind

_SPOKEN = ("rule", "state", "mode", "granted")
_OUTCOME = " || ".join(
    f"jsonb_path_query_array(%(expressions)s, '$.findings[*].{name}')" for name in _SPOKEN
)  # what the rules said, without their sentences: compared by the replay without being decoded


class Receipt(models.Model):
    """What was judged: facts, rules, parameters, verdict, author. Append-only, chained by hash, replayable."""

    at = models.DateTimeField("rendu le")
    # The day whose rules and parameters judged the file. None on the first receipts: the day they were written.
    judged_on = models.DateField("selon les règles du", null=True, blank=True)
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
    # Read off the judgement by the database, so that a replay compares 100,000 of them without decoding one.
    judged_as = models.GeneratedField(
        expression=Func(F("judgement"), template="(%(expressions)s ->> 'subject')", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    outcome = models.GeneratedField(
        expression=Func(F("judgement"), template=f"md5(({_OUTCOME})::text)", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "reçu"
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="receipt_subject")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} : {self.verdict}"


class Control(models.Model):
    """One look over the receipts: is the chain whole, do they judge the same again? Append-only."""

    kind = models.CharField("contrôle", max_length=10, choices=ControlKind)
    at = models.DateTimeField("fait le", auto_now_add=True)
    seconds = models.DecimalField("durée (s)", max_digits=8, decimal_places=2)
    count = models.PositiveIntegerField("reçus lus")
    faults = models.PositiveIntegerField("écarts")
    detail = models.JSONField("ce qui ne concorde pas", default=list, blank=True)

    class Meta:
        verbose_name = "contrôle des reçus"
        verbose_name_plural = "contrôles des reçus"
        ordering = ["-at", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%d/%m/%Y}"
