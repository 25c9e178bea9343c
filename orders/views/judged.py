"""What the rules of an order say, in the shape that the pages show."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils import timezone

from core.rulebook.explained import held
from core.rulebook.models import Receipt
from core.rules import Audience, Finding, Judgement, contradictions, rule_texts
from core.ui.french import jour, liste
from core.ui.parts import Cited
from core.ui.parts import Finding as Held
from orders.rules import Obstacle, forbidden, unsaid

# What the Région has settled where two texts disagree, said beside the warning that it bears on.
SETTLED = {"R118": "K18"}


@dataclass(frozen=True)
class Told:
    """A judgement for the people of the Région: what forbids, what they decide, what to mind, what is kept."""

    forbidden: list[Cited]
    decisions: list[Cited]
    warnings: list[Cited]
    held: list[Held]
    agreed: list[Cited]
    to_agree: tuple[Finding, ...]
    off_price: bool


def told(judgement: Judgement, *, with_unsaid: bool = True, given: Collection[Receipt] = ()) -> Told:
    """Put a judgement into words. `with_unsaid`: what is still to be said counts as forbidding.

    `given`: the receipts of the agreements that lift what it grants.
    """
    waiting = {one.id for one in judgement.to_decide}
    against = forbidden(judgement)
    against += [one for one in unsaid(judgement) if one.rule not in waiting] if with_unsaid else []
    return Told(
        forbidden=cited(against),
        decisions=cited([_spoken(one) for one in judgement.to_decide], "doute"),
        warnings=cited([_spoken(one) for one in judgement.warnings], "doute"),
        held=held(judgement.satisfied, "ok", Audience.REGION),
        agreed=[_agreed(one, given) for one in judgement.granted],
        to_agree=judgement.to_decide,
        off_price=any(one.id == "R123" for one in judgement.blocking),
    )


def cited(found: Iterable[Obstacle], tone: str = "non") -> list[Cited]:
    """Each with the passage of its rule."""
    return [_cited(one, tone) for one in found]


def _cited(one: Obstacle, tone: str) -> Cited:
    citation = rule_texts()[one.rule].citation
    settled = contradictions()[SETTLED[one.rule]].adopted if one.rule in SETTLED else ""
    return Cited(tone, one.message, citation.quotation, citation.reference, one.rule, settled)


def _spoken(one: Finding) -> Obstacle:
    return Obstacle(one.id, one.message(Audience.REGION))


def _agreed(one: Finding, given: Collection[Receipt]) -> Cited:
    """What the Région has agreed to already, with the receipts that say so."""
    said = (f"n°\u00a0{receipt.pk} du {jour(timezone.localdate(receipt.at), weekday=False)}" for receipt in given)
    return replace(_cited(_spoken(one), "ok"), text=f"Accord déjà donné\u00a0: reçu {liste(said)}.")
