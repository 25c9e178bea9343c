"""A judgement in the shapes that pages show: what each room says of its own files, it says with these."""

from collections.abc import Iterable

from core.rules import Actor, Audience, Change, Finding, Judgement, Verdict
from core.ui.french import pluriel
from core.ui.parts import Cited
from core.ui.parts import Finding as Held

VERDICT_TONES = {Verdict.ELIGIBLE: "ok", Verdict.A_INSTRUIRE: "doute", Verdict.NON_ELIGIBLE: "non"}
MAX_STEPS = 6


def cited(found: Iterable[Finding], tone: str, audience: Audience) -> list[Cited]:
    """Each finding with the passage of its rule; the rule's own sentence when nothing of it is quoted."""
    return [
        Cited(
            tone,
            one.message(audience),
            one.citation.quotation or one.rule.text.sentence,
            one.citation.reference,
            one.id,
        )
        for one in found
    ]


def held(found: Iterable[Finding], tone: str, audience: Audience) -> list[Held]:
    """Each finding in its sentence alone."""
    return [Held(tone, one.message(audience), one.id) for one in found]


def counted(judgement: Judgement, lacks: int) -> str:
    """How many rules say what, in a few short sentences; `lacks`: answers that are still to be given."""
    parts = [f"{pluriel(len(judgement.satisfied), 'règle satisfaite', 'règles satisfaites')}."]
    if judgement.blocking:
        parts.append(f"{pluriel(len(judgement.blocking), 'condition manque', 'conditions manquent')}.")
    if judgement.to_decide:
        waiting = pluriel(len(judgement.to_decide), "point demande", "points demandent")
        parts.append(f"{waiting} une décision de la Région.")
    if judgement.warnings:
        parts.append(f"{pluriel(len(judgement.warnings), 'point appelle', 'points appellent')} votre attention.")
    if lacks:
        parts.append(f"Il reste {pluriel(lacks, 'réponse', 'réponses')} à donner.")
    return " ".join(parts)


def first_steps(judgement: Judgement, mine: Actor | None) -> list[Change]:
    """Each change that a way out is made of, once: those of `mine` first, then of those who can act first."""
    seen: dict[str, Change] = {}
    for way in judgement.ways_out:
        for found in way.sets:
            for step in found.changes:
                seen.setdefault(step.sentence, step)
    return sorted(seen.values(), key=lambda step: (step.actor is not mine, step.actor.rank))[:MAX_STEPS]
