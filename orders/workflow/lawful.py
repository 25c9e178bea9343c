"""Before an act on an order: what its rules say is either done, or refused in their own words."""

from collections.abc import Collection
from typing import Any

from core.journal.refusals import Refused
from core.rulebook.models import Receipt
from core.rules import Judgement
from orders.rules import Obstacle, forbidden, obstacles, unsaid


class Unlawful(Refused):
    """Refused by rules; the page shows the passage of each beside its words."""

    def __init__(self, found: list[Obstacle]) -> None:
        super().__init__(" ".join(f"{one.message.rstrip('.')} ({one.rule})." for one in found))
        self.obstacles = found


def must_be_lawful(judgement: Judgement) -> None:
    """Raises Unlawful when a rule blocks, allows nothing of the sort, or waits for an agreement or an answer."""
    if found := obstacles(judgement):
        raise Unlawful(found)


def must_not_be_forbidden(judgement: Judgement) -> None:
    """For what is only prepared. Raises Unlawful when no agreement could make the act lawful."""
    if found := forbidden(judgement):
        raise Unlawful(found)


def must_be_told(judgement: Judgement) -> None:
    """For what is only asked. Raises Unlawful when a rule wants to be told more before anybody decides."""
    if found := unsaid(judgement):
        raise Unlawful(found)


def cites(agreements: Collection[Receipt]) -> dict[str, Any] | None:
    """What the receipt of an act keeps of the agreements that were given before it: the numbers of theirs."""
    return {"agreed": [one.pk for one in agreements]} if agreements else None
