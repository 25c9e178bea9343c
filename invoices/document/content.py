"""An invoice as it is frozen: the parties, the month, a line per composante, the totals. Pure data.

Money in euros with two decimals, hours in heures-stagiaires with two, every line rounded half-up on its own.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from orders.money import amount, cents

INVOICE, CREDIT_NOTE = "380", "381"
SERVICES = "S1"  # BT-23, unless the payer's setting says otherwise
BY_SIREN, BY_SIRET = "siren", "siret"  # what is written under scheme 0002: likewise


@dataclass(frozen=True)
class Party:
    """Who sells, who buys. `vat_number` is left out by one who is exempt and has none."""

    name: str
    siret: str
    address: str
    postcode: str
    city: str
    vat_number: str = ""

    @property
    def siren(self) -> str:
        return self.siret[:9]


@dataclass(frozen=True)
class Vat:
    """The organisme's own status: exempt on its attestation (art. 261-4-4° a CGI), or its real rate."""

    rate: Decimal = Decimal(0)
    attestation: str = ""  # its date or reference (cerfa 3511): what the exemption rests on

    @property
    def exempt(self) -> bool:
        return self.rate == 0


@dataclass(frozen=True)
class Line:
    """One composante in the month; an adjustment line says which month it puts right and may count hours back."""

    composante: str
    title: str
    session: str
    quantity: Decimal  # heures-stagiaires
    price: Decimal  # € per heure-stagiaire, the lot's
    amount: Decimal
    starts_on: date
    ends_on: date
    unit: str = "HUR"
    adjusts: str = ""  # « septembre 2026 » when it takes up a line that was disputed then

    @classmethod
    def priced(
        cls, *, composante: str, title: str, session: str, quantity: Decimal, price: Decimal,
        starts_on: date, ends_on: date, adjusts: str = "",
    ) -> "Line":  # fmt: skip
        """A line with its amount worked out."""
        euros = amount(quantity, price)
        return cls(composante, title, session, quantity, price, euros, starts_on, ends_on, adjusts=adjusts)


@dataclass(frozen=True)
class Corrected:
    """The invoice that a credit note puts right."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class Content:
    """The whole of an invoice (380) or of a credit note (381: amounts are positive, they are taken off)."""

    number: str
    kind: str
    issued_on: date
    due_on: date | None
    terms: str
    seller: Party
    buyer: Party
    service_code: str  # BT-10
    order_number: str  # BT-13, what the payer engaged
    contract_number: str  # BT-12
    lot_number: str  # BT-17
    starts_on: date  # BT-73
    ends_on: date  # BT-74
    iban: str
    bic: str
    vat: Vat
    lines: tuple[Line, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    process: str = SERVICES
    currency: str = "EUR"
    corrects: Corrected | None = None
    notes: tuple[tuple[str, str], ...] = field(default_factory=tuple)  # (code, words): AAB, PMT, PMD
    legal_id: str = BY_SIREN

    @property
    def is_credit_note(self) -> bool:
        return self.kind == CREDIT_NOTE


def totals(lines: tuple[Line, ...], vat: Vat) -> tuple[Decimal, Decimal, Decimal]:
    """(net, tax, total) in euros: lines are summed, the tax is rounded once on the sum."""
    net = sum((line.amount for line in lines), Decimal(0))
    tax = cents(net * vat.rate / 100)
    return net, tax, net + tax


def dump(invoice: Content) -> dict[str, Any]:
    """As it is kept in the database: dates in ISO, numbers as text."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(invoice), default=str))
    return kept


def load(kept: Mapping[str, Any]) -> Content:
    """What was kept, read again: `load(dump(invoice)) == invoice`."""
    given = dict(kept)
    for name in ("issued_on", "starts_on", "ends_on"):
        given[name] = date.fromisoformat(given[name])
    given["due_on"] = date.fromisoformat(given["due_on"]) if given["due_on"] else None
    for name in ("net", "tax", "total"):
        given[name] = Decimal(given[name])
    given["seller"], given["buyer"] = Party(**given["seller"]), Party(**given["buyer"])
    given["vat"] = Vat(Decimal(given["vat"]["rate"]), given["vat"]["attestation"])
    given["lines"] = tuple(_load_line(line) for line in given["lines"])
    given["notes"] = tuple((code, words) for code, words in given["notes"])
    if corrected := given["corrects"]:
        given["corrects"] = Corrected(corrected["number"], date.fromisoformat(corrected["issued_on"]))
    return Content(**given)


def _load_line(kept: Mapping[str, Any]) -> Line:
    numbers = {name: Decimal(kept[name]) for name in ("quantity", "price", "amount")}
    days = {name: date.fromisoformat(kept[name]) for name in ("starts_on", "ends_on")}
    return Line(**{**kept, **numbers, **days})
