"""A hiring intention: a clearly stated offer of work, written, not a promise of hire (R05, R06)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from core.reference.text import normalise
from intentions.enums import (
    Channel,
    ContractType,
    IntentionMove,
    IntentionState,
    LowHoursReason,
    Milestone,
    Origin,
    OutsideReason,
    ShortContractReason,
)
from intentions.models.triggers import POSTS_AS_ANNOUNCED


@tracked()
class Intention(FSMModelMixin, models.Model):
    number = models.CharField("numéro", max_length=12, blank=True)  # given when filed: I2026-0418
    state = FSMField("état", default=IntentionState.BROUILLON, choices=IntentionState.choices, protected=True)

    # Who
    employer = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="intentions"
    )
    filed_by = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="intentions_filed", verbose_name="déposée par"
    )
    origin = models.CharField("origine", max_length=20, choices=Origin)
    channel = models.CharField("canal", max_length=20, choices=Channel, default=Channel.PORTAIL)
    need_from_survey = models.BooleanField("besoin relevé par une enquête", default=False)  # R08
    guarantor = models.CharField("se porte garant du besoin", max_length=160, blank=True)  # R08
    contact_name = models.CharField("personne à joindre", max_length=160, blank=True)
    contact_email = models.EmailField("adresse électronique", blank=True)
    contact_phone = models.CharField("téléphone", max_length=30, blank=True)
    interlocutor = models.CharField("interlocuteur", max_length=160, blank=True)  # R16

    # The post
    metier = models.ForeignKey("reference.Metier", models.PROTECT, null=True, blank=True, related_name="+")
    job_title = models.CharField("intitulé du poste", max_length=250, blank=True)
    post_count = models.PositiveSmallIntegerField(
        "nombre de postes", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    post_is_new = models.BooleanField("poste créé ou vacant", null=True, blank=True)  # R28
    workplace_commune = models.ForeignKey(
        "reference.Commune", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lieu de travail"
    )
    workplace_address = models.CharField("adresse du lieu de travail", max_length=250, blank=True)
    user_company = models.CharField("entreprise utilisatrice", max_length=160, blank=True)  # R26
    outside_reason = models.CharField("hors de la région", max_length=20, choices=OutsideReason, blank=True)  # R22
    out_of_region_reason = models.TextField("pourquoi hors de la région", blank=True)  # R22

    # The contract
    contract_type = models.CharField("contrat", max_length=20, choices=ContractType, blank=True)
    contract_months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True)
    weekly_hours = models.DecimalField(
        "heures par semaine",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
    )
    short_contract_reason = models.CharField(max_length=20, choices=ShortContractReason, blank=True)
    low_hours_reason = models.CharField(max_length=20, choices=LowHoursReason, blank=True)
    reason_detail = models.TextField("précisions", blank=True)
    hire_on = models.DateField("embauche souhaitée le", null=True, blank=True)

    # The training
    training_title = models.CharField("formation souhaitée", max_length=250, blank=True)
    training_key = models.CharField(
        max_length=250, blank=True, editable=False
    )  # what « the same training » means (R10)
    training_need = models.TextField("ce qu’il faut apprendre", blank=True)
    certification = models.ForeignKey(
        "reference.Certification", models.PROTECT, null=True, blank=True, related_name="+"
    )
    training_start_wished = models.DateField("début souhaité de la formation", null=True, blank=True)
    filiere = models.ForeignKey("reference.Filiere", models.PROTECT, null=True, blank=True, related_name="+")

    # What the employer commits to
    milestones = ArrayField(
        models.CharField(max_length=30, choices=Milestone), verbose_name="étapes", default=list, blank=True
    )
    milestones_answered = models.BooleanField(default=False)
    commitment = models.BooleanField("s’engage à recruter au moins un stagiaire", null=True, blank=True)
    statement_file = models.FileField("intention écrite", upload_to="intentions/%Y/%m/", blank=True)
    statement_name = models.CharField(max_length=200, blank=True)
    statement_signed_at = models.DateTimeField("déclaration signée le", null=True, blank=True)
    statement_text = models.TextField("texte de la déclaration", blank=True)  # as it was shown when signed or received
    statement_signed_by = models.CharField("signée par", max_length=160, blank=True)

    # What became of it
    engaged_organisme = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="intentions_engaged"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="suivie par"
    )
    verdict = models.CharField("verdict", max_length=20, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField("commencée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    filed_at = models.DateTimeField("déposée le", null=True, blank=True)
    expires_on = models.DateField("valable jusqu’au", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField("motif", blank=True)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")

    class Meta:
        verbose_name = "intention d’embauche"
        verbose_name_plural = "intentions d’embauche"
        ordering = ["-created_at", "-id"]
        triggers = [IntentionMove.fsm_trigger(), POSTS_AS_ANNOUNCED]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="intention_number_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["brouillon", "retiree"])
                | (Q(filed_at__isnull=False, employer__isnull=False, post_count__gte=1) & ~Q(number="")),
                name="intention_filed_complete",
                violation_error_message="Une intention déposée porte son numéro, sa date, son employeur et ses postes.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["engagee", "couverte"], engaged_organisme__isnull=False)
                | Q(state__in=["honoree", "partielle", "non_honoree", "retiree"])
                | Q(state__in=["brouillon", "deposee", "qualifiee", "non_eligible", "expiree"], engaged_organisme=None),
                name="intention_engaged_has_organisme",
                violation_error_message="Une intention engagée l’est auprès d’un organisme.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["retiree", "non_eligible"]) | ~Q(closing_reason=""),
                name="intention_closing_reason",
                violation_error_message="Dites pourquoi l’intention est retirée ou écartée.",
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours=None) | Q(weekly_hours__gt=0, weekly_hours__lte=48),
                name="intention_weekly_hours_range",
                violation_error_message="Les heures par semaine vont de 1 à 48.",
            ),
            # R10: one employer, one training, one training organisation.
            ExclusionConstraint(
                name="intention_one_organisme",
                expressions=[
                    ("employer", RangeOperators.EQUAL),
                    ("training_key", RangeOperators.EQUAL),
                    ("engaged_organisme", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(state__in=["engagee", "couverte"]),
                violation_error_message="L’employeur est déjà engagé auprès d’un autre organisme pour cette formation.",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "filed_at"], name="intention_state_filed"),
            models.Index(fields=["employer", "-created_at"], name="intention_employer"),
            models.Index(fields=["-filed_at", "-created_at", "-id"], name="intention_recent"),  # order of the list
        ]

    def __str__(self) -> str:
        return f"{self.number or 'Brouillon'} · {self.job_title or 'poste à préciser'}"

    def get_absolute_url(self) -> str:
        return reverse("intention_detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `training_key` true: a certification, else a title, else the métier says which training it is."""
        self.training_key = (
            self.certification_id or normalise(self.training_title) or f"metier {self.metier_id or self.pk}"
        )
        super().save(*args, **kwargs)

    # The state changes here and nowhere else, called by `intentions.workflow` alone.
    @transition(**via(IntentionMove.DEPOSER))
    def deposer(self) -> None: ...

    @transition(**via(IntentionMove.QUALIFIER))
    def qualifier(self) -> None: ...

    @transition(**via(IntentionMove.ECARTER))
    def ecarter(self) -> None: ...

    @transition(**via(IntentionMove.REPRENDRE))
    def reprendre(self) -> None: ...

    @transition(**via(IntentionMove.ENGAGER))
    def engager(self) -> None: ...

    @transition(**via(IntentionMove.LIBERER))
    def liberer(self) -> None: ...

    @transition(**via(IntentionMove.COUVRIR))
    def couvrir(self) -> None: ...

    @transition(**via(IntentionMove.RETIRER))
    def retirer(self) -> None: ...

    @transition(**via(IntentionMove.EXPIRER))
    def expirer(self) -> None: ...

    @transition(**via(IntentionMove.HONORER))
    def honorer(self) -> None: ...

    @transition(**via(IntentionMove.HONORER_EN_PARTIE))
    def honorer_en_partie(self) -> None: ...

    @transition(**via(IntentionMove.NE_PAS_HONORER))
    def ne_pas_honorer(self) -> None: ...
