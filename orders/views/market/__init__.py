"""Lots: the Région keeps them, the organismes of a group read theirs, the mandataire lets subcontractors in."""

from orders.views.market.keeping import lot_edit, marche_edit, place_add, place_retire
from orders.views.market.members import member_add, member_remove
from orders.views.market.reading import lot_detail, lot_list

__all__ = [
    "lot_detail", "lot_edit", "lot_list", "marche_edit", "member_add", "member_remove", "place_add", "place_retire",
]  # fmt: skip
