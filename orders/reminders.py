"""What the clock reminds people of, once each: orders not acknowledged, lots near their limits, what ends."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.journal.notices import Notice, notify, register
from core.rulebook import parameters
from core.ui.french import heures, jour, pourcent
from orders.enums import OrderState
from orders.models import Avenant, BonDeCommande
from orders.queries import alerts
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
class PeriodEnding(Notice):
    kind = "lot.periode_finit"
    label = "La période d’un lot finit, et aucune autre ne la suit"
    audience = (OrganisationKind.REGION,)


@register
class MarcheEnding(Notice):
    kind = "marche.fin"
    label = "Un marché arrive à sa fin"
    audience = (OrganisationKind.REGION,)


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


def remind_near_maxi() -> int:
    """Tell a lot's gestionnaire, once for a maxi, that a share of it is used. Returns how many are told."""
    told, figures = 0, parameters.current()
    for period in [one for one in alerts.running() if alerts.is_near_maxi(one, figures)]:
        share, lot = pourcent(alerts.share_used(period)), period.lot
        text = f"Lot {lot.number}\u00a0: {heures(period.balance.used)} autorisées ou commandées, {share} du maxi"
        url = reverse("lot_detail", args=[lot.pk])
        told += notify(LotNearMaxi, region_of(lot), period, text, url, dedupe_key=str(period.maxi))
    return told


def remind_under_mini() -> int:
    """Tell, once for a period, that a lot has used less of its mini than of its time. Returns how many are told.

    A mini never justifies an order without an intention (R118): the notice says where the lot stands, no more.
    """
    told, figures = 0, parameters.current()
    for period in [one for one in alerts.running() if alerts.is_late_on_mini(one, figures)]:
        used, lot = period.balance.used, period.lot
        text = (
            f"Lot {lot.number}\u00a0: {heures(used)} sur un mini de {heures(period.mini)}, "
            f"quand {pourcent(alerts.gone_by(period))} de la période est passée"
        )
        told += notify(LotUnderMini, region_of(lot), period, text, reverse("lot_trajectoire", args=[lot.pk]))
    return told


def remind_periods() -> int:
    """Tell a lot's gestionnaire, once, that its period ends and that no other follows. Returns how many are told."""
    told, figures = 0, parameters.current()
    for period in [one for one in alerts.running() if alerts.ends_alone(one, figures)]:
        lot, end = period.lot, period.period.upper - timedelta(days=1)
        text = f"La période du lot {lot.number} finit le {jour(end, weekday=False)}, et aucune autre ne la suit"
        url = reverse("lot_periodes", args=[lot.pk])
        told += notify(PeriodEnding, region_of(lot), period, text, url, dedupe_key=str(end))
    return told


def remind_ending() -> int:
    """Tell the gestionnaires of its lots, once, that a marché ends. Returns how many are told."""
    told = 0
    for marche in alerts.marches_ending(parameters.current()):
        hats = {hat.pk: hat for lot in marche.lots.filter(is_active=True) for hat in region_of(lot)}
        left = alerts.renewal_words(marche.renewals_planned, marche.renewed)  # type: ignore[attr-defined]
        text = f"Le marché {marche.number} finit le {jour(marche.ends_on, weekday=False)}\u00a0: {left}"
        url = reverse("marche_modifier", args=[marche.pk])
        told += notify(MarcheEnding, hats.values(), marche, text, url, dedupe_key=str(marche.ends_on))
    return told
