"""The month's end of every order: where it stands, what is missing and from whom. A fixed number of queries a page."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.months import last_of
from core.ui.pagination import COUNT_CAP, Counted
from invoices.enums import InvoiceKind, InvoiceState, TableState
from invoices.models import BillingProfile, Invoice, MonthLine, MonthTable, PayerSettings
from invoices.queries.hours import lines_of, living, to_invoice
from invoices.queries.invoices import orders_to_invoice
from orders.enums import ComposanteState, OrderState, StatementState
from orders.models import BonDeCommande, Composante, HoursDone, HoursStatement
from stagiaires.enums import HalfDayState, LockState
from stagiaires.models import HalfDay, MonthLock

SESSION = "session"  # the `origin_type` of a composante that a session asked for
CHUNK = 200  # orders of an export whose details are read together


class Stands(TextChoices):
    """Where an order's month stands, in the order in which one sees to it."""

    A_FACTURER = "a_facturer", "À facturer"
    ORGANISME = "organisme", "Accord de l’organisme attendu"
    REGION = "region", "Accord de la Région attendu"
    CONTESTE = "conteste", "Lignes contestées"
    A_OUVRIR = "a_ouvrir", "Service fait à ouvrir"
    HEURES = "heures", "Heures attendues"
    FACTURE = "facture", "Facturé"
    RIEN = "rien", "Rien à facturer"


class By(TextChoices):
    """Who has to do what is missing."""

    ORGANISME = "organisme", "L’organisme"
    REGION = "region", "La Région"


@dataclass(frozen=True)
class Missing:
    """One thing that the month waits for, in words, and who does it. `url`: the page where it is seen to."""

    text: str
    by: By
    organisme: Organisation | None = None
    url: str = ""


@dataclass(frozen=True)
class MonthEnd:
    """One order's month: where it stands, the euros that both sides agreed to, what is missing, its invoice."""

    order: BonDeCommande
    stands: Stands
    agreed: Decimal
    missing: tuple[Missing, ...]
    invoice: Invoice | None

    @property
    def to_nudge(self) -> list[Organisation]:
        """The organismes that something is waited from, each once."""
        return list(dict.fromkeys(one.organisme for one in self.missing if one.organisme is not None))


def month_orders(hat: Membership | None, month: date) -> QuerySet[BonDeCommande]:
    """Orders that train in the month (its first day) or have something to settle in it: `stands`, `agreed`.

    In the order of their numbers. Those of `orders_to_invoice`: all for the Région, those that it heads for another.
    """
    lines = MonthLine.objects.filter(table__order=OuterRef("pk"), table__month=month).exclude(hours=0)
    free = lines.filter(disputed_at=None)
    tables = MonthTable.objects.filter(order=OuterRef("pk"), month=month)
    running = _running(month).filter(order=OuterRef("pk"))
    booked = HoursDone.objects.filter(composante__order=OuterRef("pk"), month=month, hours__gt=0)
    orders = orders_to_invoice(hat).filter(Exists(running) | Exists(tables))
    stands = Case(
        When(Exists(tables.filter(state=TableState.FACTURE)), then=Value(Stands.FACTURE)),
        When(Exists(tables.filter(state=TableState.ACCORDE)), then=Value(Stands.A_FACTURER)),
        When(Exists(free.filter(organisme_agreed_at=None)), then=Value(Stands.ORGANISME)),
        When(Exists(free.filter(region_agreed_at=None)), then=Value(Stands.REGION)),
        When(Exists(lines), then=Value(Stands.CONTESTE)),
        When(Exists(_unknown(month).filter(order=OuterRef("pk"))), then=Value(Stands.HEURES)),
        When(Exists(booked) & ~Exists(tables), then=Value(Stands.A_OUVRIR)),
        default=Value(Stands.RIEN),
        output_field=CharField(),
    )
    agreed = free.filter(organisme_agreed_at__isnull=False, region_agreed_at__isnull=False).order_by()
    euros = agreed.values("table").annotate(sum=Sum(Round(F("hours") * F("price"), precision=2))).values("sum")
    money: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=2)
    return orders.annotate(
        stands=stands, agreed=Coalesce(Subquery(euros, output_field=money), Value(Decimal(0), output_field=money))
    ).order_by("number")


def counts(orders: QuerySet[BonDeCommande]) -> dict[Stands, Counted]:
    """How many of these orders stand where: one query, which stops at the cap."""
    found = list(orders.order_by().values_list("stands", flat=True)[: COUNT_CAP + 1])  # type: ignore[misc]
    capped = len(found) > COUNT_CAP
    return {Stands(one): Counted(number, capped) for one, number in Counter(found[:COUNT_CAP]).items()}


def month_ends(orders: Collection[BonDeCommande], month: date, hat: Membership) -> list[MonthEnd]:
    """What is missing to each of these orders (of `month_orders`), as this hat reads it. Four queries."""
    unknown: dict[int, list[Composante]] = {}
    rows = _unknown(month).filter(order__in=[one.pk for one in orders]).select_related("organisme")
    for composante in _explained(rows, month).order_by("number"):
        unknown.setdefault(composante.order_id or 0, []).append(composante)
    invoices = {
        one.order_id: one
        for one in Invoice.objects.filter(
            order__in=[one.pk for one in orders], month=month, kind=InvoiceKind.FACTURE, state=InvoiceState.EMISE
        ).defer("pdf", "content")
    }
    heads = {one.addressee_id for one in orders}
    ready = set(BillingProfile.objects.filter(organisme__in=heads).values_list("organisme", flat=True))
    payer = PayerSettings.objects.filter(valid_from__lte=timezone.localdate()).exists()
    found = []
    for order in orders:
        stands = Stands(order.stands)  # type: ignore[attr-defined]
        missing: list[Missing] = []
        if stands not in (Stands.FACTURE, Stands.RIEN):
            missing = [_hours(one, month, hat) for one in unknown.get(order.pk, [])]
            missing += _agreement(order, stands, month)
            missing += _billing(order, hat, known=order.addressee_id in ready)
            if not payer:
                missing.append(Missing("réglages du payeur à poser", By.REGION, url=reverse("facturation_reglages")))
        agreed: Decimal = order.agreed  # type: ignore[attr-defined]
        found.append(MonthEnd(order, stands, agreed, tuple(missing), invoices.get(order.pk)))
    return found


def flow(orders: QuerySet[BonDeCommande], month: date, hat: Membership) -> Iterator[MonthEnd]:
    """The same, for a file: all the orders, some at a time."""
    batch: list[BonDeCommande] = []
    for order in orders.iterator(chunk_size=CHUNK):
        batch.append(order)
        if len(batch) == CHUNK:
            yield from month_ends(batch, month, hat)
            batch = []
    yield from month_ends(batch, month, hat)


def _running(month: date) -> QuerySet[Composante]:
    """Composantes that train in the month."""
    bought = [ComposanteState.COMMANDEE, ComposanteState.SOLDEE]
    return Composante.objects.filter(state__in=bought, starts_on__lte=last_of(month), ends_on__gte=month)


def _unknown(month: date) -> QuerySet[Composante]:
    """Composantes that train in the month and of which the books hold nothing yet."""
    booked = HoursDone.objects.filter(composante=OuterRef("pk"), month=month)
    return _running(month).filter(~Exists(booked), state=ComposanteState.COMMANDEE)


def without_hours(month: date) -> QuerySet[Composante]:
    """Composantes whose hours of a month (its first day) wait for their organisme's word, and for no attendance."""
    rows = _explained(_unknown(month), month).exclude(statement=StatementState.PROPOSE)  # type: ignore[misc]
    given = rows.filter(attended=False)  # type: ignore[misc]
    return given.select_related("organisme").order_by("number")


def to_agree(side: str) -> QuerySet[MonthTable]:
    """Open tables that wait for a side, « organisme » or « region ». The organisme comes first, then the Région."""
    free = MonthLine.objects.filter(table=OuterRef("pk"), disputed_at=None).exclude(hours=0)
    opened = MonthTable.objects.filter(state=TableState.OUVERT)
    ours = Exists(free.filter(organisme_agreed_at=None))
    return (
        opened.filter(ours) if side == "organisme" else opened.filter(~ours, Exists(free.filter(region_agreed_at=None)))
    )


def awaited_hours(month: date) -> set[int]:
    """Orders (their ids) that train in a month (its first day) and some hours of which are not known yet."""
    return {order for order in _unknown(month).values_list("order", flat=True) if order is not None}


def to_open(month: date) -> list[BonDeCommande]:
    """Issued orders without a table for a month (its first day), which would have lines."""
    done = Composante.objects.filter(balance__realise__gt=0, order__state__in=OrderState.issued())
    waiting = list(done.exclude(state=ComposanteState.ANNULEE).exclude(order__month_tables__month=month))
    by_id = {one.pk: one.order_id for one in waiting}
    wanted = {by_id[composante] or 0 for composante, when in to_invoice(waiting) if when <= month}
    rows = BonDeCommande.objects.filter(pk__in=wanted).select_related("lot", "addressee").defer("pdf", "content")
    return [one for one in rows.order_by("pk") if lines_of(MonthTable(order=one, month=month), living(one.pk))]


def _explained(rows: QuerySet[Composante], month: date) -> QuerySet[Composante]:
    """The same composantes, with what is known of their attendance (`attended`, `lock`) and of their `statement`."""
    of_session = {"session": OuterRef("origin_id")}
    half_days = HalfDay.objects.filter(**of_session, on_date__range=(month, last_of(month)))
    locks = MonthLock.objects.filter(**of_session, month=month, state__in=LockState.living())
    said = HoursStatement.objects.filter(composante=OuterRef("pk"), month=month).order_by("-version")
    return rows.annotate(
        attended=Exists(half_days.exclude(state=HalfDayState.ANNULEE)),
        lock=Coalesce(Subquery(locks.values("state")[:1]), Value("")),
        statement=Coalesce(Subquery(said.values("state")[:1]), Value("")),
    )


def _hours(one: Composante, month: date, hat: Membership) -> Missing:
    """Why the hours of a composante are not known."""
    attended, lock, statement = one.attended, one.lock, one.statement  # type: ignore[attr-defined]
    url = reverse("composante_detail", args=[one.pk])
    what = f"{one.number} {one.title}"
    if attended and one.origin_type == SESSION:
        if hat.kind == OrganisationKind.REGION or hat.organisation_id == one.organisme_id:
            url = reverse("emargement_mois", args=[one.reference, f"{month:%Y-%m}"])
        if lock == LockState.VERROUILLE:
            return Missing(f"{what} : mois d’émargement à confirmer", By.REGION, url=url)
        return Missing(f"{what} : mois d’émargement à verrouiller", By.ORGANISME, one.organisme, url)
    if statement == StatementState.PROPOSE:
        return Missing(f"{what} : relevé d’heures à contrôler", By.REGION, url=url)
    word = "corriger" if statement == StatementState.RENVOYE else "déclarer"
    return Missing(f"{what} : heures à {word}", By.ORGANISME, one.organisme, url)


def _agreement(order: BonDeCommande, stands: Stands, month: date) -> list[Missing]:
    url = reverse("service_fait", args=[order.pk, f"{month:%Y-%m}"])
    match stands:
        case Stands.ORGANISME:
            return [Missing("service fait à accorder", By.ORGANISME, order.addressee, url)]
        case Stands.REGION:
            return [Missing("service fait à accorder", By.REGION, url=url)]
        case Stands.CONTESTE:
            return [Missing("lignes contestées à discuter", By.REGION, url=url)]
        case Stands.A_OUVRIR:
            return [Missing("service fait à ouvrir", By.REGION, url=url)]
        case Stands.A_FACTURER:
            return [Missing("facture à créer", By.ORGANISME, order.addressee, url)]
    return []


def _billing(order: BonDeCommande, hat: Membership, *, known: bool) -> list[Missing]:
    """What the mandataire has not said of itself: without it, no invoice can be made."""
    head = order.addressee
    if head is None:
        return []
    own = hat.organisation_id == head.pk
    found = []
    if not known:
        url = reverse("facturation_profil") if own else ""
        found.append(Missing("informations de facturation à compléter", By.ORGANISME, head, url))
    if not (head.siret and head.postcode and head.city):
        found.append(Missing("adresse ou SIRET à compléter", By.ORGANISME, head))
    return found
