"""What is ordered: composantes, the bons de commande that carry them, and the avenants that change them.

Quantities are heures-stagiaires, prices euros per heure-stagiaire, amounts euros. Once sent, a document is frozen:
its content and its file never change, a change is another document.
"""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from orders.enums import (
    AvenantMove,
    ComposanteKind,
    ComposanteMove,
    ComposanteState,
    OperationKind,
    OrderMove,
    OrderState,
)
from orders.money import amount


@tracked()
class Composante(FSMModelMixin, models.Model):
    """One training bought on a lot: its parcours, its hours, its price. Its balances say where its hours stand.

    `origin_type` and `origin_id` name the file that it comes from (a session), which this room does not know.
    """

    number = models.CharField("numéro", max_length=20, unique=True)  # C2026-0042
    state = FSMField("état", default=ComposanteState.ENGAGEE, choices=ComposanteState.choices, protected=True)
    kind = models.CharField("type", max_length=24, choices=ComposanteKind)
    lot = models.ForeignKey("orders.Lot", models.PROTECT, related_name="composantes")
    period = models.ForeignKey("orders.LotPeriod", models.PROTECT, related_name="composantes")
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="composantes")
    order = models.ForeignKey(
        "orders.BonDeCommande",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="composantes",
        verbose_name="bon de commande",
    )
    completes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="complements", verbose_name="complète"
    )  # R72, R51
    title = models.CharField("intitulé", max_length=255)
    reference = models.CharField("session", max_length=20, blank=True)  # S2026-0377, as printed on the documents
    origin_type = models.CharField(max_length=40, blank=True)
    origin_id = models.BigIntegerField(null=True, blank=True)
    places = models.PositiveSmallIntegerField("places")
    hours_each = models.DecimalField("heures par parcours", max_digits=7, decimal_places=2)
    hours_asked = models.DecimalField("heures-stagiaires autorisées", max_digits=12, decimal_places=2)
    price = models.DecimalField("prix (€ par heure-stagiaire)", max_digits=6, decimal_places=2)  # R123
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    reason = models.TextField("motif", blank=True)
    to_withdraw = models.TextField("à retirer de la commande", blank=True)  # why, when its training fell away
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "composante"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places__gte=1, hours_each__gt=0, hours_asked=F("places") * F("hours_each")),
                name="composante_hours",
                violation_error_message="Les heures-stagiaires sont les places par les heures de chaque parcours.",
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="composante_price_positive"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="composante_dates_ordered"),
            models.CheckConstraint(
                condition=Q(kind__in=["complementaire", "heures_supplementaires"], completes__isnull=False)
                | Q(kind__in=["socle", "intention"], completes=None),
                name="composante_completes_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["engagee", "annulee"]) | Q(order__isnull=False), name="composante_ordered"
            ),
            models.UniqueConstraint(
                fields=["origin_type", "origin_id"],
                condition=Q(origin_id__isnull=False, kind__in=["socle", "intention"]) & ~Q(state="annulee"),
                name="composante_origin_once",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "state", "starts_on"], name="composante_lot_state"),
            models.Index(fields=["origin_type", "origin_id"], name="composante_origin"),
        ]
        triggers = [
            ComposanteMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="bought_as_said",
                fields=["number", "kind", "lot", "period", "organisme", "price", "hours_asked", "hours_each", "places"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def amount_asked(self) -> Decimal:
        """Euros for the hours that were authorised."""
        return amount(self.hours_asked, self.price)

    # The state changes here and nowhere else, called by `orders.workflow` alone.
    @transition(**via(ComposanteMove.COMMANDER))
    def commander(self) -> None: ...

    @transition(**via(ComposanteMove.SOLDER))
    def solder(self) -> None: ...

    @transition(**via(ComposanteMove.ANNULER))
    def annuler(self) -> None: ...


class Sealed(models.Model):
    """A document that is frozen when it is sent: what it says (`content`), its file, and the SHA-256 of the file."""

    content = models.JSONField("contenu", default=dict, blank=True)
    pdf = models.BinaryField("fichier", null=True, blank=True)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)
    issued_at = models.DateTimeField("émis le", null=True, blank=True)
    issued_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField("réception accusée le", null=True, blank=True)
    acknowledged_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


# What was sent stays as sent. The file is made by the worker just after, once: from empty to its final bytes.
_FROZEN = """
    IF OLD.state <> 'brouillon' AND (
        NEW.number IS DISTINCT FROM OLD.number
        OR NEW.content IS DISTINCT FROM OLD.content
        OR NEW.issued_at IS DISTINCT FROM OLD.issued_at
        OR NEW.issued_by_id IS DISTINCT FROM OLD.issued_by_id
        OR (OLD.pdf IS NOT NULL AND NEW.pdf IS DISTINCT FROM OLD.pdf)
        OR (OLD.sha256 <> '' AND NEW.sha256 IS DISTINCT FROM OLD.sha256)
        {more}
    ) THEN
        RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def _frozen(*columns: str) -> pgtrigger.Trigger:
    more = " ".join(f"OR NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return pgtrigger.Trigger(
        name="frozen_once_issued",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=_FROZEN.format(more=more),
    )


@tracked(exclude=("pdf",))
class BonDeCommande(FSMModelMixin, Sealed):
    """An order on a lot, addressed to the mandataire whoever asked (R117); numbered in its marché when it is sent."""

    number = models.CharField("numéro", max_length=60, blank=True)
    state = FSMField("état", default=OrderState.BROUILLON, choices=OrderState.choices, protected=True)
    lot = models.ForeignKey("orders.Lot", models.PROTECT, related_name="orders")
    period = models.ForeignKey("orders.LotPeriod", models.PROTECT, related_name="orders")
    addressee = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="destinataire"
    )
    title = models.CharField("objet", max_length=200, blank=True)
    note = models.TextField("observations", blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField("soldé le", null=True, blank=True)

    class Meta:
        verbose_name = "bon de commande"
        verbose_name_plural = "bons de commande"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="order_number_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["brouillon", "abandonne"])
                | (
                    ~Q(number="")
                    & Q(issued_at__isnull=False, issued_by__isnull=False, addressee__isnull=False)
                    & ~Q(content={})
                ),
                name="order_issued_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="accuse") | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="order_acknowledged_dated",
            ),
        ]
        indexes = [models.Index(fields=["lot", "state", "-issued_at"], name="order_lot_state")]
        triggers = [
            OrderMove.fsm_trigger(),
            _frozen("lot_id", "period_id", "addressee_id", "title", "note"),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Bon de commande {self.number}" if self.number else "Bon de commande à émettre"

    @transition(**via(OrderMove.EMETTRE))
    def emettre(self) -> None: ...

    @transition(**via(OrderMove.ACCUSER))
    def accuser(self) -> None: ...

    @transition(**via(OrderMove.SOLDER))
    def solder(self) -> None: ...

    @transition(**via(OrderMove.ABANDONNER))
    def abandonner(self) -> None: ...


@tracked(exclude=("pdf",))
class Avenant(FSMModelMixin, Sealed):
    """A numbered change of an issued order: its operations are collected, all checked, and done together."""

    order = models.ForeignKey(BonDeCommande, models.PROTECT, related_name="avenants")
    number = models.PositiveSmallIntegerField("numéro", null=True, blank=True)  # 1, 2… in its order, when sent
    state = FSMField("état", default=OrderState.BROUILLON, choices=OrderState.choices, protected=True)
    reason = models.TextField("motif", blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "avenant"
        ordering = ["order", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="avenant_number_unique"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state="brouillon"),
                name="avenant_one_draft",
                violation_error_message="Un avenant est déjà en préparation sur ce bon de commande.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["brouillon", "abandonne"])
                | (
                    Q(number__isnull=False, issued_at__isnull=False, issued_by__isnull=False)
                    & ~Q(content={})
                    & ~Q(reason="")
                ),
                name="avenant_issued_whole",
            ),
        ]
        triggers = [
            AvenantMove.fsm_trigger(),
            _frozen("order_id", "reason"),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Avenant {self.number or 'à émettre'} · {self.order}"

    @transition(**via(AvenantMove.EMETTRE))
    def emettre(self) -> None: ...

    @transition(**via(AvenantMove.ACCUSER))
    def accuser(self) -> None: ...

    @transition(**via(AvenantMove.ABANDONNER))
    def abandonner(self) -> None: ...


class AvenantOperation(models.Model):
    """One line of an avenant. A transfer goes from `composante` to `other`, of the same lot (R122)."""

    avenant = models.ForeignKey(Avenant, models.CASCADE, related_name="operations")
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField("opération", max_length=12, choices=OperationKind)
    composante = models.ForeignKey(Composante, models.PROTECT, related_name="operations")
    other = models.ForeignKey(Composante, models.PROTECT, null=True, blank=True, related_name="+")
    hours = models.DecimalField("heures-stagiaires", max_digits=12, decimal_places=2, null=True, blank=True)
    # Said when the hours were counted in whole parcours: places times the hours of each (R72).
    places = models.PositiveSmallIntegerField("places", null=True, blank=True)

    class Meta:
        verbose_name = "opération"
        ordering = ["avenant", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["avenant", "rank"], name="operation_rank"),
            models.CheckConstraint(
                condition=Q(kind__in=["ajouter", "retirer"], hours=None, other=None)
                | Q(kind__in=["augmenter", "diminuer"], hours__gt=0, other=None)
                | (Q(kind="transferer", hours__gt=0, other__isnull=False) & ~Q(composante=F("other"))),
                name="operation_whole",
                violation_error_message="Dites combien d’heures, et vers quelle composante.",
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gte=1, hours__isnull=False),
                name="operation_places_are_hours",
                violation_error_message="Des places se comptent aussi en heures.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="of_a_draft",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM orders_avenant a
                        WHERE a.id = COALESCE(NEW.avenant_id, OLD.avenant_id) AND a.state <> 'brouillon'
                    ) THEN
                        RAISE EXCEPTION 'the operations of an issued avenant never change'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.composante}"
