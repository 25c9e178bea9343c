"""Which status of Chorus Pro may come after which. Pure: no database.

The way of an invoice is `ORDER`; steps may be missing, since nobody reads them all by hand. What the Région sends back
leaves that way: it asks for something before the sum is mandated, never after (art. R2192-27 of the Code de la
commande publique), and rejects before it pays.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from invoices.enums import ChorusStatus

ORDER = (
    ChorusStatus.DEPOSEE,
    ChorusStatus.EN_COURS_ACHEMINEMENT,
    ChorusStatus.MISE_A_DISPOSITION,
    ChorusStatus.SERVICE_FAIT,
    ChorusStatus.MANDATEE,
    ChorusStatus.MISE_A_DISPOSITION_COMPTABLE,
    ChorusStatus.COMPTABILISEE,
    ChorusStatus.MISE_EN_PAIEMENT,
)
RANKS = {status: rank for rank, status in enumerate(ORDER)}
ASIDE = (ChorusStatus.A_RECYCLER, ChorusStatus.SUSPENDUE, ChorusStatus.COMPLETEE, ChorusStatus.REJETEE)
HELD = (ChorusStatus.SUSPENDUE, ChorusStatus.COMPLETEE)
RECEIVED, MANDATED = RANKS[ChorusStatus.MISE_A_DISPOSITION], RANKS[ChorusStatus.MANDATEE]


class Said(Protocol):
    """A status, as it was told or typed."""

    status: str


S = TypeVar("S", bound=Said)


def may_follow(before: str, after: str) -> bool:
    """Whether Chorus Pro may say `after` of an invoice of which it said `before` (`ChorusStatus`). The same: it may."""
    if after == before or before == ChorusStatus.A_RECYCLER:
        return True
    if before in ChorusStatus.final():
        return False
    if before in HELD:
        return after in ASIDE or RANKS[ChorusStatus(after)] >= RECEIVED
    rank = RANKS[ChorusStatus(before)]
    if after in ASIDE:
        return rank < MANDATED or after == ChorusStatus.REJETEE
    return RANKS[ChorusStatus(after)] > rank


def strays(said: Iterable[S]) -> list[S]:
    """Those that cannot follow what came before them, of statuses in the order of their moments."""
    found: list[S] = []
    stands = ""
    for one in said:
        if stands and not may_follow(stands, one.status):
            found.append(one)
        else:
            stands = one.status
    return found
