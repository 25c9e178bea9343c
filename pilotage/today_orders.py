"""What the orders and the hours ask of each: to order, to acknowledge, to state, to check."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.rulebook import parameters
from core.rules import Parameters
from core.ui.french import depuis, euros, heures, jour, mois, pluriel, pourcent
from core.ui.pagination import count_up_to_cap
from core.ui.parts import Todo
from orders import queries
from orders.enums import ComposanteState, OrderState, PriceRequestState
from orders.models import Avenant, BonDeCommande, Composante, Lot, PriceRequest
from orders.queries import alerts
from orders.queries import hours as hours_of
from orders.queries import orders as orders_of
from orders.workflow.prices import may_decide_price

MOST = 3  # of one kind


def for_region(hat: Membership) -> list[Todo]:
    """For those who keep the lots: orders to change, statements to check, what to order, what is not acknowledged,
    what to watch on the lots.

    For those who decide: the prices asked.
    """
    if may_decide_price(hat):
        return list(_prices())
    if not queries.may_edit(hat):
        return []
    figures = parameters.current()
    return [
        *_to_withdraw(hat),
        *_to_check(hat),
        *_to_order(hat),
        *_not_acknowledged(hat),
        *_watched(hat, figures),
        *_marches_ending(hat, figures),
    ]


def _prices() -> Iterator[Todo]:
    waiting = PriceRequest.objects.filter(state=PriceRequestState.DEMANDEE).select_related("lot")
    for one in waiting.order_by("asked_at", "pk")[:MOST]:
        yield Todo(
            "Un autre prix de l’heure est demandé",
            f"{one.lot} : {euros(one.amount)}",
            tone="doute",
            when=depuis(timezone.localtime(one.asked_at), timezone.localtime()),
            url=reverse("lot_prix_decider", args=[one.lot_id, one.pk]),
            action="Décider",
        )


def for_organisme(hat: Membership) -> list[Todo]:
    """For an organisme: orders and avenants to acknowledge, months to state."""
    return [*_to_acknowledge(hat), *_months(hat)]


def _mine(hat: Membership, lot: str) -> Q:
    """On the lots that this person keeps, and on those that nobody does."""
    return Q(**{f"{lot}gestionnaire": hat.user_id}) | Q(**{f"{lot}gestionnaire": None})


def _to_withdraw(hat: Membership) -> Iterator[Todo]:
    rows = Composante.objects.filter(_mine(hat, "lot__"), state=ComposanteState.COMMANDEE).exclude(to_withdraw="")
    for one in rows.select_related("order").defer("order__pdf", "order__content").order_by("starts_on", "pk")[:MOST]:
        yield Todo(
            "Une formation commandée n’a plus lieu : un avenant est à faire",
            f"{one.order}, composante {one.number} : {one.to_withdraw}",
            tone="non",
            url=reverse("commande_detail", args=[one.order_id]),
            action="Préparer l’avenant",
        )


def _to_check(hat: Membership) -> Iterator[Todo]:
    waiting = count_up_to_cap(hours_of.to_check(hat))
    if waiting:
        yield Todo(
            waiting.text("relevé d’heures est à contrôler", "relevés d’heures sont à contrôler"),
            "Les organismes attendent votre réponse.",
            tone="doute",
            url=reverse("releve_liste"),
            action="Contrôler",
        )


def _to_order(hat: Membership) -> Iterator[Todo]:
    waiting = Composante.objects.filter(lot=OuterRef("pk"), state=ComposanteState.ENGAGEE, order=None)
    lots = Lot.objects.filter(_mine(hat, ""), Exists(waiting)).order_by("marche__number", "number", "pk")
    for lot in lots[:MOST]:
        yield Todo(
            "Des composantes sont à commander",
            str(lot),
            tone="info",
            url=reverse("lot_detail", args=[lot.pk]) + "#a-commander",
            action="Préparer le bon de commande",
        )


def _not_acknowledged(hat: Membership) -> Iterator[Todo]:
    rows = BonDeCommande.objects.filter(_mine(hat, "lot__"), state=OrderState.EMIS)
    for one in rows.select_related("addressee").defer("pdf", "content").order_by("issued_at", "pk")[:MOST]:
        yield Todo(
            "Un bon de commande attend son accusé de réception",
            f"{one}, adressé à {one.addressee}",
            tone="info",
            when=_since(one),
            url=reverse("commande_detail", args=[one.pk]),
            action="Voir",
        )


def _watched(hat: Membership, figures: Parameters) -> Iterator[Todo]:
    """Lots near their maxi, whose period ends with no other after it, or late on their mini."""
    mine = list(alerts.running().filter(_mine(hat, "lot__")))
    for period in [one for one in mine if alerts.is_near_maxi(one, figures)][:MOST]:
        yield Todo(
            "Un lot approche de son maxi",
            f"{period.lot}\u00a0: {heures(period.balance.used)} sur {heures(period.maxi)}.",
            tone="doute",
            url=reverse("lot_trajectoire", args=[period.lot_id]),
            action="Voir la trajectoire",
        )
    for period in [one for one in mine if alerts.ends_alone(one, figures)][:MOST]:
        end = jour(period.period.upper - timedelta(days=1), weekday=False)
        yield Todo(
            "La période d’un lot finit, et aucune autre ne la suit",
            f"{period.lot}\u00a0: plus rien ne pourra être autorisé après le {end}.",
            tone="doute",
            url=reverse("lot_periodes", args=[period.lot_id]),
            action="Ouvrir la période suivante",
        )
    for period in [one for one in mine if alerts.is_late_on_mini(one, figures)][:MOST]:
        yield Todo(
            "Un lot est en retard sur son mini",
            f"{period.lot}\u00a0: {heures(period.balance.used)} sur {heures(period.mini)}, quand "
            f"{pourcent(alerts.gone_by(period))} de la période est passée. Un mini ne justifie jamais une commande.",
            tone="info",
            url=reverse("lot_trajectoire", args=[period.lot_id]),
            action="Voir la trajectoire",
        )


def _marches_ending(hat: Membership, figures: Parameters) -> Iterator[Todo]:
    lots = Lot.objects.filter(_mine(hat, ""), marche=OuterRef("pk"), is_active=True)
    for marche in alerts.marches_ending(figures).filter(Exists(lots))[:MOST]:
        left = alerts.renewal_words(marche)
        yield Todo(
            "Un marché arrive à sa fin",
            f"{marche.number} finit le {jour(marche.ends_on, weekday=False)}\u00a0: {left}.",
            tone="info",
            url=reverse("marche_modifier", args=[marche.pk]),
            action="Voir le marché",
        )


def _to_acknowledge(hat: Membership) -> Iterator[Todo]:
    heads: QuerySet[BonDeCommande] = orders_of.headed_by(hat)
    for one in heads.filter(state=OrderState.EMIS).defer("pdf", "content").order_by("issued_at", "pk")[:MOST]:
        yield Todo(
            "Un bon de commande vous est adressé",
            f"{one} : accusez-en réception.",
            tone="doute",
            when=_since(one),
            url=reverse("commande_detail", args=[one.pk]),
            action="Lire et accuser réception",
        )
    sent = Avenant.objects.filter(order__in=heads, state=OrderState.EMIS).select_related("order")
    sent = sent.defer("pdf", "content", "order__pdf", "order__content")
    for avenant in sent.order_by("issued_at", "pk")[:MOST]:
        yield Todo(
            "Un avenant vous est adressé",
            f"{avenant} : accusez-en réception.",
            tone="doute",
            when=_since(avenant),
            url=reverse("commande_detail", args=[avenant.order_id]),
            action="Lire et accuser réception",
        )


def _since(sent: BonDeCommande | Avenant) -> str:
    return depuis(timezone.localtime(sent.issued_at), timezone.localtime()) if sent.issued_at else ""


def _months(hat: Membership) -> Iterator[Todo]:
    """The last month that is over, for the trainings of this organisme that it crosses and that nothing says."""
    month = hours_of.last_full_month()
    left = hours_of.to_state(hat, month).order_by(F("ends_on").asc(), "pk")
    waiting = count_up_to_cap(left)
    if not waiting:
        return
    first = left[0]
    more = f", et {pluriel(waiting.number - 1, 'autre formation', 'autres formations')}" if waiting.number > 1 else ""
    yield Todo(
        f"Les heures de {mois(month)} sont à déclarer",
        f"{first.title}, jusqu’au {jour(first.ends_on, weekday=False)}{more}.",
        tone="info",
        url=reverse("composante_heures", args=[first.pk]),
        action="Déclarer les heures",
    )
