"""Invoices as the Région's finance system imports them. The shape of the file is data (`finance.toml`)."""

import csv
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from core.ui.tables import Echo, escape_formula
from invoices.enums import ChorusStatus
from invoices.models import Invoice, StatusLine

# Everything that a column may show. What the invoice says is read off its frozen content.
VALUES: dict[str, Callable[[Invoice], Any]] = {
    "engagement": lambda one: one.content["order_number"],
    "marche": lambda one: one.content["contract_number"],
    "lot": lambda one: one.content["lot_number"],
    "service": lambda one: one.content["service_code"],
    "siret": lambda one: one.content["seller"]["siret"],
    "fournisseur": lambda one: one.content["seller"]["name"],
    "iban": lambda one: one.content["iban"],
    "numero": lambda one: one.number,
    "type": lambda one: one.kind,
    "origine": lambda one: one.corrects.number if one.corrects else "",
    "mois": lambda one: one.month,
    "date": lambda one: one.issued_on,
    "reception": lambda one: one.received_at,  # type: ignore[attr-defined]
    "echeance": lambda one: one.due_on,
    "heures": lambda one: sum((Decimal(line["quantity"]) for line in one.content["lines"]), Decimal(0)),
    "ht": lambda one: one.net,
    "taux": lambda one: Decimal(one.content["vat"]["rate"]),
    "tva": lambda one: one.tax,
    "ttc": lambda one: one.total,
    "statut": lambda one: one.status,
}


@dataclass(frozen=True)
class Column:
    """A title of the file and the value (of `VALUES`) under it; `text` says what it is."""

    title: str
    value: str
    text: str


@dataclass(frozen=True)
class Shape:
    """How the file is written. `date`: as strftime reads it; `decimal`: the sign before the cents."""

    separator: str
    encoding: str
    decimal: str
    date: str
    columns: tuple[Column, ...]

    def write(self, value: Any) -> str:
        """One cell."""
        if value is None or value == "":
            return ""
        if isinstance(value, datetime):
            value = timezone.localtime(value).date()
        if isinstance(value, date):
            return value.strftime(self.date)
        if isinstance(value, Decimal):
            return f"{value:.2f}".replace(".", self.decimal)
        return escape_formula(str(value))


def shape() -> Shape:
    """The shape of today's file. Raises KeyError for a column whose value nobody knows."""
    said = tomllib.loads((Path(__file__).parent / "finance.toml").read_text(encoding="utf-8"))
    columns = tuple(Column(**one) for one in said.pop("column"))
    for one in columns:
        VALUES[one.value]
    return Shape(**said, columns=columns)


def finance_lines(invoices: QuerySet[Invoice]) -> Iterator[bytes]:
    """The file of these invoices, line by line, in their order."""
    wanted = shape()
    told = StatusLine.objects.standing().filter(invoice=OuterRef("pk")).order_by("at")
    anew = StatusLine.objects.standing().filter(
        invoice=OuterRef("invoice"), status=ChorusStatus.A_RECYCLER, at__gte=OuterRef("at")
    )
    received = told.filter(~Exists(anew), status=ChorusStatus.MISE_A_DISPOSITION)  # as the payment clock counts it
    rows = invoices.defer(None).defer("pdf", "order__pdf", "order__content", "corrects__pdf", "corrects__content")
    rows = rows.select_related("corrects").annotate(received_at=Subquery(received.values("at")[:1]))
    writer = csv.writer(Echo(), delimiter=wanted.separator, lineterminator="\r\n")
    for cells in _cells(rows.iterator(chunk_size=500), wanted):
        yield str(writer.writerow(cells)).encode(wanted.encoding, errors="replace")


def _cells(rows: Iterable[Invoice], wanted: Shape) -> Iterator[list[str]]:
    yield [one.title for one in wanted.columns]
    for row in rows:
        yield [wanted.write(VALUES[one.value](row)) for one in wanted.columns]
