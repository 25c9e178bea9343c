"""What the page of a lot says of its hours, and what waits to be ordered on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from orders.enums import Account, ComposanteState, LotRole
from orders.models import BonDeCommande, Composante, Lot, LotCertification, LotPeriod, LotPlace
from orders.queries.territory import with_zones


def with_page(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """Lots with what their page lists, in the same query: where they are, `listed` (certifications), `sites`."""
    here = OuterRef("pk")
    listed = LotCertification.objects.filter(lot=here).order_by("-obligatoire", "certification__search")
    sites = LotPlace.objects.filter(lot=here, is_active=True).order_by("name", "pk")
    return with_zones(lots).annotate(
        listed=ArraySubquery(
            listed.values(
                row=JSONObject(code="certification_id", title="certification__title", obligatoire="obligatoire")
            )
        ),
        sites=ArraySubquery(
            sites.values(
                row=JSONObject(
                    pk="pk",
                    name="name",
                    address="address",
                    postcode="postcode",
                    commune="commune__name",
                    organisme="organisme__name",
                )
            )
        ),
    )


@dataclass(frozen=True)
class Share:
    """One account of a lot: so many heures-stagiaires stand there."""

    account: str
    hours: Decimal


def balances_of(period: LotPeriod) -> list[Share]:
    """The accounts of a lot's period in the order in which hours go through them."""
    return [Share(Account(name).label, getattr(period.balance, name)) for name in Account.held()]


def standing(period: LotPeriod, today: date | None = None) -> str:
    """« En cours », « À venir » or « Passée »."""
    day = today or timezone.localdate()
    if day in period.period:
        return "En cours"
    return "À venir" if period.period.lower > day else "Passée"


def periods_of(lot: Lot) -> list[LotPeriod]:
    """The periods of a lot with their balances, the first one first."""
    return list(LotPeriod.objects.filter(lot=lot).select_related("balance").order_by("period"))


def shown_of(periods: Sequence[LotPeriod]) -> LotPeriod | None:
    """The one to speak of: the one that runs, else the next to come, else the last one."""
    for wanted in ("En cours", "À venir"):
        if found := next((period for period in periods if standing(period) == wanted), None):
            return found
    return periods[-1] if periods else None


def gap_after(lot: Lot, periods: Sequence[LotPeriod]) -> date | None:
    """The first day from today on that no period holds, within the marché: nothing can be authorised then.

    None when the periods go on to its end. `periods`: those of `periods_of`.
    """
    day = max(timezone.localdate(), lot.marche.starts_on)
    for period in periods:
        if day in period.period:
            day = period.period.upper
    return day if day <= lot.marche.ends_on else None


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
