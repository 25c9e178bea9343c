"""The supporting sheets of an invoice: frozen with it, made with its file, sealed each by its SHA-256."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core.journal.refusals import Refused
from invoices.document import sheets
from invoices.document.sheets import Weighed
from invoices.models import Invoice, InvoiceLine, InvoiceSheet
from orders.models import Composante, HoursDone
from orders.queries.hours import in_force_by_month
from stagiaires.models import MonthHours
from stagiaires.queries.composantes import sealed_hours


def freeze(invoice: Invoice) -> list[InvoiceSheet]:
    """Write what the sheets of a new invoice will say, one for each of its lines. Inside its transaction.

    Raises Refused when a name is not one that Chorus Pro takes.
    """
    lines = list(invoice.lines.select_related("composante__organisme").order_by("composante__number", "id"))
    months = [line.adjusts or invoice.month for line in lines]
    sealed = sealed_hours([line.composante_id for line in lines], months)
    booked = in_force_by_month([line.composante for line in lines])
    made = []
    for line, month in zip(lines, months, strict=True):
        key = (line.composante_id, month)
        content = _content(invoice, line, month, sealed.get(key, []), booked.get(key))
        made.append(
            InvoiceSheet(invoice=invoice, name=sheets.file_name(line.composante.number, month), content=content)
        )
    if found := sheets.faults([Weighed(one.name, 1) for one in made]):
        raise Refused(" ".join(fault.message for fault in found))
    return InvoiceSheet.objects.bulk_create(made)


def _content(
    invoice: Invoice, line: InvoiceLine, month: date, sealed: Sequence[MonthHours], booked: HoursDone | None
) -> dict[str, Any]:
    composante: Composante = line.composante
    attended = sealed if booked is not None and sum(row.hours for row in sealed) == booked.hours else []
    locks = {row.lock_id: row.lock for row in attended}
    return {
        "invoice": invoice.number,
        "issued_on": invoice.issued_on.isoformat(),
        "order": invoice.order.number,
        "seller": invoice.content["seller"]["name"],
        "composante": composante.number,
        "title": composante.title,
        "organisme": str(composante.organisme),
        "month": month.isoformat(),
        "adjusts": line.adjusts is not None,
        "billed": str(line.hours),
        "total": str(booked.hours if booked else 0),
        "booked_on": _day(booked.recorded_at if booked else None, invoice.issued_on).isoformat(),
        "rows": [
            {
                "parcours": row.parcours_id,
                "session": row.lock.session.number,
                "hours": str(row.hours),
                "absent": str(row.hours_absent),
            }
            for row in attended
        ],
        "seals": [
            {
                "session": lock.session.number,
                "version": lock.version,
                "sha256": lock.sha256,
                "confirmed_on": _day(lock.answered_at, invoice.issued_on).isoformat(),
            }
            for lock in locks.values()
        ],
    }


def _day(when: datetime | None, otherwise: date) -> date:
    return timezone.localtime(when).date() if when else otherwise


def keep_sheets(invoice: Invoice) -> int:
    """Seal the files of the sheets of an invoice whose row is locked. Returns how many were made; done once.

    Raises Refused, and keeps none, when Chorus Pro would refuse them.
    """
    waiting = [one for one in invoice.sheets.select_for_update(of=("self",)) if one.pdf is None]
    for one in waiting:
        one.pdf = sheets.pdf_of(one.content)
        one.sha256, one.size = hashlib.sha256(one.pdf).hexdigest(), len(one.pdf)
    if found := sheets.faults([Weighed(one.name, one.size or 0) for one in waiting]):
        raise Refused(" ".join(fault.message for fault in found))
    for one in waiting:
        one.save(update_fields=["pdf", "sha256", "size"])
    return len(waiting)


def sheet_bytes(sheet: InvoiceSheet) -> bytes:
    """The sealed file of a sheet, or the same bytes made now while the worker has not kept them yet."""
    return bytes(sheet.pdf) if sheet.pdf is not None else sheets.pdf_of(sheet.content)
