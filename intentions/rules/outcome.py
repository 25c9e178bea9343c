"""What became of an intention once the training is over (R92, R93). Nothing here ever blocks (K7, K8)."""

from __future__ import annotations

from dataclasses import dataclass

from core.rules import NOT_APPLICABLE, SATISFIED, UNSATISFIED, Facts, Many, Outcome, Parameters, Rulebook, RuleSet, fact
from core.rules.french import count, listing

from .terms import Milestone


@dataclass(frozen=True)
class OutcomeFacts(Facts):
    """An intention after the session that was set up for it; None means not known yet."""

    training_over: bool | None = fact("la formation est-elle finie", bool, supplied=True)
    posts: int | None = fact("les postes de l'intention", int, unit="postes", supplied=True)
    hires: int | None = fact("les embauches", int)
    not_hired_reason: str | None = fact("la raison des embauches qui n'ont pas eu lieu")
    milestones_done: tuple[Milestone, ...] | None = fact(
        "les étapes auxquelles l'employeur a participé", Many(Milestone)
    )


book = Rulebook("engagement")


def _lower(milestone: str) -> str:
    label = Milestone(milestone).label
    return label[0].lower() + label[1:]


@book.rule(
    "R92",
    reads=("training_over", "milestones_done"),
    kept=lambda f, p: f"L'employeur a participé : {listing([_lower(m) for m in f.milestones_done or ()])}.",
    broken={
        "employeur": "Vous n'avez participé à aucune étape de la formation : votre présence aide les stagiaires.",
        "*": "L'employeur n'a participé à aucune étape de la formation.",
    },
)
def employer_takes_part(facts: OutcomeFacts, _parameters: Parameters) -> Outcome:
    """At the end of the training, five moments looked at; none kept is said, and that is all."""
    if not facts.training_over or facts.milestones_done is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.milestones_done else UNSATISFIED


def _fewer_hires(facts: OutcomeFacts, _parameters: Parameters) -> str:
    said = f"{count(facts.hires, 'embauche')} pour {count(facts.posts, 'poste')}."
    why = f" Raison donnée : {facts.not_hired_reason.rstrip('.')}." if facts.not_hired_reason else ""
    return f"{said}{why} L'employeur s'était engagé à recruter les stagiaires de cette session."


@book.rule(
    "R93",
    reads=("training_over", "posts", "hires", "not_hired_reason"),
    kept="L'intention est honorée : chaque poste a son embauche.",
    broken=_fewer_hires,
)
def intention_honoured(facts: OutcomeFacts, _parameters: Parameters) -> Outcome:
    """Honoured, in part or not: a breach is written down, never sanctioned (K7)."""
    if not facts.training_over or facts.posts is None or facts.hires is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.hires >= facts.posts else UNSATISFIED


OUTCOME = RuleSet.gather("engagement", OutcomeFacts, book)
