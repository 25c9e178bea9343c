"""What the orders and the hours ask of each: to order, to acknowledge, to state, to check."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from core.accounts.models import Membership
from core.rulebook import parameters
from core.rules import Parameters
from core.ui.french import de_mois, euros, heures, jour, pluriel, pourcent
from core.ui.pagination import Counted
from core.ui.parts import Todo
from orders import queries
from orders.enums import ComposanteState, OrderState, PriceRequestState
from orders.models import Avenant, BonDeCommande, Composante, Lot, PriceRequest
from orders.queries import alerts
from orders.queries import hours as hours_of
from orders.queries import orders as orders_of
from orders.workflow.prices import may_decide_price
from pilotage.asking import Ask, Row, ago, apart, first_rows, how_many, how_many_and_first
from stagiaires.queries.composantes import attended

MOST = 3  # of one kind


def for_region(hat: Membership) -> list[Ask]:
    """For those who keep the lots: orders to change, statements to check, what to order, what is not acknowledged,
    what to watch on the lots.

    For those who decide: the prices asked.
    """
    if may_decide_price(hat):
        return [_prices()]
    if not queries.may_edit(hat):
        return []
    figures = parameters.current()
    return [
        _to_withdraw(hat),
        _to_check(hat),
        _to_order(hat),
        _not_acknowledged(hat),
        apart(lambda: _watched(hat, figures)),
        _marches_ending(hat, figures),
    ]


def _prices() -> Ask:
    waiting = PriceRequest.objects.filter(state=PriceRequestState.DEMANDEE)
    return first_rows(
        waiting.order_by("asked_at", "pk"),
        MOST,
        lambda one: Todo(
            "Un autre prix de l’heure est demandé",
            f"{Lot(number=one['number'], title=one['title'])} : {euros(Decimal(one['amount']))}",
            tone="doute",
            when=ago(one["at"]),
            url=reverse("lot_prix_decider", args=[one["lot"], one["pk"]]),
            action="Décider",
        ),
        pk="pk",
        lot="lot_id",
        number="lot__number",
        title="lot__title",
        amount=Cast("amount", CharField()),
        at="asked_at",
    )


def for_organisme(hat: Membership) -> list[Ask]:
    """For an organisme: orders and avenants to acknowledge, months to state."""
    return [*_to_acknowledge(hat), _months(hat)]


def _mine(hat: Membership, lot: str) -> Q:
    """On the lots that this person keeps, and on those that nobody does."""
    return Q(**{f"{lot}gestionnaire": hat.user_id}) | Q(**{f"{lot}gestionnaire": None})


def _to_withdraw(hat: Membership) -> Ask:
    rows = Composante.objects.filter(_mine(hat, "lot__"), state=ComposanteState.COMMANDEE).exclude(to_withdraw="")
    return first_rows(
        rows.order_by("starts_on", "pk"),
        MOST,
        lambda one: Todo(
            "Une formation commandée n’a plus lieu : un avenant est à faire",
            f"{BonDeCommande(number=one['order_number'])}, composante {one['number']} : {one['why']}",
            tone="non",
            url=reverse("commande_detail", args=[one["order"]]),
            action="Préparer l’avenant",
        ),
        number="number",
        order="order_id",
        order_number="order__number",
        why="to_withdraw",
    )


def _to_check(hat: Membership) -> Ask:
    return how_many(
        hours_of.to_check(hat),
        lambda waiting: Todo(
            waiting.text("relevé d’heures est à contrôler", "relevés d’heures sont à contrôler"),
            "Les organismes attendent votre réponse.",
            tone="doute",
            url=reverse("releve_liste"),
            action="Contrôler",
        ),
    )


def _to_order(hat: Membership) -> Ask:
    waiting = Composante.objects.filter(lot=OuterRef("pk"), state=ComposanteState.ENGAGEE, order=None)
    lots = Lot.objects.filter(_mine(hat, ""), Exists(waiting)).order_by("marche__number", "number", "pk")
    return first_rows(
        lots,
        MOST,
        lambda lot: Todo(
            "Des composantes sont à commander",
            str(Lot(number=lot["number"], title=lot["title"])),
            tone="info",
            url=reverse("lot_detail", args=[lot["pk"]]) + "#a-commander",
            action="Préparer le bon de commande",
        ),
        pk="pk",
        number="number",
        title="title",
    )


def _not_acknowledged(hat: Membership) -> Ask:
    rows = BonDeCommande.objects.filter(_mine(hat, "lot__"), state=OrderState.EMIS)
    return first_rows(
        rows.order_by("issued_at", "pk"),
        MOST,
        lambda one: Todo(
            "Un bon de commande attend son accusé de réception",
            f"{BonDeCommande(number=one['number'])}, adressé à {one['addressee']}",
            tone="info",
            when=ago(one["at"]),
            url=reverse("commande_detail", args=[one["pk"]]),
            action="Voir",
        ),
        pk="pk",
        number="number",
        addressee="addressee__name",
        at="issued_at",
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


def _marches_ending(hat: Membership, figures: Parameters) -> Ask:
    lots = Lot.objects.filter(_mine(hat, ""), marche=OuterRef("pk"), is_active=True)

    def told(one: Row) -> Todo:
        left = alerts.renewal_words(one["planned"], one["renewed"])
        return Todo(
            "Un marché arrive à sa fin",
            f"{one['number']} finit le {jour(date.fromisoformat(one['on']), weekday=False)}\u00a0: {left}.",
            tone="info",
            url=reverse("marche_modifier", args=[one["pk"]]),
            action="Voir le marché",
        )

    columns = {"number": "number", "on": "ends_on", "planned": "renewals_planned", "renewed": "renewed"}
    return first_rows(alerts.marches_ending(figures).filter(Exists(lots)), MOST, told, pk="pk", **columns)


def _to_acknowledge(hat: Membership) -> list[Ask]:
    heads: QuerySet[BonDeCommande] = orders_of.headed_by(hat)
    sent = Avenant.objects.filter(order__in=heads, state=OrderState.EMIS)
    columns = {"number": "number", "at": "issued_at"}
    return [
        first_rows(
            heads.filter(state=OrderState.EMIS).order_by("issued_at", "pk"),
            MOST,
            lambda one: _addressed("Un bon de commande", BonDeCommande(number=one["number"]), one),
            order="pk",
            **columns,
        ),
        first_rows(
            sent.order_by("issued_at", "pk"),
            MOST,
            lambda one: _addressed(
                "Un avenant", Avenant(number=one["number"], order=BonDeCommande(number=one["order_number"])), one
            ),
            order="order_id",
            order_number="order__number",
            **columns,
        ),
    ]


def _addressed(what: str, sent: BonDeCommande | Avenant, one: Row) -> Todo:
    return Todo(
        f"{what} vous est adressé",
        f"{sent} : accusez-en réception.",
        tone="doute",
        when=ago(one["at"]),
        url=reverse("commande_detail", args=[one["order"]]),
        action="Lire et accuser réception",
    )


def _months(hat: Membership) -> Ask:
    """The last month that is over, for the trainings of this organisme that it crosses and that nothing says, nor will:
    where people sign, the month is locked.
    """
    month = hours_of.last_full_month()

    def told(waiting: Counted, first: Row) -> Todo:
        others = waiting.number - 1
        more = f", et {pluriel(others, 'autre formation', 'autres formations')}" if others else ""
        return Todo(
            f"Les heures {de_mois(month)} sont à déclarer",
            f"{first['title']}, jusqu’au {jour(date.fromisoformat(first['on']), weekday=False)}{more}.",
            tone="info",
            url=reverse("composante_heures", args=[first["pk"]]),
            action="Déclarer les heures",
        )

    left = hours_of.to_state(hat, month).filter(~attended(month)).order_by(F("ends_on").asc(), "pk")
    return how_many_and_first(left, told, pk="pk", title="title", on="ends_on")
