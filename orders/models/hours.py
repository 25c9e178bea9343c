"""Hours done, month by month: what the organisme states, what the gestionnaire accepts, what the ledger holds."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from core.months import FIRST_OF_MONTH
from core.ui.french import de_mois
from orders.enums import HoursSource, StatementMove, StatementState


@tracked()
class HoursStatement(FSMModelMixin, models.Model):
    """A month's hours of one composante, typed by the organisme, until attendance gives them."""

    composante = models.ForeignKey("orders.Composante", models.PROTECT, related_name="statements")
    month = models.DateField("mois")  # its first day
    version = models.PositiveSmallIntegerField(default=1)
    state = FSMField("état", default=StatementState.PROPOSE, choices=StatementState.choices, protected=True)
    hours = models.DecimalField("heures-stagiaires réalisées", max_digits=12, decimal_places=2)
    note = models.TextField("observations", blank=True)
    answer = models.TextField("réponse de la Région", blank=True)
    stated_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(auto_now_add=True)
    checked_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "relevé d’heures"
        verbose_name_plural = "relevés d’heures"
        ordering = ["-month", "composante", "version"]
        constraints = [
            models.UniqueConstraint(fields=["composante", "month", "version"], name="statement_version"),
            # An accepted statement stands until the next one is itself accepted.
            models.UniqueConstraint(
                fields=["composante", "month"],
                condition=Q(state="propose"),
                name="statement_one_waiting",
                violation_error_message="Un relevé de ce mois attend déjà.",
            ),
            models.UniqueConstraint(
                fields=["composante", "month"],
                condition=Q(state="accepte"),
                name="statement_one_accepted",
                violation_error_message="Un relevé de ce mois est déjà accepté.",
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=0),
                name="statement_hours",
                violation_error_message="Des heures ne sont pas négatives.",
            ),
            models.CheckConstraint(condition=FIRST_OF_MONTH, name="statement_month"),
            models.CheckConstraint(
                condition=~Q(state="renvoye") | ~Q(answer=""),
                name="statement_sent_back_reason",
                violation_error_message="Dites ce qui est à corriger.",
            ),
        ]
        triggers = [StatementMove.fsm_trigger(), pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.composante_id} · {self.month:%m/%Y}"

    @transition(**via(StatementMove.ACCEPTER))
    def accepter(self) -> None: ...

    @transition(**via(StatementMove.RENVOYER))
    def renvoyer(self) -> None: ...

    @transition(**via(StatementMove.REMPLACER))
    def remplacer(self) -> None: ...


class HoursDone(models.Model):
    """Hours done as the ledger took them: append-only, one row per (composante, month, source, version).

    A new version says the whole month again; the ledger moves the difference. Each source counts its own versions,
    and attendance says more than a typed statement: see `orders.queries.hours.in_force`.
    """

    composante = models.ForeignKey("orders.Composante", models.PROTECT, related_name="hours_done")
    month = models.DateField("mois")
    version = models.PositiveSmallIntegerField()
    hours = models.DecimalField("heures-stagiaires", max_digits=12, decimal_places=2)
    source = models.CharField("d’après", max_length=20, choices=HoursSource)
    recorded_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "heures réalisées"
        verbose_name_plural = "heures réalisées"
        ordering = ["composante", "month", "version"]
        constraints = [
            models.UniqueConstraint(fields=["composante", "month", "source", "version"], name="hours_done_once"),
            models.CheckConstraint(condition=Q(source__in=HoursSource.values), name="hours_done_source"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="hours_done_positive"),
            models.CheckConstraint(condition=FIRST_OF_MONTH, name="hours_done_month"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Heures {de_mois(self.month)}, composante {self.composante.number}"  # as the ledger names it
