"""The Région's queue: what waits for a decision, in order of arrival, and what it weighs on its lot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.rulebook.parameters import current
from core.ui.pagination import Counted, count_up_to_cap
from orders.forecast import Forecast
from orders.models import Lot, LotPeriod
from orders.queries import composantes_of, period_now, price_for
from orders.queries.trajectory import Trajectory, trajectory
from sessions.enums import RequestState
from sessions.models import SessionRequest
from sessions.queries.requests import queue


@dataclass(frozen=True)
class LotEffect:
    """What authorising would commit on the lot, in heures-stagiaires and euros."""

    lot: Lot
    period: LotPeriod
    committed: Decimal
    asked: Decimal
    price: Decimal | None
    goes: Trajectory

    @property
    def expected(self) -> Forecast | None:
        """What to expect of the lot if nothing more is authorised today."""
        return self.goes.forecast

    @property
    def expected_with(self) -> Forecast | None:
        """The same, if this request is authorised."""
        return self.goes.what_if(self.after - self.goes.used)

    @property
    def after(self) -> Decimal:
        return self.committed + self.asked

    @property
    def left(self) -> Decimal:
        left: Decimal = self.period.maxi - self.after
        return left

    @property
    def amount(self) -> Decimal | None:
        return None if self.price is None else (self.asked * self.price).quantize(Decimal("0.01"))

    @property
    def passes_maxi(self) -> bool:
        return self.left < 0


def for_queue(requests: QuerySet[SessionRequest]) -> QuerySet[SessionRequest]:
    """With all that a row of the queue shows, in one query."""
    waiting = Count("derogations", filter=Q(derogations__state="demandee"), distinct=True)
    return requests.select_related(
        "organisme", "lot__filiere", "assigned_to", "place__commune", "place_commune"
    ).annotate(to_decide=waiting)


def narrow(
    requests: QuerySet[SessionRequest],
    *,
    q: str = "",
    lot: str = "",
    filiere: str = "",
    verdict: str = "",
    suivi: str = "",
    person: int | None = None,
) -> QuerySet[SessionRequest]:
    """The filters of the queue. `suivi`: « moi », « personne » or « retard »."""
    if q:
        requests = requests.filter(Q(title__icontains=q) | Q(number__icontains=q) | Q(organisme__name__icontains=q))
    if lot:
        requests = requests.filter(lot=int(lot))
    if filiere:
        requests = requests.filter(lot__filiere=filiere)
    if verdict:
        requests = requests.filter(verdict=verdict)
    if suivi == "moi":
        requests = requests.filter(assigned_to=person)
    elif suivi == "personne":
        requests = requests.filter(assigned_to=None)
    elif suivi == "retard":
        requests = requests.filter(is_late())
    return requests


def late_before(today: date | None = None) -> date:
    """A file complete before this day has waited longer than it should (parameter `decision_days`)."""
    return (today or timezone.localdate()) - timedelta(days=int(current()["decision_days"]))


def is_late() -> Q:
    """The condition of `late_before`, as a moment that an index can be read up to."""
    return Q(completed_at__lt=timezone.make_aware(datetime.combine(late_before(), time.min)))


def late() -> QuerySet[SessionRequest]:
    """The queue's files that have waited longer than they should."""
    return queue().filter(is_late())


def late_count() -> Counted:
    return count_up_to_cap(late())


def waiting_count() -> Counted:
    return count_up_to_cap(queue())


def to_examine() -> QuerySet[SessionRequest]:
    """Sessions frozen until the Région has decided (R18)."""
    return SessionRequest.objects.filter(state=RequestState.A_REEXAMINER)


def examine_count() -> Counted:
    return count_up_to_cap(to_examine())


def ranks_of(requests: Iterable[SessionRequest]) -> dict[int, int]:
    """{id: place in the whole queue, from 1} of those that are in it; the queue is read as far as the last of them."""
    keys = [(one.completed_at, one.pk) for one in requests if one.state in RequestState.queue() and one.completed_at]
    if not keys:
        return {}
    last_at, last_pk = max(keys)
    before = Q(completed_at__lt=last_at) | Q(completed_at=last_at, pk__lte=last_pk)
    wanted = {pk for _at, pk in keys}
    ahead = queue().filter(before, completed_at__lte=last_at).values_list("pk", flat=True)
    return {pk: rank for rank, pk in enumerate(ahead, start=1) if pk in wanted}


def decided() -> QuerySet[SessionRequest]:
    """What is decided already, last decided first."""
    cancelled = Q(state=RequestState.RETIREE, decided_at__isnull=False)
    done = Q(state__in=[RequestState.AUTORISEE, RequestState.REFUSEE]) | cancelled
    return SessionRequest.objects.filter(done).order_by("-decided_at", "-id")


def given_back() -> QuerySet[SessionRequest]:
    """What the organisme must complete, longest first."""
    return SessionRequest.objects.filter(state=RequestState.A_COMPLETER).order_by("updated_at", "id")


def lot_effect(request: SessionRequest) -> LotEffect | None:
    """Hours already authorised or ordered on the request's lot, and those that it asks for; None without a period."""
    if request.lot is None or request.seats is None:
        return None
    period = period_now(request.lot)
    if period is None:
        return None
    own = composantes_of(getattr(request, "session", None))
    committed = period.balance.used - sum((one.balance.held for one in own), Decimal(0))
    return LotEffect(
        lot=request.lot,
        period=period,
        committed=committed,
        asked=request.hours_training * request.seats,
        price=price_for(request.lot, request.starts_on),
        goes=trajectory(period),
    )
