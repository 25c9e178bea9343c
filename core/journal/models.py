"""What happened, what must be told, and what must not happen twice."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from core.journal.kept import kept


class Event(models.Model):
    """One thing that happened to one file, in words that anyone entitled can read. Append-only.

    `subject_type` / `subject_id` name the file (« intention », 12): no generic relation, so that the
    ground floor needs to know no room. `label` is the French sentence shown; `detail` holds what was
    before and after, never a sensitive fact. A person's own words (`reason`, `detail`) are for a time: the retention
    clock empties them, the line stays.
    """

    at = models.DateTimeField("le", auto_now_add=True)
    kind = models.CharField("événement", max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    label = models.CharField("phrase", max_length=300)
    reason = models.TextField("motif", blank=True)
    detail = models.JSONField(default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    internal = models.BooleanField("réservé à la Région", default=False)

    class Meta:
        verbose_name = "événement"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject")]
        triggers = [kept(erasable=("reason", "detail"))]

    def __str__(self) -> str:
        return self.label


class OutboxState(models.TextChoices):
    A_FAIRE = "a_faire", "À faire"
    FAIT = "fait", "Fait"
    ABANDONNE = "abandonne", "Abandonné"


class OutboxMessage(models.Model):
    """Work promised by a transaction, done after it. The Celery message is only a wake-up."""

    topic = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    version = models.CharField(max_length=80)
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=12, choices=OutboxState, default=OutboxState.A_FAIRE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = "message sortant"
        verbose_name_plural = "messages sortants"
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "subject_type", "subject_id", "version"], name="outbox_one_per_version"
            ),
            models.CheckConstraint(
                condition=Q(state="a_faire", done_at=None) | (~Q(state="a_faire") & Q(done_at__isnull=False)),
                name="outbox_done_dated",
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(state="a_faire"), name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject_type} {self.subject_id}"


class Notification(models.Model):
    """Something a person should know; shown on his home page at once, sent in the daily message."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    hat = models.ForeignKey("accounts.Membership", models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    dedupe_key = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)  # settled: sent, or its reader wants no e-mail of it

    class Meta:
        verbose_name = "notification"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "dedupe_key"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["user", "created_at", "id"], condition=Q(mailed_at=None), name="notification_unsent")
        ]

    def __str__(self) -> str:
        return self.text


class Preference(models.Model):
    """How a person wants to hear of one kind of news: at once, in the daily message, or not at all."""

    class Rhythm(models.TextChoices):
        IMMEDIAT = "immediat", "Tout de suite"
        QUOTIDIEN = "quotidien", "Dans le message du jour"
        JAMAIS = "jamais", "Jamais par courriel"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=60)
    rhythm = models.CharField(max_length=12, choices=Rhythm)

    class Meta:
        verbose_name = "préférence"
        ordering = ["kind", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_one_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind} : {self.get_rhythm_display()}"


class IdempotencyKey(models.Model):
    """One key, one thing made: a double click or a retry after a lost answer finds what the first one made."""

    key = models.UUIDField(default=uuid.uuid4)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=60)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "clé d’idempotence"
        verbose_name_plural = "clés d’idempotence"
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_unique")]

    def __str__(self) -> str:
        return str(self.key)


class Counter(models.Model):
    """The last number given in one series (« demande », 2026). Taken under the row's lock: no hole, no double."""

    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "compteur"
        ordering = ["series", "year"]
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_unique")]

    def __str__(self) -> str:
        return f"{self.series} {self.year} : {self.last}"


class Erasure(models.Model):
    """One step of the retention clock: by which delay, what was due before which day, how many. Nothing personal.

    Append-only. Its line is the door: what is sealed lets go of what its trigger names (`core.journal.kept`) in the
    transaction that has written such a line, and in no other. The database itself says which transaction it is.
    """

    at = models.DateTimeField("le", auto_now_add=True)
    setting = models.SlugField("délai", max_length=60)
    what = models.CharField("ce qui est effacé", max_length=120)
    before = models.DateField("avant le")
    rows = models.PositiveIntegerField("lignes")
    transaction = models.BigIntegerField(editable=False, default=0)

    class Meta:
        verbose_name = "effacement"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["transaction"], name="erasure_transaction")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="transaction_said",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.transaction := pg_current_xact_id()::text::bigint; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.setting} · {self.at:%d/%m/%Y}"
