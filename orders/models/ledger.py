"""The ledger of a lot: every movement of heures-stagiaires, and the balances that the database keeps.

An entry moves hours from one account to another: what leaves here arrives there, so that the books balance by
construction. Entries are never changed nor removed. Balances are written by the database alone, in the transaction
of the entry; none may become negative, so that the maxi of a lot cannot be passed, whoever asks and however many
ask at once (R118, C05).
"""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q

from orders.enums import Account


def _amount(label: str) -> "models.DecimalField[Decimal | int | str, Decimal]":
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=0)


class LedgerEntry(models.Model):
    """One movement of hours on a lot's period; it names the document that it comes from."""

    period = models.ForeignKey("orders.LotPeriod", models.PROTECT, related_name="entries")
    from_account = models.CharField("du compte", max_length=12, choices=Account)
    from_composante = models.ForeignKey(
        "orders.Composante", models.PROTECT, null=True, blank=True, related_name="entries_out"
    )
    to_account = models.CharField("au compte", max_length=12, choices=Account)
    to_composante = models.ForeignKey(
        "orders.Composante", models.PROTECT, null=True, blank=True, related_name="entries_in"
    )
    hours = models.DecimalField("heures-stagiaires", max_digits=12, decimal_places=2)
    document = models.CharField("pièce", max_length=120)  # as one names it: « Bon de commande 2023-1E1F-BC-0012 »
    document_type = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    key = models.CharField(max_length=120, unique=True)  # the same movement is written once, however often asked
    hat = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "écritures"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="ledger_hours_positive"),
            models.CheckConstraint(
                condition=~Q(from_account=F("to_account")) | ~Q(from_composante=F("to_composante")),
                name="ledger_entry_moves",
            ),
            # Free hours belong to no composante; all others belong to one.
            models.CheckConstraint(
                condition=Q(from_account__in=["marche", "disponible"], from_composante=None)
                | (~Q(from_account__in=["marche", "disponible"]) & Q(from_composante__isnull=False)),
                name="ledger_from_composante",
            ),
            models.CheckConstraint(
                condition=Q(to_account__in=["marche", "disponible"], to_composante=None)
                | (~Q(to_account__in=["marche", "disponible"]) & Q(to_composante__isnull=False)),
                name="ledger_to_composante",
            ),
        ]
        indexes = [
            models.Index(fields=["period", "id"], name="ledger_period"),
            models.Index(fields=["document_type", "document_id"], name="ledger_document"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="same_lot",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM orders_composante c
                        WHERE c.id IN (NEW.from_composante_id, NEW.to_composante_id) AND c.period_id <> NEW.period_id
                    ) THEN
                        RAISE EXCEPTION 'entry between two lots or periods'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_same_lot';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="balances",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func="""
                    UPDATE orders_lotbalance SET
                        maxi = maxi + NEW.hours * ((NEW.from_account = 'marche')::int
                            - (NEW.to_account = 'marche')::int),
                        disponible = disponible + NEW.hours * ((NEW.to_account = 'disponible')::int
                            - (NEW.from_account = 'disponible')::int),
                        engage = engage + NEW.hours * ((NEW.to_account = 'engage')::int
                            - (NEW.from_account = 'engage')::int),
                        commande = commande + NEW.hours * ((NEW.to_account = 'commande')::int
                            - (NEW.from_account = 'commande')::int),
                        realise = realise + NEW.hours * ((NEW.to_account = 'realise')::int
                            - (NEW.from_account = 'realise')::int),
                        facture = facture + NEW.hours * ((NEW.to_account = 'facture')::int
                            - (NEW.from_account = 'facture')::int)
                    WHERE period_id = NEW.period_id;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'period % has no balance', NEW.period_id USING ERRCODE = 'check_violation';
                    END IF;
                    -- Always in the order of the keys, so that two crossed transfers wait and do not deadlock.
                    PERFORM 1 FROM orders_composantebalance
                        WHERE composante_id IN (NEW.from_composante_id, NEW.to_composante_id)
                        ORDER BY composante_id FOR UPDATE;
                    UPDATE orders_composantebalance SET
                        engage = engage - NEW.hours * (NEW.from_account = 'engage')::int,
                        commande = commande - NEW.hours * (NEW.from_account = 'commande')::int,
                        realise = realise - NEW.hours * (NEW.from_account = 'realise')::int,
                        facture = facture - NEW.hours * (NEW.from_account = 'facture')::int
                    WHERE composante_id = NEW.from_composante_id;
                    UPDATE orders_composantebalance SET
                        engage = engage + NEW.hours * (NEW.to_account = 'engage')::int,
                        commande = commande + NEW.hours * (NEW.to_account = 'commande')::int,
                        realise = realise + NEW.hours * (NEW.to_account = 'realise')::int,
                        facture = facture + NEW.hours * (NEW.to_account = 'facture')::int
                    WHERE composante_id = NEW.to_composante_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h : {self.get_from_account_display()} → {self.get_to_account_display()} ({self.document})"


def _balances_by_the_ledger_alone() -> list[pgtrigger.Trigger]:
    """A balance changes only inside the trigger of an entry: any other writer is refused."""
    return [
        pgtrigger.Trigger(
            name="by_entries_alone",
            operation=pgtrigger.Update,
            when=pgtrigger.Before,
            condition=pgtrigger.Condition("pg_trigger_depth() < 1"),
            func="RAISE EXCEPTION 'balances are written by the entries of the ledger alone';",
        ),
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    ]


class LotBalance(models.Model):
    """Where the hours of a lot's period stand now: `maxi` = the sum of all the others."""

    period = models.OneToOneField("orders.LotPeriod", models.PROTECT, primary_key=True, related_name="balance")
    maxi = _amount("maxi")
    disponible = _amount("disponible")
    engage = _amount("autorisé, à commander")
    commande = _amount("commandé")
    realise = _amount("réalisé")
    facture = _amount("facturé")

    class Meta:
        verbose_name = "soldes du lot"
        verbose_name_plural = "soldes des lots"
        constraints = [
            models.CheckConstraint(
                condition=Q(disponible__gte=0),
                name="lot_maxi_kept",
                violation_error_message="Le maxi du lot serait dépassé.",
            ),
            models.CheckConstraint(
                condition=Q(engage__gte=0, commande__gte=0, realise__gte=0, facture__gte=0), name="lot_balance_positive"
            ),
            models.CheckConstraint(
                condition=Q(maxi=F("disponible") + F("engage") + F("commande") + F("realise") + F("facture")),
                name="lot_books_balance",
            ),
        ]
        triggers = _balances_by_the_ledger_alone()

    def __str__(self) -> str:
        return f"{self.period_id} : {self.disponible} h disponibles"

    @property
    def used(self) -> Decimal:
        """Hours that the Région has authorised or ordered, whatever became of them."""
        total: Decimal = self.maxi - self.disponible
        return total


class ComposanteBalance(models.Model):
    """Where the hours of one composante stand now."""

    composante = models.OneToOneField("orders.Composante", models.PROTECT, primary_key=True, related_name="balance")
    engage = _amount("à commander")
    commande = _amount("commandé, à réaliser")
    realise = _amount("réalisé, à facturer")
    facture = _amount("facturé")

    class Meta:
        verbose_name = "soldes de la composante"
        verbose_name_plural = "soldes des composantes"
        constraints = [
            models.CheckConstraint(
                condition=Q(engage__gte=0, commande__gte=0, realise__gte=0, facture__gte=0),
                name="composante_balance_positive",
                violation_error_message="Il ne reste pas assez d’heures sur cette composante.",
            )
        ]
        triggers = _balances_by_the_ledger_alone()

    def __str__(self) -> str:
        return f"composante {self.composante_id}"

    @property
    def ordered(self) -> Decimal:
        """All that an order holds for it, done or not."""
        total: Decimal = self.commande + self.realise + self.facture
        return total

    @property
    def held(self) -> Decimal:
        """All that it takes from its lot."""
        total: Decimal = self.engage + self.ordered
        return total
