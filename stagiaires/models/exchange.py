"""What is told to AGORA, the ASP and France Travail of one parcours: once per version, with their answer."""

from django.db import models
from django.db.models import Q

from stagiaires.enums import ExternalKind, ExternalState, Partner
from stagiaires.models.parcours import Parcours


class ExternalEvent(models.Model):
    """One event of one file for one partner. `key` names it for ever: a back-fill said twice makes it once."""

    key = models.CharField(max_length=120, unique=True)  # agora:entree:parcours-12:1
    partner = models.CharField("partenaire", max_length=20, choices=Partner)
    kind = models.CharField("événement", max_length=20, choices=ExternalKind)
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="external_events")
    version = models.PositiveSmallIntegerField(default=1)
    happened_on = models.DateField("survenu le")
    payload = models.JSONField("contenu")
    state = models.CharField("état", max_length=12, choices=ExternalState, default=ExternalState.A_ENVOYER)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    remote_id = models.CharField("identifiant chez le partenaire", max_length=80, blank=True)
    answer = models.TextField("réponse", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField("transmis le", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "échange"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind", "parcours", "version"], name="external_event_once"),
            models.CheckConstraint(condition=~Q(state="rejete") | ~Q(answer=""), name="external_event_refusal_reason"),
        ]
        indexes = [
            models.Index(fields=["partner", "id"], condition=Q(state="a_envoyer"), name="external_event_waiting"),
        ]

    def __str__(self) -> str:
        return self.key


class ExchangeFile(models.Model):
    """A file made for a partner (a month of attendance), sealed: what was sent stays as sent."""

    partner = models.CharField("partenaire", max_length=20, choices=Partner)
    month = models.DateField("mois")
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField("fichier", max_length=120)
    data = models.BinaryField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    rows = models.PositiveIntegerField("lignes")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "fichier échangé"
        verbose_name_plural = "fichiers échangés"
        ordering = ["-month", "partner", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "month", "version"], name="exchange_file_version"),
            models.CheckConstraint(condition=Q(month__day=1), name="exchange_file_month"),
        ]

    def __str__(self) -> str:
        return self.name
