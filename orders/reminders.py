"""What the clock reminds people of, once each: orders not acknowledged, lots near their limits, marchés ending."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.journal.notices import Notice, notify, register
from core.rulebook import parameters
from core.ui.french import heures, jour, pourcent
from orders.enums import OrderState
from orders.models import Avenant, BonDeCommande, LotPeriod, Marche
from orders.workflow.people import members_of, region_of


@register
class NotAcknowledged(Notice):
    kind = "commande.sans_accuse"
    label = "Une commande attend son accusé de réception depuis longtemps"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class LotNearMaxi(Notice):
    kind = "lot.pres_du_maxi"
    label = "Un lot approche de son maxi"
    audience = (OrganisationKind.REGION,)


@register
class LotUnderMini(Notice):
    kind = "lot.sous_le_mini"
    label = "Un lot est en retard sur son mini"
    audience = (OrganisationKind.REGION,)


@register
class MarcheEnding(Notice):
    kind = "marche.fin"
    label = "Un marché arrive à sa fin"
    audience = (OrganisationKind.REGION,)


def _share(name: str) -> Decimal:
    return Decimal(parameters.current()[name]) / 100


def remind_acknowledgements() -> int:
    """Tell the mandataire, and the lot's gestionnaire, of what was sent and not acknowledged. Returns how many."""
    since = timezone.now() - timedelta(days=int(parameters.current()["order_reminder_days"]))
    late = {"state": OrderState.EMIS, "issued_at__lt": since}
    orders = BonDeCommande.objects.filter(**late).select_related("lot", "addressee").defer("pdf", "content")
    avenants = Avenant.objects.filter(**late).select_related("order__lot", "order__addressee")
    late_avenants = avenants.defer("pdf", "content", "order__pdf", "order__content").order_by("pk")
    waiting: list[BonDeCommande | Avenant] = [*orders.order_by("pk"), *late_avenants]
    told = 0
    for sent in waiting:
        order = sent if isinstance(sent, BonDeCommande) else sent.order
        hats = region_of(order.lot) + (members_of(order.addressee) if order.addressee else [])
        day = jour(timezone.localdate(sent.issued_at), weekday=False) if sent.issued_at else ""
        text = f"{sent}, émis le {day}, attend son accusé de réception"
        told += notify(NotAcknowledged, hats, sent, text, reverse("commande_detail", args=[order.pk]))
    return told


def _running() -> QuerySet[LotPeriod]:
    rows = LotPeriod.objects.filter(period__contains=timezone.localdate(), lot__is_active=True)
    return rows.select_related("lot", "balance").order_by("pk")


def remind_near_maxi() -> int:
    """Tell a lot's gestionnaire, once for a maxi, that a share of it is used. Returns how many are told."""
    share, told = _share("lot_near_maxi_share"), 0
    for period in _running().filter(maxi__gt=0, balance__disponible__lte=F("maxi") * (1 - share)):
        used, lot = period.balance.used, period.lot
        text = (
            f"Lot {lot.number}\u00a0: {heures(used)} autorisées ou commandées, {pourcent(used / period.maxi)} du maxi"
        )
        url = reverse("lot_detail", args=[lot.pk])
        told += notify(LotNearMaxi, region_of(lot), period, text, url, dedupe_key=str(period.maxi))
    return told


def remind_under_mini() -> int:
    """Tell, once for a period, that a lot has used less of its mini than of its time. Returns how many are told.

    A mini never justifies an order without an intention (R118): the notice says where the lot stands, no more.
    """
    watched, today, told = _share("lot_mini_watch_share"), timezone.localdate(), 0
    for period in _running().filter(mini__gt=0):
        days = (period.period.upper - period.period.lower).days
        elapsed = Decimal((today - period.period.lower).days) / days
        used, lot = period.balance.used, period.lot
        if elapsed < watched or used >= period.mini * elapsed:
            continue
        text = (
            f"Lot {lot.number}\u00a0: {heures(used)} sur un mini de {heures(period.mini)}, quand {pourcent(elapsed)} "
            "de la période est passée"
        )
        told += notify(LotUnderMini, region_of(lot), period, text, reverse("lot_detail", args=[lot.pk]))
    return told


def remind_ending() -> int:
    """Tell the gestionnaires of its lots, once, that a marché ends. Returns how many are told."""
    today = timezone.localdate()
    soon = today + timedelta(days=int(parameters.current()["marche_notice_days"]))
    told = 0
    for marche in Marche.objects.filter(ends_on__range=(today, soon)).order_by("pk"):
        hats = {hat.pk: hat for lot in marche.lots.filter(is_active=True) for hat in region_of(lot)}
        text = f"Le marché {marche.number} finit le {jour(marche.ends_on, weekday=False)}"
        told += notify(MarcheEnding, hats.values(), marche, text, reverse("lot_liste"), dedupe_key=str(marche.ends_on))
    return told
