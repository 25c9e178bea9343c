"""The lawful routes under five: the passage of each, what to provide, and the smallest changes that take it.

A route that is proposed is proven: its changes are made on the file, and the file is judged again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.rules import (
    Actor,
    ChangeSet,
    Citation,
    Parameters,
    Verdict,
    default_parameters,
    evaluate,
    rule_texts,
)
from core.rules.french import count, typography

from .book import RULES
from .facts import RequestFacts
from .head_count import head_count, openings

MAX_SETS = 3

# What the organisme gives to take each route; the last line of some is for the Région.
_PROVIDE = {
    "completer": (
        "Une intention d'embauche éligible, d'un autre employeur s'il le faut, qu'aucune autre demande ne porte",
        "L'accord de cet employeur pour cette formation et ces dates",
    ),
    "groupe_existant": (
        "La nature du groupe que la session complète, apprentis par exemple",
        "Une intention d'embauche pour chaque place demandée",
    ),
    "permanentes": (
        "Une plateforme ouverte en entrées et sorties permanentes",
        "Une intention d'embauche pour chaque place demandée",
    ),
    "complementaire": (
        "Le numéro de la session déjà commandée",
        "Le même domaine de formation, et le besoin de l'employeur auquel elle répond",
    ),
    "equilibre": (
        "L'attestation de l'équilibre financier de la session, à cet effectif",
        "Le prix de l'heure-stagiaire du lot, inchangé",
        "Le visa de la Région",
    ),
}
_RULES = {
    "completer": ("R67", "R09"),
    "groupe_existant": ("R68",),
    "permanentes": ("R70",),
    "complementaire": ("R72",),
    "equilibre": ("R69",),
}


class RouteStatus(StrEnum):
    CHOSEN = "choisie"
    OPEN = "ouverte"
    CLOSED = "fermee"


@dataclass(frozen=True)
class Route:
    """One lawful way to open with fewer than five: what it needs in short, what to provide, its passages."""

    code: str
    rule: str
    label: str
    needs: str
    actors: tuple[Actor, ...]
    status: RouteStatus
    note: str
    provide: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


def head_count_routes(facts: RequestFacts, parameters: Parameters | None = None) -> tuple[Route, ...]:
    """The five routes for this file, with what each needs and who acts.

    Empty when the Drajes sets the minimum, since no exception lifts it.
    """
    parameters = parameters or default_parameters()
    if facts.drajes:
        return ()
    five = parameters["stagiaires_min"]
    settled = head_count(facts, parameters).rule
    covered = facts.seats or 0 if facts.is_socle else min(facts.seats or 0, facts.posts_covered or 0)
    lacking = max(five - covered, 0)
    organisme, region = Actor.ORGANISME, Actor.REGION
    routes = [
        (
            "completer",
            "R67",
            "Compléter le groupe",
            f"{count(lacking, 'poste compatible', 'postes compatibles')} de plus" if lacking else "Rien de plus",
            (organisme,),
            lacking == 0,
            True,
            "Le groupe est complet." if not lacking else "Une intention compatible peut attendre un groupe.",
        ),
        (
            "groupe_existant",
            "R68",
            "S'adosser à un groupe existant",
            "Apprentis ou autre groupe, sans seuil",
            (organisme,),
            settled == "R68",
            True,
            f"Groupe déclaré : {facts.existing_group}." if facts.existing_group else "Aucun groupe déclaré.",
        ),
        (
            "permanentes",
            "R70",
            "Entrées et sorties permanentes",
            "Une plateforme ; un stagiaire suffit, avec son intention",
            (organisme,),
            settled == "R70",
            facts.is_socle or bool(facts.posts_covered),
            _posts_for_seats(facts),
        ),
        (
            "complementaire",
            "R72",
            "Commande complémentaire",
            "Même domaine qu'une session commandée",
            (organisme, region),
            settled == "R72",
            facts.same_domain is not False,
            "Le domaine est différent."
            if facts.same_domain is False
            else f"Session complétée : {facts.complements}."
            if facts.complements
            else "Session à désigner.",
        ),
        (
            "equilibre",
            "R69",
            "Équilibre financier attesté",
            "Votre attestation, à prix inchangé, puis le visa de la Région",
            (organisme, region),
            settled == "R69",
            facts.price_unchanged is not False,
            "Le prix doit rester inchangé."
            if facts.price_unchanged is False
            else "Attestation jointe."
            if facts.balance_statement
            else "Attestation à joindre.",
        ),
    ]
    return tuple(
        Route(
            code=code,
            rule=rule,
            label=typography(label),
            needs=typography(needs),
            actors=actors,
            status=_status(chosen, possible and rule not in parameters.left_out),
            note=typography(note),
            provide=tuple(typography(what) for what in _PROVIDE[code] if not (facts.is_socle and "intention" in what)),
            citations=tuple(rule_texts()[rule_id].citation for rule_id in _RULES[code]),
        )
        for code, rule, label, needs, actors, chosen, possible, note in routes
    )


def _status(chosen: bool, possible: bool) -> RouteStatus:
    if chosen:
        return RouteStatus.CHOSEN
    return RouteStatus.OPEN if possible else RouteStatus.CLOSED


def _posts_for_seats(facts: RequestFacts) -> str:
    """Permanent entries open with one stagiaire; each place has its post all the same."""
    seats = facts.seats or 0
    if facts.posts_covered:
        posts = count(facts.posts_covered, "poste rattaché", "postes rattachés")
        return f"{posts} pour {count(seats, 'place')}."
    if seats > 1:
        return f"Il faut d'abord {count(seats, 'poste')} d'intentions d'embauche : un par place."
    return "Il faut d'abord une intention d'embauche."


def route_sets(
    facts: RequestFacts, parameters: Parameters | None = None, derogations: Iterable[str] = frozenset()
) -> dict[str, tuple[ChangeSet, ...]]:
    """For each route not yet taken, by its code: the smallest sets of changes that take it and lead to éligible.

    Each set holds the change that opens the route; made on the file, the whole is éligible, and it is not without
    that change. A route that leads nowhere for this file has none. Empty when the Drajes sets the minimum.
    """
    parameters = parameters or default_parameters()
    if facts.drajes:
        return {}
    granted = frozenset(derogations)
    rules = RULES.edition(parameters)

    def leads(found: ChangeSet) -> bool:
        after = found.apply(facts)
        return evaluate(rules, after, parameters, granted | found.derogations).verdict is Verdict.ELIGIBLE

    sets: dict[str, tuple[ChangeSet, ...]] = {}
    for code, first in openings(facts, parameters).items():
        after = evaluate(rules, first.apply(facts), parameters, granted)
        alone = ChangeSet((first,))
        if after.verdict is Verdict.ELIGIBLE:
            further = [alone] if not leads(ChangeSet(())) else []
        else:
            further = [ChangeSet((first, *found.changes)) for found in after.changes]
        kept = [found for found in further if leads(found) and not leads(ChangeSet(found.changes[1:]))]
        least = min((len(found.changes) for found in kept), default=0)
        sets[code] = tuple(found for found in kept if len(found.changes) == least)[:MAX_SETS]
    return sets
