"""Who may ask for what on which lot, and at what price (R112-R116, R123). Read only."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, Model, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership, Organisation
from core.journal.events import subject_of
from core.reference.models import Commune
from orders.enums import ComposanteState, LotRole
from orders.models import Composante, Lot, LotMember, LotPeriod, LotPrice, Marche
from orders.queries import territory

LiveRequests = Callable[[Lot, Organisation], int]
_live_requests: list[LiveRequests] = []


def register_live_requests(lookup: LiveRequests) -> None:
    """Let a room above say how many requests of an organisme on a lot are sent and wait for their decision."""
    if lookup not in _live_requests:
        _live_requests.append(lookup)


def live_requests(lot: Lot, organisation: Organisation) -> int:
    """Requests of this organisme on this lot that wait for their decision, as the rooms above know them."""
    return sum(lookup(lot, organisation) for lookup in _live_requests)


def active(on: date | None = None) -> QuerySet[Lot]:
    """Lots on which sessions may be asked for on that day (today by default): lot and marché both run."""
    day = on or timezone.localdate()
    return Lot.objects.filter(is_active=True, marche__starts_on__lte=day, marche__ends_on__gte=day)


def lots_of(organisation: Organisation, on: date | None = None) -> QuerySet[Lot]:
    """Active lots of an organisme, each with `role`, what it is there (R112)."""
    return (
        active(on)
        .filter(members__organisation=organisation, members__is_active=True)
        .annotate(role=F("members__role"))
        .select_related("marche", "filiere")
        .order_by("marche__number", "number", "id")
    )


def role_on(lot: Lot, organisation: Organisation) -> LotRole | None:
    """What the organisme is on this lot, None when it is not a member of the group."""
    role = lot.members.filter(organisation=organisation, is_active=True).values_list("role", flat=True).first()
    return LotRole(role) if role else None


def mandataire_of(lot: Lot) -> Organisation | None:
    """The one who receives the orders (R117), None while the Région has not named him."""
    member = lot.members.filter(role=LotRole.MANDATAIRE, is_active=True).select_related("organisation__commune").first()
    return member.organisation if member else None


def price_at(lot: Lot, on: date | None = None) -> Decimal | None:
    """Price of the heure-stagiaire (euros) on a day: one for the whole group (R123), None when none is dated."""
    day = on or timezone.localdate()
    return lot.prices.filter(period__contains=day).values_list("amount", flat=True).first()


def period_now(lot: Lot, on: date | None = None) -> LotPeriod | None:
    """The lot's period that holds a day (today by default), with its balances; None when none is open."""
    day = on or timezone.localdate()
    return LotPeriod.objects.filter(lot=lot, period__contains=day).select_related("lot", "balance").first()


def price_for(lot: Lot, starts_on: date | None) -> Decimal | None:
    """Price of a training that begins on that day (R123): that day's, or today's when the lot's prices stop before.

    An order may be sent in the last months of a marché for a training that goes on after it.
    """
    return price_at(lot, starts_on) or price_at(lot)


def may_ask(hat: Membership | None, lot: Lot, on: date | None = None) -> bool:
    """Whether this hat may ask for a session on this lot: a member of the group, on an active lot (R112)."""
    return hat is not None and lots_of(hat.organisation, on).filter(pk=lot.pk).exists()


def visible_to(hat: Membership | None) -> QuerySet[Lot]:
    """The Région sees every lot; an organisme those that it belongs to; the others none."""
    if hat is None:
        return Lot.objects.none()
    lots = Lot.objects.select_related("marche", "filiere").order_by("marche__number", "number", "id")
    if hat.kind == OrganisationKind.REGION:
        return lots
    if hat.kind == OrganisationKind.ORGANISME:
        mine = LotMember.objects.filter(lot=OuterRef("pk"), organisation=hat.organisation, is_active=True)
        return lots.filter(Exists(mine))
    return lots.none()


def kept_by(hat: Membership, lot: str) -> Q:
    """Rows of the lots whose keeper is asked: those of this hat, and those that nobody keeps.

    `lot`: the way from the row to its lot.
    """
    return Q(**{f"{lot}__gestionnaire": hat.user_id}) | Q(**{f"{lot}__gestionnaire": None})


def may_edit(hat: Membership | None) -> bool:
    """The Région's gestionnaires and administrators keep the records of the market."""
    return (
        hat is not None and hat.kind == OrganisationKind.REGION and hat.role in (Role.GESTIONNAIRE, Role.ADMINISTRATEUR)
    )


def with_group(lots: QuerySet[Lot], on: date | None = None) -> QuerySet[Lot]:
    """The same lots with what a list shows: where they are, `group` (the mandataire first), `prices_now`."""
    day = on or timezone.localdate()
    members = LotMember.objects.filter(is_active=True).select_related("organisation").order_by("role", "id")
    return territory.with_zones(lots).prefetch_related(
        Prefetch("members", members, to_attr="group"),
        Prefetch("prices", LotPrice.objects.filter(period__contains=day), to_attr="prices_now"),
        Prefetch(
            "periods", LotPeriod.objects.filter(period__contains=day).select_related("balance"), to_attr="periods_now"
        ),
    )


def search(
    lots: QuerySet[Lot],
    *,
    words: str = "",
    marche: Marche | None = None,
    filiere: str = "",
    departement: str = "",
    closed: bool = False,
    on: date | None = None,
) -> QuerySet[Lot]:
    """Narrow a list of lots; without `closed`, those that run."""
    day = on or timezone.localdate()
    if words:
        asked = Q(title__icontains=words) | Q(members__organisation__name__icontains=words, members__is_active=True)
        if words.isascii() and words.isdigit() and len(words) < 6:
            asked |= Q(number=int(words))
        lots = lots.filter(pk__in=Lot.objects.filter(asked).values("pk"))
    if marche:
        lots = lots.filter(marche=marche)
    if filiere:
        lots = lots.filter(filiere_id=filiere)
    if departement:
        lots = lots.filter(departements=departement)
    if not closed:
        lots = lots.filter(is_active=True, marche__ends_on__gte=day)
    return lots


def covers(filiere: str, departement: str, commune: Commune | None = None) -> bool:
    """Whether an active lot covers this filière (code) in this commune (R27, K2).

    Without the commune, a lot that touches the département (code) will do.
    """
    lots = active().filter(filiere=filiere)
    return lots.filter(territory.over(commune) if commune else Q(departements=departement)).exists()


def composantes_of(origin: Model | None) -> list[Composante]:
    """The composantes that a file (a session) asked for and that still hold hours, oldest first, with balances."""
    if origin is None:
        return []
    origin_type, origin_id = subject_of(origin)
    rows = Composante.objects.filter(origin_type=origin_type, origin_id=origin_id)
    return list(rows.exclude(state=ComposanteState.ANNULEE).select_related("balance", "order").order_by("id"))
