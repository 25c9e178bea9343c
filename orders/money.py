"""The one rounding rule of money: to the cent, half-up, each line on its own. Pure: no database, no framework."""

from decimal import ROUND_HALF_UP, Decimal

CENT, ZERO = Decimal("0.01"), Decimal(0)


def cents(value: Decimal) -> Decimal:
    """To the second decimal, half-up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def amount(hours: Decimal, price: Decimal) -> Decimal:
    """Euros for so many heures-stagiaires at that price (€ per hour), rounded on the line."""
    return cents(hours * price)
