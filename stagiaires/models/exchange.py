"""What is told to AGORA, the ASP and France Travail: by whom, in which file, with which answer."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.states import via
from core.months import FIRST_OF_MONTH
from sessions.enums import AccessMode
from stagiaires.enums import ExternalKind, ExternalMove, ExternalState, FilePart, FileSubject, Partner, Sender
from stagiaires.models.parcours import Parcours

# The content of a file never changes; it may only be erased, whole, and the day of it is said.
ERASED_ONLY = """
    IF NEW.data IS DISTINCT FROM OLD.data AND (length(NEW.data) > 0 OR NEW.erased_at IS NULL) THEN
        RAISE EXCEPTION 'the content of exchange file % is sealed', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exchange_file_sealed';
    END IF;
    RETURN NEW;
"""


class ExchangeFile(models.Model):
    """A file made for a partner, sealed: what was sent stays as sent, until `data` is erased for good.

    `sender`: who gives it to the partner. Another than the Région tells the events that were entrusted to it, each
    organisme those of its own parcours (`organisme`).

    Retention: `ExchangeFile.objects.filter(...).update(data=b"", erased_at=timezone.now())`. The hash, the number of
    rows and who took it away stay; nothing else here is personal.
    """

    partner = models.CharField("partenaire", max_length=20, choices=Partner)
    subject = models.CharField("contenu", max_length=16, choices=FileSubject)
    sender = models.CharField("transmis par", max_length=16, choices=Sender, default=Sender.REGION)
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    month = models.DateField("mois")
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField("fichier", max_length=120)
    data = models.BinaryField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    rows = models.PositiveIntegerField("lignes")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    delivered_at = models.DateTimeField("remis le", null=True, blank=True)
    delivery = models.CharField("remise", max_length=200, blank=True)  # how it left: dropped somewhere, taken by hand
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier échangé"
        verbose_name_plural = "fichiers échangés"
        ordering = ["-month", "partner", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "subject", "sender", "organisme", "month", "version"],
                nulls_distinct=False,
                name="exchange_file_version",
            ),
            models.CheckConstraint(
                condition=Q(sender="organisme", organisme__isnull=False) | ~Q(sender="organisme") & Q(organisme=None),
                name="exchange_file_whose",
            ),
            models.CheckConstraint(condition=FIRST_OF_MONTH, name="exchange_file_month"),
            models.CheckConstraint(
                condition=Q(delivered_at=None, delivery="") | (Q(delivered_at__isnull=False) & ~Q(delivery="")),
                name="exchange_file_delivery",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="sealed",
                fields=["partner", "subject", "sender", "organisme", "month", "version", "name", "sha256", "rows"],
            ),
            pgtrigger.Trigger(
                name="erased_only", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("data"), func=ERASED_ONLY
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExchangeDownload(models.Model):
    """Somebody took a file away, or a part of it: who, when, the hash of what he got. Append-only."""

    file = models.ForeignKey(ExchangeFile, models.PROTECT, related_name="downloads")
    part = models.CharField("ce qui est pris", max_length=12, choices=FilePart)
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    sha256 = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "téléchargement"
        ordering = ["-at", "-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.file_id} · {self.get_part_display()}"


class ExternalEvent(FSMModelMixin, models.Model):
    """One event of one file for one partner. `key` names it for ever: a back-fill said twice makes it once.

    `payload` names nobody: identity is joined when the file leaves. `file`: the file that carries it; the event is
    sent when that file has left. Of what another tells, the file that it was given.
    """

    key = models.CharField(max_length=120, unique=True)  # agora:entree:parcours-12:1
    partner = models.CharField("partenaire", max_length=20, choices=Partner)
    kind = models.CharField("événement", max_length=20, choices=ExternalKind)
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="external_events")
    version = models.PositiveSmallIntegerField(default=1)
    happened_on = models.DateField("survenu le")
    payload = models.JSONField("contenu")
    sender = models.CharField("transmis par", max_length=16, choices=Sender, default=Sender.REGION)
    state = FSMField("état", default=ExternalState.A_ENVOYER, choices=ExternalState.choices, protected=True)
    file = models.ForeignKey(ExchangeFile, models.PROTECT, null=True, blank=True, related_name="events")
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    remote_id = models.CharField("identifiant chez le partenaire", max_length=80, blank=True)
    answer = models.TextField("réponse", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField("transmis le", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "échange"
        ordering = ["created_at", "id"]
        triggers = [
            ExternalMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="told_once",
                fields=["key", "partner", "kind", "parcours", "version", "happened_on", "payload"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind", "parcours", "version"], name="external_event_once"),
            models.CheckConstraint(condition=~Q(state="rejete") | ~Q(answer=""), name="external_event_refusal_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=["envoye", "accepte", "rejete"]) | Q(sent_at__isnull=False, file__isnull=False),
                name="external_event_sent_in_a_file",
            ),
            models.CheckConstraint(
                condition=Q(state="par_autrui") & ~Q(sender="region") | ~Q(state="par_autrui") & Q(sender="region"),
                name="external_event_one_sender",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "id"], condition=Q(state="a_envoyer"), name="external_event_waiting"),
        ]

    def __str__(self) -> str:
        return self.key

    @transition(**via(ExternalMove.ENVOYER))
    def envoyer(self) -> None: ...

    @transition(**via(ExternalMove.ACCEPTER))
    def accepter(self) -> None: ...

    @transition(**via(ExternalMove.REJETER))
    def rejeter(self) -> None: ...

    @transition(**via(ExternalMove.RENVOYER))
    def renvoyer(self) -> None: ...

    @transition(**via(ExternalMove.CONFIER))
    def confier(self) -> None: ...

    @transition(**via(ExternalMove.REPRENDRE))
    def reprendre(self) -> None: ...


class ExchangeSender(models.Model):
    """From a day on, who tells the files of one kind of session to one partner. The Région where nothing is said.

    A file keeps the sender of the day of its admission: it is told from end to end by the same one. Append-only.
    """

    partner = models.CharField(
        "partenaire", max_length=20, choices=[(one.value, one.label) for one in (Partner.AGORA, Partner.FRANCE_TRAVAIL)]
    )
    access_mode = models.CharField("mode d’accès", max_length=20, choices=AccessMode)
    valid_from = models.DateField("à partir du")
    sender = models.CharField("transmis par", max_length=16, choices=Sender)
    reason = models.TextField("motif")
    set_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "qui transmet"
        verbose_name_plural = "qui transmet"
        ordering = ["partner", "access_mode", "-valid_from"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "access_mode", "valid_from"],
                name="exchange_sender_once",
                violation_error_message="Un choix vaut déjà à partir de ce jour.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="exchange_sender_reason", violation_error_message="Dites pourquoi."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_partner_display()} · {self.get_access_mode_display()} · {self.valid_from:%d/%m/%Y}"
