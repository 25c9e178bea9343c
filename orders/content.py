"""What an issued document says, frozen as data: its file is made from this and from nothing else."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.accounts.models import Membership, Organisation
from orders.models import Avenant, BonDeCommande, Composante
from orders.money import amount


def content_of_order(order: BonDeCommande, composantes: Iterable[Composante]) -> dict[str, Any]:
    """Parties, lines and totals of an order. Hours and amounts are written as text, with two decimals."""
    lines = [line_of(one, one.hours_asked) for one in composantes]
    return {
        **_head(order, order.issued_by, order.addressee),
        "number": order.number,
        "title": order.title,
        "note": order.note,
        "lines": lines,
        "total_hours": _sum(lines, "hours"),
        "total_amount": _sum(lines, "amount"),
    }


def content_of_avenant(
    avenant: Avenant, addressee: Organisation, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> dict[str, Any]:
    """What the order was and what it becomes, line by line. `addressee`: the mandataire of the lot today (R117)."""
    return {
        **_head(avenant.order, avenant.issued_by, addressee),
        "order": avenant.order.number,
        "number": avenant.number,
        "reason": avenant.reason,
        "before": before,
        "lines": after,
        "total_hours_before": _sum(before, "hours"),
        "total_amount_before": _sum(before, "amount"),
        "total_hours": _sum(after, "hours"),
        "total_amount": _sum(after, "amount"),
    }


def line_of(composante: Composante, hours: Decimal) -> dict[str, Any]:
    """One line of an order: what is bought, so many heures-stagiaires, at that price."""
    return {
        "composante": composante.number,
        "session": composante.reference,
        "kind": composante.get_kind_display(),
        "title": composante.title,
        "organisme": composante.organisme.name,
        "places": composante.places,
        "hours_each": str(composante.hours_each),
        "starts_on": composante.starts_on.isoformat(),
        "ends_on": composante.ends_on.isoformat(),
        "hours": str(hours),
        "price": str(composante.price),
        "amount": str(amount(hours, composante.price)),
    }


def _head(order: BonDeCommande, author: Membership | None, addressee: Organisation | None) -> dict[str, Any]:
    assert author is not None  # noqa: S101 a document is sent by someone, to someone
    assert addressee is not None  # noqa: S101
    return {
        "marche": order.lot.marche.number,
        "marche_title": order.lot.marche.title,
        "lot": order.lot.number,
        "lot_title": order.lot.title,
        "buyer": _party(author.organisation),
        "addressee": _party(addressee),
        "date": timezone.localdate().isoformat(),
    }


def _party(organisation: Organisation) -> dict[str, str]:
    return {"name": organisation.name, "siret": organisation.siret, "address": organisation.address}


def _sum(lines: list[dict[str, Any]], key: str) -> str:
    return str(sum((Decimal(line[key]) for line in lines), Decimal("0.00")))
