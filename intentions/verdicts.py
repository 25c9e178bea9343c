"""The verdict as the pages show it: why, on what text, what would change it and who can, what is missing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from core.accounts.enums import OrganisationKind
from core.rulebook.explained import VERDICT_TONES, cited, held
from core.rules import Actor, Audience, ChangeSet, Judgement, Verdict
from core.ui import parts
from core.ui.french import liste, majuscule, pluriel

# Where each fact is given: the step, then the question.
QUESTIONS = {
    "employer_named": ("entreprise", "siret"),
    "employer_kind": ("entreprise", "nature"),
    "guarantor_named": ("entreprise", "guarantor"),
    "need_from_survey": ("entreprise", "need_from_survey"),
    "origin": ("entreprise", "contact_name"),
    "job_title": ("poste", "metier"),
    "rome": ("poste", "metier"),
    "posts": ("poste", "post_count"),
    "post_is_new": ("poste", "post_is_new"),
    "workplace_departement": ("poste", "workplace_commune"),
    "workplace_commune": ("poste", "workplace_commune"),
    "outside_reason": ("poste", "outside_reason"),
    "contract_type": ("contrat", "contract_type"),
    "contract_months": ("contrat", "contract_months"),
    "weekly_hours": ("contrat", "weekly_hours"),
    "short_contract_reason": ("contrat", "short_contract_reason"),
    "low_hours_reason": ("contrat", "low_hours_reason"),
    "hire_date": ("contrat", "hire_on"),
    "wished_start": ("formation", "training_start_wished"),
    "training_need": ("formation", "training_need"),
    "commitment": ("engagement", "commitment"),
    "milestones": ("engagement", "milestones"),
    "written_statement": ("engagement", "statement"),
    "statement_kind": ("engagement", "statement"),
    "statement_signed_on": ("engagement", "signer"),
}
_READERS = {
    OrganisationKind.EMPLOYEUR: Audience.EMPLOYEUR,
    OrganisationKind.ORGANISME: Audience.ORGANISME,
    OrganisationKind.REGION: Audience.REGION,
}
_MINE = {Audience.EMPLOYEUR: Actor.EMPLOYEUR, Audience.ORGANISME: Actor.ORGANISME, Audience.REGION: Actor.REGION}
MAX_WAYS = 4


@dataclass(frozen=True)
class Missing:
    """A question still to be answered, and where."""

    label: str
    url: str


@dataclass(frozen=True)
class VerdictView:
    """All that the verdict's templates read."""

    tone: str
    label: str
    lead: str
    known: bool
    obstacles: list[parts.Cited] = field(default_factory=list)
    granted: list[parts.Cited] = field(default_factory=list)
    ways: list[parts.Way] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    kept: list[parts.Finding] = field(default_factory=list)
    remarks: list[parts.Finding] = field(default_factory=list)


def audience_of(kind: str | None) -> Audience:
    """For whom the sentences are written: relais read those of a valideur, a personal link (None) an employer’s."""
    if kind is None:
        return Audience.EMPLOYEUR
    return _READERS.get(OrganisationKind(kind), Audience.VALIDEUR)


def view_of(
    judgement: Judgement,
    audience: Audience,
    step_url: dict[str, str] | None = None,
    *,
    questions: Mapping[str, tuple[str, str]] = QUESTIONS,
    mine: Actor = Actor.EMPLOYEUR,
    left_out: Collection[str] = (),
) -> VerdictView:
    """The read model of one judgement.

    Args:
        step_url: address of each step for a reader who may change the answers; without it, no way is « yours ».
        questions: where each fact is given, the step then the question.
        mine: as whom such a reader acts.
        left_out: facts that are not asked here, so that they do not lack.
    """
    steps = step_url or {}
    urls = {fact: f"{steps[step]}#id_{name}" for fact, (step, name) in questions.items() if step in steps}
    actor = mine if step_url else _MINE.get(audience)
    missing = [Missing(majuscule(f.label), urls.get(f.field, "")) for f in judgement.missing if f.field not in left_out]
    obstacles = [*judgement.blocking, *judgement.to_decide]
    known = bool(obstacles) or len(missing) < 6
    return VerdictView(
        tone=VERDICT_TONES[judgement.verdict],
        label=_label(judgement, known),
        lead=_lead(judgement, audience, known, len(missing)),
        known=known,
        obstacles=[*cited(judgement.blocking, "non", audience), *cited(judgement.to_decide, "doute", audience)],
        granted=cited(judgement.granted, "ok", audience),
        ways=_ways(judgement, actor, urls),
        missing=missing,
        kept=held(judgement.satisfied, "ok", audience),
        remarks=held((*judgement.warnings, *judgement.informations), "info", audience),
    )


def _label(judgement: Judgement, known: bool) -> str:
    if not known:
        return "Pas encore de verdict"
    word = majuscule(judgement.verdict.label)
    return word if judgement.is_complete or judgement.verdict is not Verdict.ELIGIBLE else f"{word} à ce stade"


def _lead(judgement: Judgement, audience: Audience, known: bool, missing: int) -> str:
    if not known:
        return "Il viendra avec vos réponses, question après question."
    if obstacles := [*judgement.blocking, *judgement.to_decide]:
        if len(obstacles) == 1:
            return obstacles[0].message(audience)
        return f"{pluriel(len(obstacles), 'point')} à revoir ou à faire décider."
    if missing:
        return f"Rien ne s’y oppose. Il manque encore {pluriel(missing, 'réponse')}."
    return "Toutes les règles qui s’appliquent sont satisfaites."


def _ways(judgement: Judgement, mine: Actor | None, urls: dict[str, str]) -> list[parts.Way]:
    """Ways out of each obstacle in the order of who can act; a reader who may edit is sent to the question."""
    found = []
    for way in judgement.ways_out:
        sets = sorted(way.sets, key=lambda s: (s.last_actor is not mine, s.last_actor.rank))
        found += [_way(changes, mine, urls) for changes in sets[:MAX_WAYS]]
    return found


def _way(changes: ChangeSet, mine: Actor | None, urls: dict[str, str]) -> parts.Way:
    yours = changes.last_actor is mine and changes.actors == (mine,)
    url = urls.get(changes.changes[0].field_name.partition(".")[0], "") if yours else ""
    first, *others = [change.sentence for change in changes.changes]
    return parts.Way(
        actor="Vous" if yours else liste(actor.label for actor in changes.actors),
        title=first,
        text=" ".join(others),
        url=url,
        action="Changer cette réponse" if url else "",
        mine=yours,
    )
