"""What the replay of receipts asks of this room: invoices and credit notes, each judged when it was made."""

from collections.abc import Collection

from django.urls import reverse

from core.rulebook.registry import FileKind, FileLine
from invoices.models import Invoice


def _invoices(ids: Collection[int]) -> dict[int, FileLine]:
    rows = Invoice.objects.filter(pk__in=ids).select_related("issuer").defer("pdf", "content").order_by("pk")
    return {
        one.pk: FileLine(
            one.number,
            f"{one} de {one.issuer}",
            reverse("facture_detail", args=[one.pk]),
            frozenset((one.issuer_id,)),
        )
        for one in rows
    }


# Their hours are those of the requests, which are counted already; an invoice that is made waits for no decision.
FILES = (FileKind("invoice", describe=_invoices, live=set),)
