"""What the rules of an order say, in the shape that the pages show."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.rules import Audience, Finding, Judgement, contradictions, rule_texts
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
    to_agree: tuple[Finding, ...]
    off_price: bool


def told(judgement: Judgement, *, with_unsaid: bool = True) -> Told:
    """Put a judgement into words. `with_unsaid`: what is still to be said counts as forbidding."""
    waiting = {one.id for one in judgement.to_decide}
    against = forbidden(judgement)
    against += [one for one in unsaid(judgement) if one.rule not in waiting] if with_unsaid else []
    return Told(
        forbidden=cited(against),
        decisions=cited([_spoken(one) for one in judgement.to_decide], "doute"),
        warnings=cited([_spoken(one) for one in judgement.warnings], "doute"),
        held=[Held("ok", one.message(Audience.REGION), one.id) for one in judgement.satisfied],
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
