"""A session exists only by an authorising decision; what the public and the Cariforef see of it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from sessions.enums import AccessMode, Aim, EntryMode, SessionMove, SessionState, Teaching

IS_PUBLIC = Q(state__in=SessionState.public())


@tracked(exclude=("search_vector", "sheet_version", "enter_until", "places_left"))
class Session(FSMModelMixin, models.Model):
    """The fields that searching, filtering and sorting need stand here; the rest is read on the request.

    Once published, `publication` holds the record of the feed and the card of the catalogue.
    """

    number = models.CharField("numéro", max_length=20, unique=True)  # S2026-0377, stable, never reused
    state = FSMField("état", default=SessionState.AUTORISEE, choices=SessionState.choices, protected=True)
    request = models.OneToOneField("training_sessions.SessionRequest", models.PROTECT, related_name="session")
    decision = models.OneToOneField("training_sessions.Decision", models.PROTECT, related_name="session")
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="sessions")
    lot = models.ForeignKey("orders.Lot", models.PROTECT, related_name="sessions")
    filiere = models.ForeignKey("reference.Filiere", models.PROTECT, related_name="sessions")
    title = models.CharField("intitulé", max_length=255)
    metier = models.ForeignKey("reference.Metier", models.PROTECT, null=True, blank=True, related_name="sessions")
    certification = models.ForeignKey(
        "reference.Certification", models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    aim = models.CharField("visée", max_length=20, choices=Aim, blank=True)
    access_mode = models.CharField("mode d’accès", max_length=20, choices=AccessMode)
    entry_mode = models.CharField("entrées", max_length=20, choices=EntryMode)
    teaching = models.CharField("enseignement", max_length=12, choices=Teaching)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    seats = models.PositiveSmallIntegerField("places")
    seats_taken = models.PositiveSmallIntegerField("places prises", default=0)
    hours_total = models.DecimalField("heures par stagiaire", max_digits=7, decimal_places=2)
    commune = models.ForeignKey("reference.Commune", models.PROTECT, related_name="sessions")
    departement = models.ForeignKey("reference.Departement", models.PROTECT, related_name="sessions")
    territoire = models.ForeignKey(
        "reference.TerritoireEfop", models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    # The last day on which one may enter, and how many still can: computed by the database, for filters and sorts.
    enter_until = models.GeneratedField(
        expression=Case(When(entry_mode=EntryMode.PERMANENTES, then=F("ends_on")), default=F("starts_on")),
        output_field=models.DateField(),
        db_persist=True,
    )
    places_left = models.GeneratedField(
        expression=F("seats") - F("seats_taken"), output_field=models.SmallIntegerField(), db_persist=True
    )
    search_vector = SearchVectorField(null=True, editable=False)
    sheet_version = models.PositiveIntegerField(default=0)  # the publication asked for; the record holds the one made
    carif_number = models.CharField("numéro donné par le Cariforef", max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField()  # what `datemaj` says in the feed
    published_at = models.DateTimeField("publiée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawal_reason = models.TextField("motif du retrait", blank=True)

    class Meta:
        verbose_name = "session"
        ordering = ["starts_on", "id"]
        triggers = [
            SessionMove.fsm_trigger(),
            pgtrigger.Protect(name="number_kept", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="session_dates_ordered",
                violation_error_message="La session finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats_taken__lte=F("seats")),
                name="session_seats",
                violation_error_message="Les places prises ne dépassent pas les places ouvertes.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["publiee", "en_recrutement"]) | Q(published_at__isnull=False),
                name="session_published_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["annulee", "suspendue"])
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="session_withdrawal_reason",
                violation_error_message="Dites pourquoi la session est retirée.",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="session_search"),
            # What the catalogue reads: only what is public, in each of its orders.
            # `enter_until` comes last: those that one can no longer enter are passed over without leaving the index.
            models.Index(
                fields=["starts_on", "id", "enter_until"], condition=IS_PUBLIC, name="session_public_by_start"
            ),
            models.Index(
                fields=["-published_at", "-id", "enter_until"], condition=IS_PUBLIC, name="session_public_by_novelty"
            ),
            models.Index(
                fields=["commune", "starts_on", "id", "enter_until"],
                condition=IS_PUBLIC,
                name="session_public_by_commune",
            ),
            models.Index(fields=["organisme", "starts_on"], name="session_organisme"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def is_held_back(self) -> bool:
        """Whether its day has passed without it: something was to be settled first (R104, R106)."""
        return self.state in SessionMove.DEMARRER.sources and self.starts_on < timezone.localdate()

    @property
    def has_begun(self) -> bool:
        """Whether the session is under way or over (R19), the night's calendar run or not.

        One that is suspended or was never published does not begin: its day may pass, nobody has been told to come.
        """
        if self.state in SessionMove.DEMARRER.sources:
            return self.starts_on <= timezone.localdate()
        return self.state not in (SessionState.AUTORISEE, SessionState.SUSPENDUE, SessionState.ANNULEE)

    # The state changes here and nowhere else, called by `sessions.workflow` alone.
    @transition(**via(SessionMove.PUBLIER))
    def publier(self) -> None: ...

    @transition(**via(SessionMove.RECRUTER))
    def recruter(self) -> None: ...

    @transition(**via(SessionMove.DEMARRER))
    def demarrer(self) -> None: ...

    @transition(**via(SessionMove.TERMINER))
    def terminer(self) -> None: ...

    @transition(**via(SessionMove.FAIRE_BILAN))
    def faire_bilan(self) -> None: ...

    @transition(**via(SessionMove.CLORE))
    def clore(self) -> None: ...

    @transition(**via(SessionMove.ANNULER))
    def annuler(self) -> None: ...

    @transition(**via(SessionMove.SUSPENDRE))
    def suspendre(self) -> None: ...


class PublicationRecord(models.Model):
    """What stands published of one session: the LHÉO record and the card, with their hash and version."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="publication")
    version = models.PositiveIntegerField(default=1)
    xml = models.TextField()
    card = models.JSONField()
    words = ArrayField(models.CharField(max_length=40), default=list)  # what the catalogue's list of words is made of
    sha256 = models.CharField(max_length=64)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "publication"
        ordering = ["session"]

    def __str__(self) -> str:
        return f"{self.session_id} v{self.version}"


class Quarantine(models.Model):
    """A session that the feed cannot take yet, with the reason in words. The others are published."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="quarantine")
    problems = models.JSONField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "fiche en attente"
        verbose_name_plural = "fiches en attente"
        ordering = ["since", "id"]

    def __str__(self) -> str:
        return f"{self.session_id}"


class CatalogueWord(models.Model):
    """A word that some published session contains, without accents: what a misspelt word is compared with.

    `stem` is the word as the French search sees it, so that « soudeurs » is known where « soudeur » is.
    """

    word = models.CharField(max_length=40, primary_key=True)
    stem = models.CharField(max_length=40)

    class Meta:
        verbose_name = "mot du catalogue"
        verbose_name_plural = "mots du catalogue"
        ordering = ["word"]
        indexes = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="catalogue_word_trgm"),
            models.Index(fields=["word"], opclasses=["varchar_pattern_ops"], name="catalogue_word_prefix"),
            models.Index(fields=["stem"], name="catalogue_word_stem"),
        ]

    def __str__(self) -> str:
        return self.word


class FeedRelease(models.Model):
    """One writing of the feed: how many records, its hash, or why it was not let out.

    A person of the Région may confirm a refused one: the next writing may then go as low as it would have.
    """

    at = models.DateTimeField(auto_now_add=True)
    published = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    refused_reason = models.TextField(blank=True)
    confirmed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "édition du flux"
        verbose_name_plural = "éditions du flux"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} · {self.published}"


class Reader(models.Model):
    """Who reads the feed, and when he was last seen."""

    name = models.CharField(max_length=120, unique=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = "lecteur du flux"
        verbose_name_plural = "lecteurs du flux"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
