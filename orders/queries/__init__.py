"""What the hats may read of the market, of its orders and of its hours."""

from orders.queries.market import (
    active,
    composantes_of,
    covers,
    live_requests,
    lots_of,
    mandataire_of,
    may_ask,
    may_edit,
    period_now,
    price_at,
    price_for,
    register_live_requests,
    role_on,
    search,
    visible_to,
    with_group,
)

__all__ = [
    "active",
    "composantes_of",
    "covers",
    "live_requests",
    "lots_of",
    "mandataire_of",
    "may_ask",
    "may_edit",
    "period_now",
    "price_at",
    "price_for",
    "register_live_requests",
    "role_on",
    "search",
    "visible_to",
    "with_group",
]
