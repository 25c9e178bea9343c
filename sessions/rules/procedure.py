"""The way of a request through the Région, and what is shown of it (R98-R103)."""

from __future__ import annotations

from collections.abc import Iterator

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Outcome,
    Parameters,
    Rulebook,
    change,
    unknown,
    unsatisfied,
)
from core.rules.french import count, in_days

from .completeness import READS, missing_fields
from .facts import RequestFacts

book = Rulebook("demande")


def _decide(_facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.REGION, "Faire décider un agent de la Région.", decided_by_agent=True)


@book.rule(
    "R98",
    reads=("authorised", "decided_by_agent"),
    kept="Un agent de la Région a décidé.",
    broken="Aucune session n'est autorisée sans la décision d'un agent de la Région.",
    remedies=_decide,
)
def decided_by_region(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if not facts.authorised:
        return NOT_APPLICABLE
    return SATISFIED if facts.decided_by_agent else UNSATISFIED


def _keep_order(_facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.REGION, "Décider d'abord les demandes arrivées plus tôt.", overtakes=0)
    yield change(Actor.REGION, "Écrire le motif du dépassement de rang.", overtaking_reason="Motif gardé au journal")


@book.rule(
    "R99",
    reads=("overtakes", "overtaking_reason"),
    kept="L'ordre d'arrivée est respecté, ou son dépassement motivé.",
    broken=lambda f, p: (
        f"{count(f.overtakes, 'demande complète arrivée', 'demandes complètes arrivées')} plus tôt : "
        "les commandes suivent l'ordre d'arrivée, un dépassement demande un motif."
    ),
    remedies=_keep_order,
)
def order_of_arrival(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.overtakes is None:
        return NOT_APPLICABLE
    return UNSATISFIED if facts.overtakes > 0 and not facts.overtaking_reason else SATISFIED


@book.rule(
    "R100",
    gate=True,
    reads=("submitting", *READS),
    kept="La demande est complète.",
    broken=lambda f, p: (
        f"Il manque {count(len(missing_fields(f)), 'élément')} pour que la demande soit complète et prenne son rang."
    ),
)
def complete(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """A draft says what it lacks; an incomplete request cannot be sent."""
    missing = missing_fields(facts)
    if not missing:
        return SATISFIED
    return unsatisfied(*missing) if facts.submitting else unknown(*missing)


def _days_to_start(facts: RequestFacts) -> int | None:
    if facts.starts_on is None or facts.today is None:
        return None
    return (facts.starts_on - facts.today).days


def _too_soon(facts: RequestFacts, _parameters: Parameters) -> str:
    days = _days_to_start(facts) or 0
    when = f"Le démarrage est prévu {in_days(days)}." if days >= 0 else "Le jour prévu pour le démarrage est passé."
    return f"{when} Comptez deux à trois mois entre le besoin et le démarrage."


@book.rule(
    "R101",
    reads=("starts_on", "today"),
    kept="Une fois le projet cadré, quelques jours peuvent suffire à la Région pour autoriser la session.",
    broken=_too_soon,
)
def lead_time(facts: RequestFacts, parameters: Parameters) -> Outcome:
    """Two clocks, never confused (K5): need to start, complete request to authorisation."""
    days = _days_to_start(facts)
    if days is None:
        return NOT_APPLICABLE
    return SATISFIED if days >= parameters["lead_time_days"] else UNSATISFIED


def _unpublish(_facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.REGION, "Retirer la session de l'affichage.", published=False)
    yield change(Actor.REGION, "Autoriser la session.", authorised=True, decided_by_agent=True)


@book.rule(
    "R102",
    reads=("access_mode", "authorised", "published"),
    kept="La session affichée est autorisée par la Région.",
    broken="Hors du socle, seules les sessions autorisées par la Région sont affichées.",
    remedies=_unpublish,
)
def shown_when_authorised(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.is_socle or not facts.published:
        return NOT_APPLICABLE
    return SATISFIED if facts.authorised else UNSATISFIED


@book.rule(
    "R103",
    reads=("access_mode",),
    kept=lambda f, p: (
        "Mode d'accès affiché : socle." if f.is_socle else "Mode d'accès affiché : sur intention d'embauche."
    ),
)
def access_shown(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return unknown("access_mode") if facts.access_mode is None else SATISFIED
