"""The trainer without an account: his link, the sheets that he photographs, and the signatures that came too late."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.journal.history import tracked
from core.journal.kept import kept
from stagiaires.enums import SignatureRefusal


@tracked()
class TrainerLink(models.Model):
    """What lets a trainer open the half-days of one session, on some days, without an account.

    The address carries the signed number of this row: it is not kept anywhere, and revoking the row voids it.
    """

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="trainer_links")
    trainer = models.CharField("formateur", max_length=120)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)
    revoked_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "lien de formateur"
        verbose_name_plural = "liens de formateurs"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="trainer_link_days_ordered",
                violation_error_message="Le lien finit après avoir commencé.",
            ),
            models.CheckConstraint(condition=~Q(trainer=""), name="trainer_link_named"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_by__isnull=False), name="trainer_link_revoked_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.trainer}"

    @property
    def is_living(self) -> bool:
        """Neither revoked nor past its last day; one that has not begun yet shows what is to come."""
        return self.revoked_at is None and self.ends_on >= timezone.localdate()


class PaperSheet(models.Model):
    """A printed sheet that was signed, photographed and sent back: the proof of its « papier » signatures."""

    half_day = models.ForeignKey("stagiaires.HalfDay", models.PROTECT, related_name="sheets")
    file = models.FileField("photographie", upload_to="feuilles/%Y/%m/")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("empreinte", max_length=64)
    sent_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey(TrainerLink, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "feuille d’émargement signée"
        verbose_name_plural = "feuilles d’émargement signées"
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["half_day", "sha256"], name="paper_sheet_once"),
            models.CheckConstraint(condition=Q(sent_by__isnull=False) | Q(link__isnull=False), name="paper_sheet_from"),
        ]
        triggers = [kept(removable=True)]

    def __str__(self) -> str:
        return f"{self.half_day_id} · {self.file_name}"


class RefusedSignature(models.Model):
    """A signature that a phone kept and that could not be taken: nothing is lost, a correction may use it."""

    token = models.UUIDField(unique=True)
    half_day = models.ForeignKey("stagiaires.HalfDay", models.PROTECT, related_name="refused_signatures")
    parcours = models.ForeignKey("stagiaires.Parcours", models.PROTECT, related_name="refused_signatures")
    signed_at = models.DateTimeField("signée le")
    received_at = models.DateTimeField("reçue le", auto_now_add=True)
    cause = models.CharField("refusée", max_length=20, choices=SignatureRefusal)

    class Meta:
        verbose_name = "signature refusée"
        verbose_name_plural = "signatures refusées"
        ordering = ["received_at", "id"]
        triggers = [kept(removable=True)]

    def __str__(self) -> str:
        return f"{self.half_day_id} · {self.parcours_id} · {self.get_cause_display()}"
