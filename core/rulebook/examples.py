"""The cases of a rule in plain words: what changes from the example file, what the rule says of it, the verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from core.rulebook.registry import rulesets
from core.rules import Audience, Facts, Finding, Judgement, Verdict
from core.rules.cases import Case, base, cases_of
from core.ui import french

SUBJECTS = {
    "intention": "une intention d’embauche",
    "engagement": "une intention, une fois la formation finie",
    "demande": "une demande de session",
    "session": "la vie d’une session",
    "admission": "l’admission d’une personne",
    "parcours": "le parcours d’une personne",
    "programme": "le programme dans son ensemble",
    "commande": "une commande",
    "facture": "une facture",
    "aide": "une aide après l’embauche",
}


@dataclass(frozen=True)
class Example:
    """One case, judged as the page is read."""

    subject: str
    what: tuple[str, ...]
    said: str
    message: str
    tone: str
    conclusion: str


@dataclass(frozen=True)
class Group:
    """The examples of one subject, and the file that they all start from."""

    subject: str
    label: str
    start: tuple[str, ...]
    examples: tuple[Example, ...]


def label_of(subject: str) -> str:
    """What a subject is, in words."""
    return SUBJECTS.get(subject, subject)


def examples_of(rule_id: str) -> tuple[Group, ...]:
    """The cases written for a rule, by subject, each judged now by the rules that the rooms have made known."""
    known = rulesets()
    by_subject: dict[str, list[Case]] = {}
    for case in cases_of(rule_id):
        if case.subject in known:
            by_subject.setdefault(case.subject, []).append(case)
    return tuple(
        Group(
            subject,
            label_of(subject),
            tuple(_written(known[subject].facts.from_dict(base(subject)))),
            tuple(_example(case) for case in found),
        )
        for subject, found in by_subject.items()
    )


def _example(case: Case) -> Example:
    ruleset = rulesets()[case.subject]
    start, facts = ruleset.facts.from_dict(base(case.subject)), case.facts_for(ruleset)
    judgement = case.judged_by(ruleset)
    finding = judgement.finding(case.rule)
    said, tone = _said(finding)
    return Example(
        subject=case.subject,
        what=tuple(french.majuscule(_fact(facts, name, start)) for name, _ in case.changed),
        said=said,
        message=finding.message(Audience.REGION) if finding else "",
        tone=tone,
        conclusion=_conclusion(judgement, finding),
    )


def _conclusion(judgement: Judgement, finding: Finding | None) -> str:
    """The verdict, unless it waits for an answer that this very rule asks for."""
    if (
        judgement.verdict is Verdict.ELIGIBLE
        and finding is not None
        and finding.mode.decides
        and finding.outcome.missing
    ):
        return "Rien ne s’y oppose encore, mais le verdict attend cette réponse."
    return f"Le dossier est alors {judgement.verdict.label}."


def _said(finding: Finding | None) -> tuple[str, str]:
    """What a rule says, in two or three words, and the tone of it."""
    if finding is None:
        return "La règle ne s’applique pas", "info"
    if finding.is_blocking:
        return "La condition n’est pas remplie", "non"
    if finding.is_to_decide:
        return "Une dérogation se demande", "doute"
    if finding.granted and not finding.is_satisfied:
        return "La dérogation est accordée", "ok"
    if finding.is_warning:
        return "Un point d’attention", "doute"
    if finding.is_information:
        return "Une information", "info"
    if finding.is_satisfied:
        return "La règle est respectée", "ok"
    return "Une réponse manque", "info"


def _written(facts: Facts) -> Iterator[str]:
    for field in dataclasses.fields(facts):
        if getattr(facts, field.name) is not None:
            yield french.majuscule(_fact(facts, field.name))


def plain(value: Any, start: Facts | None = None, name: str = "") -> str:
    """A value of a fact, or of a parameter, as one reads it.

    Of several things, only what differs from the example file is told.
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Enum):
        return str(getattr(value, "label", "") or str(value.value).replace("_", " "))
    if isinstance(value, int | Decimal):
        return french.nombre(value)
    if isinstance(value, date):
        return french.jour(value, weekday=False)
    if isinstance(value, tuple):
        before = (getattr(start, name) or ()) if start else ()
        things = [_thing(item, before[index] if index < len(before) else None) for index, item in enumerate(value)]
        if any(isinstance(item, Facts) for item in value):
            return " ; ".join(things)
        return french.liste(things) or "aucun"
    return str(value) or "vide"


def _thing(item: Any, before: Any) -> str:
    """One of several things: all that is known of it, or what differs from the one of the example file."""
    if not isinstance(item, Facts):
        return plain(item)
    every = [field.name for field in dataclasses.fields(item)]
    told = [name for name in every if getattr(item, name) != (getattr(before, name) if before else None)]
    return french.liste([_fact(item, name) for name in told]) or "comme dans le dossier d’exemple"


def _fact(facts: Facts, name: str, start: Facts | None = None) -> str:
    """« le nombre de places : 6 places »."""
    return f"{type(facts).describe(name)['label']} : {told_value(facts, name, start)}"


def told_value(facts: Facts, name: str, start: Facts | None = None) -> str:
    """« 6 places »: a fact with its unit, as one reads it."""
    value, about = getattr(facts, name), type(facts).describe(name)
    if value is None:
        return "non renseigné"
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and about["unit"]:
        return french.mesure(value, about["unit"])
    return plain(value, start, name)
