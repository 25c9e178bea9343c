"""What the replay of receipts and the trial of a change ask of this room: orders, avenants, prices asked for."""

from collections.abc import Collection

from django.urls import reverse

from core.rulebook.registry import FileKind, FileLine
from orders.enums import PriceRequestState
from orders.models import Avenant, BonDeCommande, PriceRequest


def _orders(ids: Collection[int]) -> dict[int, FileLine]:
    rows = BonDeCommande.objects.filter(pk__in=ids).order_by("id").values_list("pk", "number", "addressee")
    return {pk: _line(number, f"Bon de commande {number}", pk, organisation) for pk, number, organisation in rows}


def _avenants(ids: Collection[int]) -> dict[int, FileLine]:
    rows = Avenant.objects.filter(pk__in=ids).order_by("id")
    return {
        pk: _line(f"{order} n° {number}", f"Avenant {number} au bon de commande {order}", order_id, organisation)
        for pk, number, order, order_id, organisation in rows.values_list(
            "pk", "number", "order__number", "order", "order__addressee"
        )
    }


def _line(reference: str, label: str, order: int, organisation: int | None) -> FileLine:
    url = reverse("commande_detail", args=[order])
    return FileLine(reference, label, url, frozenset((organisation,)) if organisation else frozenset())


def _prices(ids: Collection[int]) -> dict[int, FileLine]:
    rows = PriceRequest.objects.filter(pk__in=ids).select_related("lot", "asked_by").order_by("id")
    return {
        one.pk: FileLine(
            f"lot {one.lot.number}",
            f"Demande de prix du lot {one.lot.number}",
            reverse("lot_detail", args=[one.lot_id]),
            frozenset((one.asked_by.organisation_id,)),
        )
        for one in rows
    }


def _asking() -> set[int]:
    """Organisations whose price request waits for its decision."""
    waiting = PriceRequest.objects.filter(state=PriceRequestState.DEMANDEE)
    return set(waiting.order_by().values_list("asked_by__organisation", flat=True).distinct())


# Their hours are those of the requests, which are counted already.
FILES = (
    FileKind("bondecommande", describe=_orders, live=set),
    FileKind("avenant", describe=_avenants, live=set),
    FileKind("pricerequest", describe=_prices, live=_asking),
)
