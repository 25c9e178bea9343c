"""What is to be watched on the lots, the same for the reminders of the clock and for the home page."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from core.rules import Parameters
from orders.models import LotPeriod, Marche


def running(today: date | None = None) -> QuerySet[LotPeriod]:
    """The periods that hold a day (today by default), of active lots, with balances and `followed` (by another)."""
    day = today or timezone.localdate()
    after = LotPeriod.objects.filter(lot=OuterRef("lot"), period__startswith__gt=day)
    rows = LotPeriod.objects.filter(period__contains=day, lot__is_active=True).annotate(followed=Exists(after))
    return rows.select_related("lot__marche", "balance").order_by("pk")


def share_used(period: LotPeriod) -> Decimal:
    """The share of its maxi that is authorised or ordered."""
    return period.balance.used / period.maxi if period.maxi else Decimal(0)


def is_near_maxi(period: LotPeriod, figures: Parameters) -> bool:
    """Whether its maxi is used up to the share that the Région has dated (`lot_near_maxi_share`)."""
    return share_used(period) >= Decimal(figures["lot_near_maxi_share"]) / 100


def gone_by(period: LotPeriod) -> Decimal:
    """The share of its days that is over."""
    days = (period.period.upper - period.period.lower).days
    return Decimal((timezone.localdate() - period.period.lower).days) / days


def is_late_on_mini(period: LotPeriod, figures: Parameters) -> bool:
    """Whether it has used less of its mini than of its time, from a share of it on (`lot_mini_watch_share`)."""
    elapsed = gone_by(period)
    return elapsed >= Decimal(figures["lot_mini_watch_share"]) / 100 and period.balance.used < period.mini * elapsed


def ends_alone(period: LotPeriod, figures: Parameters) -> bool:
    """Whether a period of `running` ends soon (`period_notice_days`), no other follows, and the marché goes on."""
    soon = timezone.localdate() + timedelta(days=int(figures["period_notice_days"]))
    end = period.period.upper
    return not period.followed and end <= soon and end <= period.lot.marche.ends_on  # type: ignore[attr-defined]


def marches_ending(figures: Parameters) -> QuerySet[Marche]:
    """Those that end soon (`marche_notice_days`), with `renewed`: how often they were."""
    today = timezone.localdate()
    soon = today + timedelta(days=int(figures["marche_notice_days"]))
    return Marche.objects.filter(ends_on__range=(today, soon)).annotate(renewed=Count("renewals")).order_by("pk")


def renewal_words(planned: int, made: int) -> str:
    """What can be done about the end of a marché of `marches_ending`."""
    left = planned - made
    if left > 0:
        return f"il peut encore être reconduit {left} fois"
    return "toutes ses reconductions sont faites" if made else "il ne prévoit pas de reconduction"
