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


class LetterText(models.Model):
    """The ways and delays of appeal that letters carry from a day on: the Région's own words. Append-only."""

    body = models.TextField("voies et délais de recours")
    valid_from = models.DateField("à partir du")
    reason = models.CharField("motif", max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("enregistré le", auto_now_add=True)

    class Meta:
        verbose_name = "texte des lettres"
        verbose_name_plural = "textes des lettres"
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(body="") & ~models.Q(reason=""),
                name="letter_text_written",
                violation_error_message="Écrivez le texte et le motif.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Voies de recours à partir du {self.valid_from:%d/%m/%Y}"


class Letter(models.Model):
    """The letter of one decision, sealed: the file that was handed out and its SHA-256. Append-only."""

    receipt = models.OneToOneField(Receipt, models.PROTECT, related_name="letter", verbose_name="reçu")
    title = models.CharField("objet", max_length=300)
    content = models.JSONField("contenu")
    pdf = models.BinaryField("fichier")
    sha256 = models.CharField("empreinte du fichier", max_length=64)
    issued_at = models.DateTimeField("établie le", auto_now_add=True)

    class Meta:
        verbose_name = "lettre"
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentEdition(models.Model):
    """An edition of a source document as it was loaded, and what it moved in the texts of the rules. Append-only."""

    document = models.CharField("document", max_length=4)
    edition = models.CharField("édition", max_length=120)
    dated = models.DateField("datée du", null=True, blank=True)
    text = models.TextField("texte")
    sha256 = models.CharField("empreinte", max_length=64)
    report = models.JSONField("comparaison", default=dict)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    loaded_at = models.DateTimeField("chargée le", auto_now_add=True)

    class Meta:
        verbose_name = "édition d’un document"
        verbose_name_plural = "éditions des documents"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "sha256"],
                name="document_edition_once",
                violation_error_message="Cette édition du document est déjà chargée.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.edition}"
