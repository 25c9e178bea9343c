"""What the page of a lot says of its hours, and what waits to be ordered on it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from orders.enums import Account, ComposanteState, LotRole
from orders.models import BonDeCommande, Composante, Lot, LotPeriod


@dataclass(frozen=True)
class Share:
    """One account of a lot: so many heures-stagiaires stand there."""

    account: str
    hours: Decimal


def balances_of(period: LotPeriod) -> list[Share]:
    """The accounts of a lot's period in the order in which hours go through them."""
    return [Share(Account(name).label, getattr(period.balance, name)) for name in Account.held()]


def may_read_hours(hat: Membership, role: str | None) -> bool:
    """The hours of a whole lot are read by the Région and by the lot's mandataire (`role`: the reader's on the lot)."""
    return hat.kind == OrganisationKind.REGION or role == LotRole.MANDATAIRE


def to_order(lot: Lot) -> QuerySet[Composante]:
    """Composantes authorised on the lot and carried by no order, the first to begin first."""
    rows = Composante.objects.filter(lot=lot, state=ComposanteState.ENGAGEE, order=None)
    return rows.select_related("organisme").order_by("starts_on", "pk")


def ready_for(order: BonDeCommande) -> QuerySet[Composante]:
    """What a draft may carry: what it carries already, and what waits on its lot, in the same period."""
    mine = Q(order=order) | Q(order=None)
    rows = Composante.objects.filter(mine, lot=order.lot_id, period=order.period_id, state=ComposanteState.ENGAGEE)
    return rows.select_related("organisme").order_by("starts_on", "pk")


@dataclass(frozen=True)
class Lines:
    """Composantes as the lines of an order, with their totals: heures-stagiaires and euros."""

    rows: list[Composante]

    @property
    def hours(self) -> Decimal:
        return sum((one.hours_asked for one in self.rows), Decimal(0))

    @property
    def amount(self) -> Decimal:
        return sum((one.amount_asked for one in self.rows), Decimal(0))
