"""A verdict on a person's way in or through, in the shape that the pages show it: as the Région's desk does."""

from dataclasses import dataclass

from core.rulebook.explained import VERDICT_TONES, cited, counted, first_steps, held
from core.rules import Actor, Audience, Judgement
from core.ui.parts import Cited, Way
from core.ui.parts import Finding as Held
from stagiaires.facts import lacking


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
    tone = "doute" if lacks and not judgement.blocking else VERDICT_TONES[judgement.verdict]
    word = {"ok": possible, "non": impossible, "doute": "À compléter" if lacks else "La Région décide"}[tone]
    return Explained(
        tone=tone,
        word=word,
        sentence=counted(judgement, len(lacks)),
        blocking=cited(judgement.blocking, "non", audience),
        decisions=cited(judgement.to_decide, "doute", audience),
        warnings=held(judgement.warnings, "doute", audience),
        informations=held(judgement.informations, "info", audience),
        held=held(judgement.satisfied, "ok", audience),
        ways=_ways(judgement, audience),
        lacks=lacks,
    )


def _ways(judgement: Judgement, audience: Audience) -> list[Way]:
    """Each change once, those that the reader can make alone first."""
    mine = {Audience.ORGANISME: Actor.ORGANISME, Audience.REGION: Actor.REGION}.get(audience)
    return [
        Way("Vous" if step.actor is mine else step.actor.label, step.sentence, mine=step.actor is mine)
        for step in first_steps(judgement, mine)
    ]
