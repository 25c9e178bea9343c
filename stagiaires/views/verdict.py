"""A verdict on a person's way in or through, in the shape that the pages show it: as the Région's desk does."""

from dataclasses import dataclass

from core.rules import Actor, Audience, Change, Finding, Judgement, Verdict
from core.ui.french import pluriel
from core.ui.parts import Cited, Way
from core.ui.parts import Finding as Held
from stagiaires.facts import lacking

TONES = {Verdict.ELIGIBLE: "ok", Verdict.A_INSTRUIRE: "doute", Verdict.NON_ELIGIBLE: "non"}
MAX_WAYS = 6


@dataclass(frozen=True)
class Explained:
    """Everything that a page says about a judgement, for one reader."""

    tone: str
    word: str
    sentence: str
    blocking: list[Cited]
    decisions: list[Cited]
    warnings: list[Held]
    informations: list[Held]
    held: list[Held]
    ways: list[Way]
    lacks: list[str]


def explain(
    judgement: Judgement, *, possible: str, impossible: str, audience: Audience = Audience.ORGANISME
) -> Explained:
    """Put a judgement into words. `possible`, `impossible`: how this page says its two verdicts."""
    lacks = lacking(judgement)
    tone = "doute" if lacks and not judgement.blocking else TONES[judgement.verdict]
    word = {"ok": possible, "non": impossible, "doute": "À compléter" if lacks else "La Région décide"}[tone]
    return Explained(
        tone=tone,
        word=word,
        sentence=_sentence(judgement, lacks),
        blocking=[_cited(found, "non", audience) for found in judgement.blocking],
        decisions=[_cited(found, "doute", audience) for found in judgement.to_decide],
        warnings=[Held("doute", found.message(audience), found.id) for found in judgement.warnings],
        informations=[Held("info", found.message(audience), found.id) for found in judgement.informations],
        held=[Held("ok", found.message(audience), found.id) for found in judgement.satisfied],
        ways=_ways(judgement, audience),
        lacks=lacks,
    )


def _sentence(judgement: Judgement, lacks: list[str]) -> str:
    parts = [f"{pluriel(len(judgement.satisfied), 'règle satisfaite', 'règles satisfaites')}."]
    if judgement.blocking:
        parts.append(f"{pluriel(len(judgement.blocking), 'condition manque', 'conditions manquent')}.")
    if judgement.to_decide:
        waiting = pluriel(len(judgement.to_decide), "point demande", "points demandent")
        parts.append(f"{waiting} une décision de la Région.")
    if judgement.warnings:
        parts.append(f"{pluriel(len(judgement.warnings), 'point appelle', 'points appellent')} votre attention.")
    if lacks:
        parts.append(f"Il reste {pluriel(len(lacks), 'réponse', 'réponses')} à donner.")
    return " ".join(parts)


def _cited(found: Finding, tone: str, audience: Audience) -> Cited:
    citation = found.citation
    return Cited(tone, found.message(audience), citation.quotation, citation.reference, found.id)


def _ways(judgement: Judgement, audience: Audience) -> list[Way]:
    """Each change once, those that the reader can make alone first."""
    mine = {Audience.ORGANISME: Actor.ORGANISME, Audience.REGION: Actor.REGION}.get(audience)
    seen: dict[str, Change] = {}
    for way in judgement.ways_out:
        for found in way.sets:
            for step in found.changes:
                seen.setdefault(step.sentence, step)
    ordered = sorted(seen.values(), key=lambda step: (step.actor is not mine, step.actor.rank))
    return [
        Way("Vous" if step.actor is mine else step.actor.label, step.sentence, mine=step.actor is mine)
        for step in ordered[:MAX_WAYS]
    ]
