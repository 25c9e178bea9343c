"""The citation of a rule, in the two pieces that a page shows: the words, and which source in which edition."""

from dataclasses import dataclass

from core.rules import rule_texts


@dataclass(frozen=True)
class Citation:
    quote: str
    source: str


def citation_for(rule_id: str) -> Citation | None:
    """What stands beside a verdict for this rule; None when the register has no such rule."""
    text = rule_texts().get(rule_id)
    if text is None:
        return None
    return Citation(text.citation.quotation, text.citation.reference)
