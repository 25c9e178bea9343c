"""What a parcours led to: the certification, the job, and the employer's own word about it."""

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from core.journal.history import tracked
from stagiaires.enums import CertificationResult, HireContract
from stagiaires.models.parcours import Parcours
from stagiaires.rules.terms import Recovery, Step

RECOVERIES = [
    (Recovery.COMPLEMENT.value, "Compléter la formation"),
    (Recovery.NOUVELLE_SESSION.value, "Reprendre dans une session prévue"),
    (Recovery.GROUPE_EXISTANT.value, "Rejoindre un groupe existant"),
    (Recovery.APRES_EMBAUCHE.value, "Former après l’embauche"),
]


@tracked()
class Outcome(models.Model):
    """The result of one parcours that was completed or left."""

    parcours = models.OneToOneField(Parcours, models.PROTECT, related_name="outcome")
    result = models.CharField(
        "certification", max_length=12, choices=CertificationResult, default=CertificationResult.EN_ATTENTE
    )
    blocks = models.ManyToManyField("reference.CertificationBlock", blank=True, related_name="+")
    certificate_given_on = models.DateField("attestation remise le", null=True, blank=True)  # R48
    recovery = models.CharField("suite demandée après l’échec", max_length=20, choices=RECOVERIES, blank=True)  # R95
    recovery_words = models.TextField("pourquoi cette suite est demandée", blank=True)
    recovery_asked_by = models.ForeignKey(
        "accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+"
    )
    employer_asks = models.BooleanField("demandée par l’employeur", null=True, blank=True)
    recovery_agreed = models.BooleanField("accord de la Région", null=True, blank=True)
    recovery_reason = models.TextField("motif", blank=True)
    recovery_decided_by = models.ForeignKey(
        "accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+"
    )
    recovery_decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    receipt = models.ForeignKey("rulebook.Receipt", models.PROTECT, null=True, blank=True, related_name="+")
    next_step = models.CharField(
        "suite du parcours", max_length=30, choices=[(step.value, step.label) for step in Step], blank=True
    )  # R65, R126
    next_step_reason = models.TextField("pourquoi cette suite", blank=True)
    skills_profile_updated = models.BooleanField("profil de compétences mis à jour", default=False)  # P07
    noted_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "bilan du parcours"
        verbose_name_plural = "bilans des parcours"
        constraints = [
            models.CheckConstraint(
                condition=Q(recovery="") | Q(recovery_asked_by__isnull=False),
                name="outcome_recovery_asked",
            ),
            models.CheckConstraint(
                condition=Q(recovery_agreed=None, recovery_decided_at=None)
                | (Q(recovery_decided_at__isnull=False, recovery_decided_by__isnull=False) & ~Q(recovery_reason="")),
                name="outcome_recovery_decided",
                violation_error_message="Une suite décidée porte sa date, son auteur et son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()} · {self.parcours_id}"


@tracked()
class Hire(models.Model):
    """A job after, or instead of, the training: with the employer of the intention or another (R93, R94)."""

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="hires")
    employer = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="hires")
    employer_name = models.CharField("employeur", max_length=250, blank=True)  # when it has no account here
    intention = models.ForeignKey(
        "intentions.Intention", models.PROTECT, null=True, blank=True, related_name="hires"
    )  # the one that it honours
    committed = models.BooleanField("employeur de l’intention")
    contract = models.CharField("contrat", max_length=20, choices=HireContract)
    months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True, validators=[MinValueValidator(1)])
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField("à partir du")
    declared_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("confirmée par l’employeur le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "embauche"
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(employer__isnull=False) | ~Q(employer_name=""),
                name="hire_employer",
                violation_error_message="Dites qui embauche.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason=""),
                name="hire_withdrawal_reason",
                violation_error_message="Dites pourquoi cette embauche est retirée.",
            ),
            models.CheckConstraint(
                condition=Q(committed=True, intention__isnull=False) | Q(committed=False, intention=None),
                name="hire_honours_an_intention",
            ),
            models.UniqueConstraint(
                fields=["parcours", "employer", "starts_on"],
                condition=Q(withdrawn_at=None),
                name="hire_said_once",
                violation_error_message="Cette embauche est déjà déclarée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_contract_display()} · {self.parcours_id}"


class CommitmentAnswer(models.Model):
    """The employer's right of reply on what is said of the intention: honoured, in part, or not (R93).

    Append-only: every word is kept, the last one of each side is shown first.
    """

    intention = models.ForeignKey("intentions.Intention", models.PROTECT, related_name="commitment_answers")
    author = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    text = models.TextField("réponse", max_length=4000)
    contested = models.BooleanField("conteste le constat", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "réponse sur l’engagement"
        verbose_name_plural = "réponses sur l’engagement"
        ordering = ["created_at", "id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.intention_id} · {self.created_at:%d/%m/%Y}"


@tracked()
class ContactPoint(models.Model):
    """A regular word between the trainer, the employer and the person, after a stage above all (R96)."""

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="contact_points")
    on_date = models.DateField("le")
    after_stage = models.BooleanField("après une période en entreprise", default=False)
    employer_present = models.BooleanField("avec l’employeur", default=False)
    text = models.TextField("ce qui s’est dit", max_length=4000)
    made_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "point d’étape"
        verbose_name_plural = "points d’étape"
        ordering = ["-on_date", "-id"]

    def __str__(self) -> str:
        return f"{self.parcours_id} · {self.on_date:%d/%m/%Y}"


@tracked()
class Milestone(models.Model):
    """One of the five steps that an employer may join, kept or not (R92)."""

    intention = models.ForeignKey("intentions.Intention", models.PROTECT, related_name="milestones_kept")
    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="milestones_kept")
    kind = models.CharField("étape", max_length=30)  # the intention's own list
    on_date = models.DateField("le")
    note = models.CharField("précision", max_length=300, blank=True)
    noted_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "étape tenue"
        verbose_name_plural = "étapes tenues"
        ordering = ["on_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["intention", "session", "kind"],
                name="milestone_once",
                violation_error_message="Cette étape est déjà notée.",
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="milestone_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.intention_id} · {self.kind}"
