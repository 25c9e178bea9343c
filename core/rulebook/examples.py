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
from core.rules import Audience, Facts, Finding, Verdict
from core.rules.cases import FORGOTTEN, Case, base, cases_of
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
TONES = {Verdict.ELIGIBLE: "ok", Verdict.A_INSTRUIRE: "doute", Verdict.NON_ELIGIBLE: "non"}


@dataclass(frozen=True)
class Example:
    """One case, judged as the page is read."""

    subject: str
    what: tuple[str, ...]
    said: str
    message: str
    tone: str
    verdict: str
    verdict_tone: str


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
        what=tuple(
            f"{_label(facts, name)} : "
            + ("non renseigné" if raw == FORGOTTEN else plain(getattr(facts, name), start, name))
            for name, raw in case.changed
        ),
        said=said,
        message=finding.message(Audience.REGION) if finding else "",
        tone=tone,
        verdict=judgement.verdict.label,
        verdict_tone=TONES[judgement.verdict],
    )


def _said(finding: Finding | None) -> tuple[str, str]:
    """What a rule says, in two or three words, and the tone of it."""
    if finding is None:
        return "La règle ne s’applique pas", "line"
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


def _label(facts: Facts, name: str) -> str:
    label: str = type(facts).describe(name)["label"]
    return french.majuscule(label)


def _written(facts: Facts) -> Iterator[str]:
    for field in dataclasses.fields(facts):
        value = getattr(facts, field.name)
        if value is not None:
            yield f"{_label(facts, field.name)} : {plain(value)}"


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
    if not isinstance(item, Facts):
        return plain(item)
    names = [field.name for field in dataclasses.fields(item) if getattr(item, field.name) is not None]
    told = [name for name in names if before is None or getattr(before, name) != getattr(item, name)]
    return french.liste(
        [f"{type(item).describe(name)['label']} : {plain(getattr(item, name))}" for name in told or names]
    )
