"""Letters of decisions, the dated text that they carry, and editions of the source documents."""

import pgtrigger
from django.conf import settings
from django.db import models

from core.rulebook.models.receipt import Receipt


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
