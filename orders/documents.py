"""The file of an issued document: made from its frozen content alone, sealed by its SHA-256, kept for ever.

Made by the worker just after the document was sent; the same content always gives the same bytes.
"""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import segno
from django.conf import settings

from core.journal import outbox
from core.journal.models import OutboxMessage
from core.ui.pdf import render_pdf
from orders.enums import OrderState
from orders.models import Avenant, BonDeCommande
from orders.workflow import avenants, bons

STYLE = "css/commande.css"


@outbox.handles(bons.MAKE_FILE)
def on_order(message: OutboxMessage) -> str:
    """The file of an order. Run twice, it changes nothing the second time."""
    return keep_file(BonDeCommande.objects.select_for_update(of=("self",)).get(pk=message.subject_id))


@outbox.handles(avenants.MAKE_FILE)
def on_avenant(message: OutboxMessage) -> str:
    """The file of an avenant."""
    return keep_file(Avenant.objects.select_for_update(of=("self",)).get(pk=message.subject_id))


def keep_file(document: BonDeCommande | Avenant) -> str:
    """Make and seal the file of an issued document whose row is locked. Returns what was done, in French."""
    if document.pdf is not None:
        return "déjà fait"
    document.pdf = render(document)
    document.sha256 = hashlib.sha256(document.pdf).hexdigest()
    document.save(update_fields=["pdf", "sha256"])
    return f"fichier scellé\u00a0: {document.sha256[:12]}"


def file_of(document: BonDeCommande | Avenant) -> bytes | None:
    """The sealed file, or the same bytes made now while the worker has not kept them yet. None for a draft."""
    if document.state not in OrderState.issued():
        return None
    return bytes(document.pdf) if document.pdf is not None else render(document)


def render(document: BonDeCommande | Avenant) -> bytes:
    """PDF/A-3a and PDF/UA-1: parties, lines, totals, and a code that leads back to the document on the portal."""
    said, template = document.content, f"orders/pdf/{document._meta.model_name}.html"
    order = document if isinstance(document, BonDeCommande) else document.order
    address = f"{settings.SITE_URL}/commandes/{order.pk}/"
    context = {
        "said": said,
        "day": date.fromisoformat(said["date"]),
        "lines": [_line(line) for line in said["lines"]],
        "address": address,
        "code": segno.make(address, error="m").svg_data_uri(scale=3, border=0, dark="#1c2429"),
    }
    context |= {name: Decimal(said[name]) for name in said if name.startswith("total_")}
    if isinstance(document, Avenant):
        before = {line["composante"]: line for line in said["before"]}
        context["lines"] = [
            line | {"hours_before": Decimal(before.pop(line["composante"], {"hours": 0})["hours"])}
            for line in context["lines"]
        ]
        context["removed"] = [_line(line) for line in before.values()]
        context["operations"] = said["operations"]
    return render_pdf(template, context, STYLE)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: Decimal(line[name]) for name in ("hours", "price", "amount", "hours_each")}
    days = {name: date.fromisoformat(line[name]) for name in ("starts_on", "ends_on")}
    return line | numbers | days
