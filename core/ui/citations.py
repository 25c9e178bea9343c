"""The citation of a rule, in the two pieces that a page shows: the words, and which source in which edition."""

from dataclasses import dataclass

from core.rules import rule_texts


@dataclass(frozen=True)
class ShownCitation:
    """What a page prints of a passage; the passage itself is `core.rules.Citation`."""

    quote: str
    source: str


def citation_for(rule_id: str) -> ShownCitation | None:
    """What stands beside a verdict for this rule; None when the register has no such rule."""
    text = rule_texts().get(rule_id)
    if text is None:
        return None
    return ShownCitation(text.citation.quotation, text.citation.reference)
