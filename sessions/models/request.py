"""A session request: what an organisation asks the Région to open, and on which posts."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from sessions.enums import (
    AccessMode,
    Aim,
    EntryMode,
    HeadCountCase,
    Modality,
    Pathway,
    RequestMove,
    RequestState,
    Teaching,
)


def hours(label: str) -> "models.DecimalField[Decimal | int | str | None, Decimal | None]":
    """Hours of one stagiaire, two decimals."""
    return models.DecimalField(
        label, max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


# R11: as many places as posts, never more, outside the socle. Counted when the transaction ends, so that places
# and posts may change in any order within it. The row lock serialises two transactions that would each be right
# alone: one frees a post while the other adds a place. A draft is not held, nor a file that waits to be put right
# (`a_completer`, `a_reexaminer`), since a post may fall away under them.
SEATS_WITHIN_POSTS = """
    SELECT seats, access_mode, state INTO asked
    FROM training_sessions_sessionrequest WHERE id = {request} FOR NO KEY UPDATE;
    IF FOUND AND asked.access_mode <> 'socle'
       AND asked.state IN ('envoyee', 'complete', 'en_instruction', 'autorisee') THEN
        SELECT count(*) INTO held
        FROM training_sessions_coverage WHERE request_id = {request} AND is_live;
        IF coalesce(asked.seats, 0) > held THEN
            RAISE EXCEPTION 'request %: % places for % posts', {request}, asked.seats, held
                USING ERRCODE = 'check_violation', CONSTRAINT = 'request_seats_within_posts';
        END IF;
    END IF;
    RETURN NULL;
"""


def seats_within_posts(request: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """The trigger that counts posts and places when the transaction ends; `request` is where the id stands."""
    return pgtrigger.Trigger(
        name="seats_within_posts",
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("asked", "RECORD"), ("held", "INTEGER")],
        func=SEATS_WITHIN_POSTS.format(request=request),
    )


@tracked()
class SessionRequest(FSMModelMixin, models.Model):
    number = models.CharField("numéro", max_length=12, blank=True)  # given when sent: 2026-0418
    state = FSMField("état", default=RequestState.BROUILLON, choices=RequestState.choices, protected=True)
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="session_requests")
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    lot = models.ForeignKey("orders.Lot", models.PROTECT, null=True, blank=True, related_name="session_requests")
    access_mode = models.CharField("mode d’accès", max_length=20, choices=AccessMode, default=AccessMode.INTENTION)
    posts = models.ManyToManyField("intentions.Post", through="Coverage", related_name="session_requests")
    mandataire_informed = models.BooleanField("mandataire informé", default=False)  # R116

    # What is taught
    title = models.CharField("intitulé", max_length=255, blank=True)
    objective = models.TextField("objectif", blank=True, max_length=3000)
    expected_results = models.TextField("résultats attendus", blank=True, max_length=3000)
    content = models.TextField("contenu", blank=True, max_length=3000)
    aim = models.CharField("visée", max_length=20, choices=Aim, blank=True)
    certification = models.ForeignKey(
        "reference.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    blocks = models.ManyToManyField("reference.CertificationBlock", blank=True, related_name="+")
    metier = models.ForeignKey("reference.Metier", models.PROTECT, null=True, blank=True, related_name="+")
    formacodes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    off_list_reason = models.TextField("pourquoi hors de la liste du marché", blank=True)  # R42
    need_match = models.TextField("adéquation au besoin de l’employeur", blank=True)  # R47
    employer_opinion = models.TextField("avis de l’employeur sur le parcours", blank=True)  # R63
    prerequisites = models.TextField("prérequis", blank=True, max_length=2700)
    level_in = models.PositiveSmallIntegerField("niveau à l’entrée", null=True, blank=True)
    has_licence_module = models.BooleanField("comprend un permis de conduire", default=False)  # R59
    for_intermittence = models.BooleanField("prépare à l’intermittence", default=False)  # R62

    # How
    teaching = models.CharField("enseignement", max_length=12, choices=Teaching, default=Teaching.PRESENTIEL)
    modalities = ArrayField(models.CharField(max_length=16, choices=Modality), default=list, blank=True)
    pathway = models.CharField(max_length=14, choices=Pathway, default=Pathway.INDIVIDUALISE)
    pedagogy = models.CharField("moyens pédagogiques", max_length=200, blank=True)
    rhythm = models.CharField("rythme", max_length=300, blank=True)
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    hours_centre = hours("heures en centre")
    hours_distance = hours("heures à distance")
    hours_refresher = hours("heures de remise à niveau")
    hours_company = hours("heures de stage chez l’employeur de l’intention")
    hours_company_other = hours("heures de stage chez un autre employeur")

    # When
    entry_mode = models.CharField("entrées", max_length=20, choices=EntryMode, default=EntryMode.DATES_FIXES)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    registration_until = models.DateField("inscriptions jusqu’au", null=True, blank=True)
    meeting_on = models.DateTimeField("réunion d’information", null=True, blank=True)

    # Where
    place = models.ForeignKey("orders.LotPlace", models.PROTECT, null=True, blank=True, related_name="+")
    place_name = models.CharField("nom du lieu", max_length=160, blank=True)
    place_address = models.CharField("adresse du lieu", max_length=250, blank=True)
    place_postcode = models.CharField("code postal", max_length=5, blank=True)
    place_commune = models.ForeignKey("reference.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    place_reason = models.TextField("pourquoi ce lieu ou ce territoire", blank=True)  # R43, R44
    accessibility = models.CharField("accès des personnes handicapées", max_length=250, blank=True)
    catering = models.CharField("restauration", max_length=250, blank=True)
    lodging = models.CharField("hébergement", max_length=250, blank=True)
    transport = models.CharField("accès et transports", max_length=250, blank=True)
    technical_platform = models.CharField("plateau technique", max_length=250, blank=True)  # R60

    # For how many
    seats = models.PositiveSmallIntegerField(
        "places", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    head_count_case = models.CharField(max_length=20, choices=HeadCountCase, default=HeadCountCase.NORMAL)
    existing_group = models.CharField("nature du groupe existant", max_length=200, blank=True)  # R68
    complements = models.ForeignKey(
        "training_sessions.Session", models.PROTECT, null=True, blank=True, related_name="complementary_requests"
    )  # R72
    balance_stated_at = models.DateTimeField("équilibre financier attesté le", null=True, blank=True)  # R69

    # People
    contact_name = models.CharField("personne à joindre", max_length=100, blank=True)
    contact_email = models.EmailField("adresse électronique publique", blank=True)
    contact_phone = models.CharField("téléphone public", max_length=25, blank=True)
    recruitment = models.TextField("déroulement du recrutement", blank=True, max_length=3000)
    network_referent = models.CharField("référent du Réseau pour l’emploi", max_length=160, blank=True)  # R104

    # What became of it
    verdict = models.CharField(max_length=20, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="instruite par"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    # Its place in the queue (R99): the day when the file became complete. When the Région asked for more, the day of
    # the new completeness counts; the first one is kept beside it.
    completed_at = models.DateTimeField("complète le", null=True, blank=True)
    first_completed_at = models.DateTimeField("complète une première fois le", null=True, blank=True)
    alert = models.CharField("à revoir", max_length=300, blank=True)  # what fell away since it was sent
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    closing_reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "demande de session"
        verbose_name_plural = "demandes de session"
        ordering = ["-created_at", "-id"]
        triggers = [
            RequestMove.fsm_trigger(),
            seats_within_posts("NEW.id", pgtrigger.Insert | pgtrigger.UpdateOf("seats", "access_mode", "state")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="request_number_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["brouillon", "retiree"])
                | (Q(sent_at__isnull=False, lot__isnull=False) & ~Q(number="")),
                name="request_sent_complete",
                violation_error_message="Une demande envoyée porte son numéro, sa date et son lot.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["complete", "en_instruction", "autorisee", "refusee", "a_reexaminer"])
                | Q(completed_at__isnull=False),
                name="request_rank_dated",
                violation_error_message="Une demande complète porte la date qui fait son rang.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["autorisee", "refusee"]) | Q(decided_at__isnull=False),
                name="request_decision_dated",
                violation_error_message="Une demande décidée porte sa date de décision.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refusee", "retiree"]) | ~Q(closing_reason=""),
                name="request_refusal_reason",
                violation_error_message="Dites pourquoi la demande est refusée ou retirée.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="request_dates_ordered",
                violation_error_message="La session finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None)
                | Q(first_completed_at__isnull=False, completed_at__gte=F("first_completed_at")),
                name="request_completeness_ordered",
            ),
        ]
        indexes = [
            # The queue alone, in its order: its first rows, its length and a place in it are read without the rest.
            models.Index(
                fields=["completed_at", "id"], condition=Q(state__in=RequestState.queue()), name="request_in_queue"
            ),
            models.Index(fields=["organisme", "-created_at"], name="request_organisme"),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'Brouillon'} · {self.title or 'session à décrire'}"

    @property
    def hours_total(self) -> Decimal:
        """Hours of one stagiaire, all kinds together."""
        return self.hours_training + self.hours_in_company

    @property
    def hours_training(self) -> Decimal:
        """Hours with the organisation, on site or at a distance, « remise à niveau » included (R53)."""
        return (self.hours_centre or Decimal(0)) + (self.hours_distance or 0) + (self.hours_refresher or 0)

    @property
    def hours_in_company(self) -> Decimal:
        """Hours of stage, with the employer of the intention or another (R55)."""
        return (self.hours_company or Decimal(0)) + (self.hours_company_other or 0)

    @property
    def is_socle(self) -> bool:
        return self.access_mode == AccessMode.SOCLE

    @property
    def is_editable(self) -> bool:
        return self.state in RequestState.editable()

    # The state changes here and nowhere else, called by `sessions.workflow` alone.
    @transition(**via(RequestMove.ENVOYER))
    def envoyer(self) -> None: ...

    @transition(**via(RequestMove.COMPLETER))
    def completer(self) -> None: ...

    @transition(**via(RequestMove.INSTRUIRE))
    def instruire(self) -> None: ...

    @transition(**via(RequestMove.RENVOYER))
    def renvoyer(self) -> None: ...

    @transition(**via(RequestMove.AUTORISER))
    def autoriser(self) -> None: ...

    @transition(**via(RequestMove.REFUSER))
    def refuser(self) -> None: ...

    @transition(**via(RequestMove.RETIRER))
    def retirer(self) -> None: ...

    @transition(**via(RequestMove.REEXAMINER))
    def reexaminer(self) -> None: ...

    @transition(**via(RequestMove.ANNULER))
    def annuler(self) -> None: ...


@tracked()
class Coverage(models.Model):
    """A request stands on a post. A post covers one live request (R12): freed, never deleted.

    `lost_at`: its employer withdrew under a session that had begun. The place goes on without him (R19) and waits for
    another employer, while his post is free of it.
    """

    request = models.ForeignKey(SessionRequest, models.PROTECT, related_name="coverages")
    post = models.ForeignKey("intentions.Post", models.PROTECT, related_name="coverages")
    is_live = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    lost_at = models.DateTimeField("sans employeur depuis le", null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "poste rattaché"
        verbose_name_plural = "postes rattachés"
        ordering = ["request", "id"]
        triggers = [
            seats_within_posts("NEW.request_id", pgtrigger.Insert | pgtrigger.Update),
            pgtrigger.Protect(name="freed_not_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(is_live=True, lost_at=None),
                name="coverage_post_once",
                violation_error_message="Ce poste est déjà rattaché à une autre demande.",
            ),
            models.CheckConstraint(
                condition=Q(is_live=True, released_at=None) | Q(is_live=False, released_at__isnull=False),
                name="coverage_release_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} ← {self.post_id}"


class Message(models.Model):
    """A word on the file, between the organisation and the Région."""

    request = models.ForeignKey(SessionRequest, models.CASCADE, related_name="messages")
    author = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    text = models.TextField("message", max_length=4000)
    file = models.FileField("pièce jointe", upload_to="messages/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "message"
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
