"""What a change of the rules would do, before it is adopted; who is told of it, who has taken note."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from core.rulebook.enums import ProposalMove, ProposalState
from core.rulebook.models.parameter import Parameter
from core.rulebook.models.receipt import Receipt


@tracked(exclude=("position", "done", "total"))
class Proposal(FSMModelMixin, models.Model):
    """A change of one parameter or one rule, tried on the past decisions before the Région adopts or drops it."""

    state = FSMField("état", default=ProposalState.EN_CALCUL, choices=ProposalState.choices, protected=True)
    name = models.SlugField("paramètre ou règle", max_length=60)
    value = models.CharField("valeur proposée", max_length=200)
    why = models.TextField("ce que l’on veut savoir")
    author = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField("proposée le", auto_now_add=True)
    # How far the calculation is: kinds of files done, and the last receipt read of the kind under way.
    position = models.JSONField(default=list, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    judged_at = models.DateTimeField("calculée le", null=True, blank=True)
    starts_on = models.DateField("en vigueur à partir du", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    closing_reason = models.TextField("motif", blank=True)
    parameter = models.OneToOneField(Parameter, models.PROTECT, null=True, blank=True, related_name="proposal")

    class Meta:
        verbose_name = "changement proposé"
        verbose_name_plural = "changements proposés"
        ordering = ["-created_at", "-id"]
        triggers = [ProposalMove.fsm_trigger()]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["en_calcul", "prete"], closed_at=None, closed_by=None)
                | (
                    Q(state__in=["adoptee", "abandonnee"], closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(closing_reason="")
                ),
                name="proposal_closed_with_reason",
                violation_error_message="Un changement adopté ou abandonné porte sa date, son auteur et son motif.",
            ),
            models.CheckConstraint(
                condition=Q(state="adoptee", starts_on__isnull=False, parameter__isnull=False)
                | (~Q(state="adoptee") & Q(starts_on=None, parameter=None)),
                name="proposal_adopted_dated",
                violation_error_message="Un changement adopté porte le jour où il commence.",
            ),
            models.CheckConstraint(
                condition=Q(state="prete", judged_at__isnull=False) | ~Q(state="prete"),
                name="proposal_judged_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.value}"

    def get_absolute_url(self) -> str:
        return reverse("essai", args=[self.pk])

    # The state changes here and nowhere else, called by `core.rulebook.workflow` alone.
    @transition(**via(ProposalMove.FINIR))
    def finir(self) -> None: ...

    @transition(**via(ProposalMove.ADOPTER))
    def adopter(self) -> None: ...

    @transition(**via(ProposalMove.ABANDONNER))
    def abandonner(self) -> None: ...


class ProposalChange(models.Model):
    """One past decision that the proposal would judge otherwise. `flips`: its verdict itself would change."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="changes")
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    flips = models.BooleanField()
    hours = models.DecimalField("heures-stagiaires", max_digits=10, decimal_places=2, default=0)
    reasons = models.JSONField(default=list)  # [rule, message] of what speaks otherwise
    pending = models.JSONField(default=list)  # rules that would wait for a derogation

    class Meta:
        verbose_name = "décision qui changerait"
        verbose_name_plural = "décisions qui changeraient"
        ordering = ["proposal", "-flips", "subject_type", "-receipt"]
        constraints = [models.UniqueConstraint(fields=["proposal", "receipt"], name="proposal_change_once")]
        indexes = [models.Index(fields=["proposal", "-flips", "subject_type", "-receipt"], name="proposal_change_list")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} : {self.before} → {self.after}"


class Acknowledgement(models.Model):
    """An organisation was told of an adopted change; one of its people says that it has taken note."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="acknowledgements")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    told_at = models.DateTimeField("prévenue le", auto_now_add=True)
    acknowledged_at = models.DateTimeField("a pris connaissance le", null=True, blank=True)
    acknowledged_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "prise de connaissance"
        verbose_name_plural = "prises de connaissance"
        ordering = ["proposal", "organisation"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "organisation"], name="acknowledgement_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledgement_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} : {self.proposal_id}"
