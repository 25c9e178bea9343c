"""The market, what is ordered on it, and the ledger of its hours."""

from orders.models.hours import HoursDone, HoursStatement
from orders.models.ledger import ComposanteBalance, LedgerEntry, LotBalance
from orders.models.market import (
    Lot,
    LotCertification,
    LotMember,
    LotPeriod,
    LotPlace,
    LotPrice,
    Marche,
    Renewal,
)
from orders.models.market_import import MarketImport, MarketImportRow
from orders.models.order import Avenant, AvenantOperation, BonDeCommande, Composante
from orders.models.price_request import PriceRequest

__all__ = [
    "Avenant",
    "AvenantOperation",
    "BonDeCommande",
    "Composante",
    "ComposanteBalance",
    "HoursDone",
    "HoursStatement",
    "LedgerEntry",
    "Lot",
    "LotBalance",
    "LotCertification",
    "LotMember",
    "LotPeriod",
    "LotPlace",
    "LotPrice",
    "Marche",
    "MarketImport",
    "MarketImportRow",
    "PriceRequest",
    "Renewal",
]
