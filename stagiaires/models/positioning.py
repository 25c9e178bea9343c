"""A valideur proposes a person on a published session; the organisme answers, and nobody waits in the dark."""

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.kept import kept
from core.journal.states import via
from stagiaires.enums import Attendance, PositioningMove, PositioningState, Side
from stagiaires.models.person import Stagiaire
from stagiaires.rules.terms import Project, RefusalReason, Step

REFUSALS = [
    (RefusalReason.PREREQUIS.value, "Les prérequis ne sont pas atteints"),
    (RefusalReason.PROJET.value, "Le projet ne correspond pas à la formation"),
    (RefusalReason.EMPLOYEUR.value, "L’employeur n’a pas retenu la candidature"),
    (RefusalReason.AUTRE.value, "Autre motif"),
]
PROJECTS = [
    (Project.EMPLOI_SALARIE.value, "Un emploi salarié"),
    (Project.CREATION.value, "Créer une entreprise"),
    (Project.INDEPENDANT.value, "Travailler à son compte"),
]


@tracked(exclude=("contact_email", "contact_phone"))
class Positioning(FSMModelMixin, models.Model):
    """One person on one session. `valideur` is empty when the organisme brings the person itself."""

    stagiaire = models.ForeignKey(Stagiaire, models.PROTECT, related_name="positionings")
    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="positionings")
    state = FSMField("état", default=PositioningState.PROPOSE, choices=PositioningState.choices, protected=True)
    valideur = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="positionings"
    )
    advisor = models.ForeignKey(
        "accounts.Membership", models.PROTECT, related_name="positionings", verbose_name="suivi par"
    )  # changes at a hand-over
    project = models.CharField("projet", max_length=20, choices=PROJECTS, blank=True)  # R37
    project_validated = models.BooleanField("projet validé", null=True, blank=True)  # P14
    previous_step = models.CharField(
        "avant la session", max_length=30, choices=[(step.value, step.label) for step in Step], blank=True
    )  # R64, R82
    brought_intention = models.BooleanField("apporte une intention d’embauche", default=False)  # R14
    note = models.TextField("présentation de la candidature", blank=True, max_length=2000)
    # How this candidate is reached, as the one who proposed said it: another's file of the same person stays unseen.
    contact_email = models.EmailField("adresse électronique", blank=True)
    contact_phone = models.CharField("téléphone", max_length=30, blank=True)
    appointment_at = models.DateTimeField("rendez-vous", null=True, blank=True)  # without an information meeting
    appointment_place = models.CharField("lieu du rendez-vous", max_length=250, blank=True)
    answer_due_on = models.DateField("réponse attendue le", null=True, blank=True)
    refusal_reason = models.CharField("motif du refus", max_length=20, choices=REFUSALS, blank=True)  # R90
    refusal_text = models.TextField("explication", blank=True)
    proposal = models.TextField("ce qui est proposé à la personne", blank=True)  # R90
    refresher_offered = models.BooleanField("remise à niveau proposée", default=False)
    proposed_session = models.ForeignKey(
        "training_sessions.Session", models.PROTECT, null=True, blank=True, related_name="+"
    )
    waiting_since = models.DateTimeField("en attente depuis", null=True, blank=True)
    created_at = models.DateTimeField("proposé le", auto_now_add=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    closing_reason = models.TextField("motif du retrait", blank=True)
    erased_at = models.DateTimeField("effacée le", null=True, blank=True)  # contacts and words are gone

    class Meta:
        verbose_name = "positionnement"
        ordering = ["-created_at", "-id"]
        triggers = [PositioningMove.fsm_trigger(), pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(
                fields=["stagiaire", "session"],
                name="positioning_once",
                violation_error_message="Cette personne est déjà positionnée sur cette session.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refuse") | (~Q(refusal_reason="") & ~Q(proposal="")),
                name="positioning_refusal_reasoned",
                violation_error_message="Un refus porte son motif et ce qui est proposé à la personne.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["admis", "refuse"]) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="positioning_answer_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state="retire") | ~Q(closing_reason=""),
                name="positioning_withdrawal_reason",
                violation_error_message="Dites pourquoi la personne est retirée.",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state", "created_at"], name="positioning_session"),
            models.Index(fields=["valideur", "-created_at"], name="positioning_valideur"),
        ]

    def __str__(self) -> str:
        return f"{self.stagiaire.short_name} · {self.session.number}"

    @transition(**via(PositioningMove.CONVOQUER))
    def convoquer(self) -> None: ...

    @transition(**via(PositioningMove.METTRE_EN_ATTENTE))
    def mettre_en_attente(self) -> None: ...

    @transition(**via(PositioningMove.ADMETTRE))
    def admettre(self) -> None: ...

    @transition(**via(PositioningMove.REFUSER))
    def refuser(self) -> None: ...

    @transition(**via(PositioningMove.NOTER_ABSENT))
    def noter_absent(self) -> None: ...

    @transition(**via(PositioningMove.RETIRER))
    def retirer(self) -> None: ...

    @transition(**via(PositioningMove.REPRENDRE))
    def reprendre(self) -> None: ...


class CandidateOpinion(models.Model):
    """What the employer or the valideur says of a candidate: heard and kept, the organisme decides (R88).

    Append-only: one who thinks again says so again, the last word of each counts.
    """

    positioning = models.ForeignKey(Positioning, models.PROTECT, related_name="opinions")
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    favourable = models.BooleanField("favorable")
    text = models.TextField("avis", blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "avis sur un candidat"
        verbose_name_plural = "avis sur les candidats"
        ordering = ["created_at", "id"]
        triggers = [kept(erasable=("text",))]

    def __str__(self) -> str:
        return f"{self.get_side_display()} · {self.positioning_id}"


class PositioningMessage(models.Model):
    """A word between the valideur and the organisme about one candidate."""

    positioning = models.ForeignKey(Positioning, models.CASCADE, related_name="messages")
    author = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    text = models.TextField("message", max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "message"
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.positioning_id} · {self.created_at:%d/%m/%Y}"


@tracked()
class SessionReferent(models.Model):
    """The person of the Réseau pour l'emploi who follows an action until the return to work (R104)."""

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="referents")
    membership = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "référent de l’action"
        verbose_name_plural = "référents de l’action"
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(until=None),
                name="session_one_referent",
                violation_error_message="Cette session a déjà un référent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.membership}"


@tracked()
class InformationMeeting(models.Model):
    """« Information collective »: before the start, the employer is invited and chooses with the organisme (R89)."""

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    place = models.CharField("lieu", max_length=250)
    capacity = models.PositiveSmallIntegerField("capacité", validators=[MinValueValidator(1)])
    note = models.TextField("à savoir ou à apporter", blank=True, max_length=2000)
    agreed = models.TextField("ce qui est convenu avec les employeurs", blank=True, max_length=2000)  # R91
    sequence = models.PositiveIntegerField(default=0)  # of the calendar invitations: each change says a higher one
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancellation_reason = models.TextField("motif de l’annulation", blank=True)

    class Meta:
        verbose_name = "réunion d’information"
        verbose_name_plural = "réunions d’information"
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_times_ordered",
                violation_error_message="La réunion finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancellation_reason=""),
                name="meeting_cancellation_reason",
                violation_error_message="Dites pourquoi la réunion est annulée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.starts_at:%d/%m/%Y}"


@tracked()
class MeetingInvitation(models.Model):
    """A candidate invited to a meeting, and whether he came."""

    meeting = models.ForeignKey(InformationMeeting, models.PROTECT, related_name="invitations")
    positioning = models.ForeignKey(Positioning, models.PROTECT, related_name="invitations")
    presence = models.CharField(max_length=10, choices=Attendance, default=Attendance.INVITE)
    invited_at = models.DateTimeField(auto_now_add=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "convocation"
        ordering = ["positioning__stagiaire__last_name", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "positioning"], name="meeting_invited_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} ← {self.positioning_id}"


@tracked()
class MeetingEmployer(models.Model):
    """An employer of the session's intentions, invited to a meeting (R89, first milestone of R92)."""

    meeting = models.ForeignKey(InformationMeeting, models.PROTECT, related_name="employers")
    employer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    presence = models.CharField(max_length=10, choices=Attendance, default=Attendance.INVITE)
    invited_at = models.DateTimeField(auto_now_add=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "employeur invité"
        verbose_name_plural = "employeurs invités"
        ordering = ["employer__name", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "employer"], name="meeting_employer_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} ← {self.employer}"
