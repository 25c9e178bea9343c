"""The acts on the market, on its orders and on the hours. The only place where their states change."""

from orders.workflow.market import (
    add_member,
    add_place,
    may_add_member,
    remove_member,
    retire_place,
    save_lot,
    save_marche,
    set_price,
)

__all__ = [
    "add_member",
    "add_place",
    "may_add_member",
    "remove_member",
    "retire_place",
    "save_lot",
    "save_marche",
    "set_price",
]
