"""The way of an invoice to Chorus Pro, and the calls that were made for it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from invoices.enums import CallOutcome, ChorusAct, DepositMove, DepositState
from invoices.models.invoice import Invoice

# A second file for the same invoice is another round, asked for by a person after a refusal.
_ONE_FLOW = """
    IF OLD.flow <> '' AND NEW.flow <> OLD.flow AND NEW.round = OLD.round THEN
        RAISE EXCEPTION 'the deposit % has its flow already', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deposit_one_flow';
    END IF;
    RETURN NEW;
"""


@tracked()
class Deposit(FSMModelMixin, models.Model):
    """The deposit of one invoice on Chorus Pro. One row for an invoice: a lost answer is looked for, not sent again.

    `file_name` is the name under which the file goes, the same for every attempt of a `round`; `flow` and
    `chorus_id` are Chorus Pro's own numbers for the file and for the invoice. `next_at`: when the worker takes it up
    again; nothing is waited for without it. `looks` counts the times without news, which come further apart.
    """

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="deposit")
    state = FSMField("état", default=DepositState.A_DEPOSER, choices=DepositState.choices, protected=True)
    round = models.PositiveSmallIntegerField("dépôt n°", default=1)
    file_name = models.CharField("nom du fichier", max_length=50, blank=True)
    flow = models.CharField("numéro de flux", max_length=60, blank=True)
    chorus_id = models.BigIntegerField("identifiant Chorus Pro", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField("réponse", blank=True)
    asked_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    deposited_at = models.DateTimeField("déposée le", null=True, blank=True)
    next_at = models.DateTimeField("reprise le", null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="depose") | ~Q(flow="") | Q(chorus_id__isnull=False), name="deposit_has_flow"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["depose", "a_la_main"]) | Q(deposited_at__isnull=False),
                name="deposit_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["en_cours", "incertain"])
                | (~Q(file_name="") & Q(last_attempt_at__isnull=False, next_at__isnull=False)),
                name="deposit_attempted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refuse", "a_la_main"]) | Q(next_at=None), name="deposit_at_rest"
            ),
            models.UniqueConstraint(fields=["flow"], condition=~Q(flow=""), name="deposit_flow_once"),
            models.UniqueConstraint(fields=["file_name"], condition=~Q(file_name=""), name="deposit_file_once"),
            models.UniqueConstraint(fields=["chorus_id"], name="deposit_chorus_id_once"),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="deposit_due")]
        triggers = [
            DepositMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(name="one_flow", when=pgtrigger.Before, operation=pgtrigger.Update, func=_ONE_FLOW),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} · {self.get_state_display()}"

    @transition(**via(DepositMove.ENVOYER))
    def envoyer(self) -> None: ...

    @transition(**via(DepositMove.REMETTRE))
    def remettre(self) -> None: ...

    @transition(**via(DepositMove.PERDRE))
    def perdre(self) -> None: ...

    @transition(**via(DepositMove.DEPOSER))
    def deposer(self) -> None: ...

    @transition(**via(DepositMove.REFUSER))
    def refuser(self) -> None: ...

    @transition(**via(DepositMove.REDEMANDER))
    def redemander(self) -> None: ...

    @transition(**via(DepositMove.CONFIER))
    def confier(self) -> None: ...

    @transition(**via(DepositMove.RENDRE))
    def rendre(self) -> None: ...


class ChorusCall(models.Model):
    """One call to Chorus Pro and how it ended, for whoever watches the exchange. Kept for a month."""

    at = models.DateTimeField("le", auto_now_add=True)
    act = models.CharField("demande", max_length=20, choices=ChorusAct)
    outcome = models.CharField("issue", max_length=12, choices=CallOutcome)
    words = models.CharField("réponse", max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField("durée (ms)")

    class Meta:
        verbose_name = "appel à Chorus Pro"
        verbose_name_plural = "appels à Chorus Pro"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at", "-id"], name="chorus_call_last")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} : {self.get_outcome_display()}"
