"""A change of a lot's price: asked with its argument, decided case by case, never automatic (R124, R125)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from orders.enums import PriceRequestMove, PriceRequestState


@tracked()
class PriceRequest(FSMModelMixin, models.Model):
    """What the group asks (euros per heure-stagiaire), why, and what the Région decided: a dated price, or a reason."""

    lot = models.ForeignKey("orders.Lot", models.PROTECT, related_name="price_requests")
    state = FSMField("état", default=PriceRequestState.DEMANDEE, choices=PriceRequestState.choices, protected=True)
    amount = models.DecimalField("prix demandé (€ par heure-stagiaire)", max_digits=6, decimal_places=2)
    wished_on = models.DateField("souhaité à partir du")
    argument = models.TextField("argumentation")
    # The part of it that pays for transport: what it costs, how that was worked out, what the company takes (R125).
    transport_cost = models.DecimalField(
        "surcoût de transport (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    transport_estimate = models.TextField("chiffrage du transport", blank=True)
    company_share = models.DecimalField(
        "participation de l’entreprise (€)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    asked_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    price = models.OneToOneField(
        "orders.LotPrice", models.PROTECT, null=True, blank=True, related_name="request", verbose_name="prix accordé"
    )
    reason = models.TextField("motif de la décision", blank=True)
    decided_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "demande de prix"
        verbose_name_plural = "demandes de prix"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(state="demandee"),
                name="price_request_one_waiting",
                violation_error_message="Une demande de prix attend déjà sa décision sur ce lot.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(argument=""),
                name="price_request_argued",
                violation_error_message="Une demande de prix dit un montant et ce qui le justifie.",
            ),
            models.CheckConstraint(
                condition=Q(transport_cost=None, transport_estimate="", company_share=None)
                | (
                    Q(transport_cost__gt=0, company_share__gte=0, company_share__lte=F("transport_cost"))
                    & ~Q(transport_estimate="")
                ),
                name="price_request_transport_whole",
                violation_error_message="Un surcoût de transport se chiffre, avec la part que l’entreprise prend.",
            ),
            models.CheckConstraint(
                condition=Q(state="demandee", decided_by=None, decided_at=None, price=None)
                | (Q(state="accordee", decided_by__isnull=False, decided_at__isnull=False, price__isnull=False))
                | (Q(state="refusee", decided_by__isnull=False, decided_at__isnull=False, price=None) & ~Q(reason="")),
                name="price_request_decided_whole",
                violation_error_message="Une décision a son auteur, sa date, et un prix ou un motif.",
            ),
        ]
        triggers = [
            PriceRequestMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="asked_as_said",
                fields=[
                    "lot",
                    "amount",
                    "wished_on",
                    "argument",
                    "asked_by",
                    "transport_cost",
                    "transport_estimate",
                    "company_share",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"Demande de prix du lot {self.lot_id}\u00a0: {self.amount}\u00a0€"

    @transition(**via(PriceRequestMove.ACCORDER))
    def accorder(self) -> None: ...

    @transition(**via(PriceRequestMove.REFUSER))
    def refuser(self) -> None: ...
