"""Who may read which order, and what a page shows of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from orders.enums import Account, ComposanteState, LotRole, OrderState
from orders.models import Avenant, AvenantOperation, BonDeCommande, Composante, LedgerEntry, LotMember


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


def reads_whole(order: BonDeCommande, hat: Membership) -> bool:
    """Whether this hat reads all of an order, its document and its prices; a co-traitant reads his own lines alone."""
    return hat.kind == OrganisationKind.REGION or is_addressee(order, hat)


def lines_of(order: BonDeCommande, hat: Membership) -> QuerySet[Composante]:
    """The composantes of an order that this hat reads."""
    rows = order.composantes.order_by("number")
    return rows if reads_whole(order, hat) else rows.filter(organisme=hat.organisation)


def avenants_of(order: BonDeCommande, hat: Membership) -> QuerySet[Avenant]:
    """Its avenants, first to last: the Région sees the one in preparation too, a co-traitant those on his lines."""
    shown = [*OrderState.issued(), *([OrderState.BROUILLON] if hat.kind == OrganisationKind.REGION else [])]
    rows = (
        order.avenants.filter(state__in=shown).defer("pdf", "content").order_by(F("number").asc(nulls_last=True), "id")
    )
    if reads_whole(order, hat):
        return rows
    own = Q(composante__organisme=hat.organisation) | Q(other__organisme=hat.organisation)
    return rows.filter(Exists(AvenantOperation.objects.filter(own, avenant=OuterRef("pk"))))


def with_totals(orders: QuerySet[BonDeCommande], hat: Membership) -> QuerySet[BonDeCommande]:
    """The same orders with `count` and `hours`, of all that the hat reads in them; without their files."""
    living = ~Q(composantes__state=ComposanteState.ANNULEE)
    if hat.kind != OrganisationKind.REGION:
        orders = orders.annotate(whole=Case(When(Q(addressee=hat.organisation) | Q(_headed(hat)), then=1), default=0))
        living &= Q(whole=1) | Q(composantes__organisme=hat.organisation)
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
    """The Région sees all composantes; an organisme its own, those of its lots and of its orders."""
    rows = Composante.objects.order_by("-id")
    if hat is None:
        return rows.none()
    if hat.kind == OrganisationKind.REGION:
        return rows
    if hat.kind != OrganisationKind.ORGANISME:
        return rows.none()
    sent = Q(order__addressee=hat.organisation)
    return rows.filter(Q(organisme=hat.organisation) | Q(_headed(hat)) | sent)


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
