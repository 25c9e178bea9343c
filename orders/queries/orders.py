"""Who may read which order, and what a page shows of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from orders.enums import Account, ComposanteState, LotRole, OrderState
from orders.models import BonDeCommande, Composante, LedgerEntry, LotMember


def _headed(hat: Membership) -> Exists:
    """Whether the row's lot is headed by this hat's organisme today."""
    heads = LotMember.objects.filter(lot=OuterRef("lot"), role=LotRole.MANDATAIRE, is_active=True)
    return Exists(heads.filter(organisation=hat.organisation))


def visible_to(hat: Membership | None) -> QuerySet[BonDeCommande]:
    """The Région sees all orders; an organisme those issued on the lots that it heads, or that buy its trainings."""
    orders = BonDeCommande.objects.order_by("-id")
    if hat is None:
        return orders.none()
    if hat.kind == OrganisationKind.REGION:
        return orders
    if hat.kind != OrganisationKind.ORGANISME:
        return orders.none()
    does = Composante.objects.filter(order=OuterRef("pk"), organisme=hat.organisation)
    mine = Q(addressee=hat.organisation) | Q(_headed(hat)) | Q(Exists(does))
    return orders.filter(mine, state__in=OrderState.issued())


def headed_by(hat: Membership) -> QuerySet[BonDeCommande]:
    """Orders that this hat acknowledges: addressed to its organisme, or on a lot that it heads today."""
    return visible_to(hat).filter(Q(addressee=hat.organisation) | Q(_headed(hat)))


def is_addressee(order: BonDeCommande, hat: Membership) -> bool:
    """Whether this hat acknowledges the order: its addressee, or the lot's mandataire of today."""
    if hat.kind != OrganisationKind.ORGANISME:
        return False
    if hat.organisation_id == order.addressee_id:
        return True
    return LotMember.objects.filter(
        lot=order.lot, organisation=hat.organisation, role=LotRole.MANDATAIRE, is_active=True
    ).exists()


def with_totals(orders: QuerySet[BonDeCommande]) -> QuerySet[BonDeCommande]:
    """The same orders with `count` and `hours` (all that they hold), without their files."""
    living = ~Q(composantes__state=ComposanteState.ANNULEE)
    zero = Value(Decimal(0), output_field=DecimalField())
    held = [
        Coalesce(Sum(f"composantes__balance__{name}", filter=living), zero)
        for name in ("commande", "realise", "facture")
    ]
    return (
        orders.defer("pdf", "content")
        .select_related("lot", "addressee")
        .annotate(count=Count("composantes", filter=living), hours=held[0] + held[1] + held[2])
    )


def composantes_visible_to(hat: Membership | None) -> QuerySet[Composante]:
    """The Région sees all composantes; an organisme its own, and those of the lots that it heads."""
    rows = Composante.objects.order_by("-id")
    if hat is None:
        return rows.none()
    if hat.kind == OrganisationKind.REGION:
        return rows
    if hat.kind != OrganisationKind.ORGANISME:
        return rows.none()
    return rows.filter(Q(organisme=hat.organisation) | Q(_headed(hat)))


@dataclass(frozen=True)
class Movement:
    """One entry as the page of a composante shows it: hours gained (or lost) on an account, and the document."""

    at: datetime
    account: str
    hours: Decimal
    document: str


def entries_of(composante: Composante) -> list[Movement]:
    """The movements of a composante, oldest first."""
    rows = LedgerEntry.objects.filter(Q(from_composante=composante) | Q(to_composante=composante)).order_by("id")
    found = []
    for row in rows:
        arrives = row.to_composante_id == composante.pk
        account = Account(row.to_account if arrives else row.from_account)
        found.append(Movement(row.at, account.label, row.hours if arrives else -row.hours, row.document))
    return found
