"""After the training: the person's own page, the three looks back, and an opinion for those who come next."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from stagiaires.enums import (
    DataRequestKind,
    HireContract,
    OpinionMove,
    OpinionState,
    ReportReason,
    Situation,
    SurveyChannel,
)
from stagiaires.models.outcome import Hire
from stagiaires.models.parcours import Parcours
from stagiaires.models.person import Stagiaire


def note(label: str) -> "models.PositiveSmallIntegerField[int, int]":
    """From 1 to 5."""
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1), MaxValueValidator(5)])


class PersonalLink(models.Model):
    """A stagiaire's way in. Only the hash of its secret is kept; past its term it renews itself by e-mail."""

    stagiaire = models.ForeignKey(Stagiaire, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lien personnel"
        verbose_name_plural = "liens personnels"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Lien de {self.stagiaire_id}"


@tracked()
class Survey(models.Model):
    """What became of one person at 3, 6 or 12 months after the end.

    What he says of a job declares no hire: `hire` or `hire_dismissal` is the word of the one who was asked to look.
    """

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="surveys")
    term = models.PositiveSmallIntegerField("à (mois)")
    due_on = models.DateField("le")
    asked_at = models.DateTimeField("demandé le", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("relances", default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    channel = models.CharField(max_length=12, choices=SurveyChannel, blank=True)
    answered_for = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    situation = models.CharField(max_length=20, choices=Situation, blank=True)
    calls = models.PositiveSmallIntegerField("appels sans réponse", default=0)
    called_at = models.DateTimeField("appelé le", null=True, blank=True)
    contract = models.CharField("contrat", max_length=20, choices=HireContract, blank=True)
    months = models.PositiveSmallIntegerField("durée (mois)", null=True, blank=True, validators=[MinValueValidator(1)])
    employer_name = models.CharField("employeur", max_length=250, blank=True)
    employed_since = models.DateField("en emploi depuis le", null=True, blank=True)
    weekly_hours = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    linked_to_training = models.BooleanField("en lien avec la formation", null=True, blank=True)
    comment = models.TextField("ce que la personne ajoute", blank=True, max_length=2000)
    hire = models.ForeignKey(Hire, models.PROTECT, null=True, blank=True, related_name="+")
    hire_dismissal = models.CharField("pourquoi aucune embauche n’est déclarée", max_length=300, blank=True)
    hire_settled_at = models.DateTimeField(null=True, blank=True)
    hire_settled_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "suivi"
        verbose_name_plural = "suivis"
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parcours", "term"], name="survey_once"),
            models.CheckConstraint(condition=Q(term__in=[3, 6, 12]), name="survey_term"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | (~Q(situation="") & ~Q(channel="")),
                name="survey_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(hire_settled_at=None, hire=None, hire_dismissal="")
                | (Q(hire_settled_by__isnull=False) & (Q(hire__isnull=False) | ~Q(hire_dismissal=""))),
                name="survey_hire_settled",
                violation_error_message="Dites pourquoi aucune embauche n’est à déclarer.",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_at=None), name="survey_waiting")]

    def __str__(self) -> str:
        return f"{self.parcours_id} à {self.term} mois"


@tracked()
class Opinion(FSMModelMixin, models.Model):
    """Five notes and a text on the training; read before it is shown, and the organisme may answer."""

    parcours = models.OneToOneField(Parcours, models.PROTECT, related_name="opinion")
    state = FSMField("état", default=OpinionState.DEPOSE, choices=OpinionState.choices, protected=True)
    welcome = note("accueil")
    content = note("contenu")
    trainers = note("équipe de formation")
    means = note("moyens")
    support = note("accompagnement vers l’emploi")
    text = models.TextField("avis", blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    moderated_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderation_reason = models.TextField("motif", blank=True)
    answer = models.TextField("réponse de l’organisme", blank=True, max_length=2000)
    answered_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["-created_at", "-id"]
        triggers = [OpinionMove.fsm_trigger()]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ecarte") | ~Q(moderation_reason=""),
                name="opinion_refusal_reason",
                violation_error_message="Dites pourquoi cet avis n’est pas publié.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis {self.parcours_id}"

    @transition(**via(OpinionMove.PUBLIER))
    def publier(self) -> None: ...

    @transition(**via(OpinionMove.ECARTER))
    def ecarter(self) -> None: ...


class OpinionReport(models.Model):
    """Somebody, with or without an account, thinks that a published opinion should not be shown."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="reports")
    reason = models.CharField("motif", max_length=12, choices=ReportReason)
    text = models.TextField("précision", blank=True, max_length=1000)
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField("traité le", null=True, blank=True)

    class Meta:
        verbose_name = "signalement d’un avis"
        verbose_name_plural = "signalements d’avis"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["opinion"], condition=Q(settled_at=None), name="opinion_report_waiting")]

    def __str__(self) -> str:
        return f"{self.opinion_id} · {self.get_reason_display()}"


class DataRequest(models.Model):
    """What a person asks about the data held on him. Not tracked: its text may say what is to be forgotten."""

    stagiaire = models.ForeignKey(Stagiaire, models.CASCADE, related_name="data_requests")
    kind = models.CharField("demande", max_length=14, choices=DataRequestKind)
    organisme = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )  # who answers; without one, the Région
    text = models.TextField("ce qui est demandé", blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    granted = models.BooleanField("acceptée", null=True, blank=True)
    answer = models.TextField("réponse", blank=True, max_length=2000)
    answered_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)

    class Meta:
        verbose_name = "demande sur ses données"
        verbose_name_plural = "demandes sur ses données"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stagiaire", "kind"],
                condition=Q(answered_at=None),
                name="data_request_one_waiting",
                violation_error_message="Une demande semblable attend déjà sa réponse.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, granted=None, answered_by=None)
                | Q(answered_at__isnull=False, granted__isnull=False, answered_by__isnull=False),
                name="data_request_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(granted=None) | Q(granted=True) | ~Q(answer=""),
                name="data_request_refusal_reason",
                violation_error_message="Dites pourquoi la demande n’est pas acceptée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.stagiaire_id}"
