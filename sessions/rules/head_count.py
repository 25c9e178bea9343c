"""How many stagiaires open a session, and the lawful routes under five (R61, R67-R72).

Order of the decision: minimum set by the Drajes → permanent entries → backed on an existing
group → complementary order → at least five → financial balance with the Région's visa → refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Mode,
    Outcome,
    Parameters,
    Rulebook,
    State,
    change,
    unknown,
    unsatisfied,
)
from core.rules.french import count, number

from .coverage import attach
from .facts import RequestFacts
from .terms import EntryMode, HeadCountCase

book = Rulebook("demande")

READS = (
    "access_mode",
    "balance_statement",
    "complements",
    "drajes",
    "entry_mode",
    "existing_group",
    "head_count_case",
    "intentions.posts",
    "price_unchanged",
    "same_domain",
    "seats",
    "sector_minimum",
)


class HeadCount(NamedTuple):
    """The rule that settles the head count, what it finds, and the minimum that it sets."""

    rule: str
    outcome: Outcome
    minimum: int


def head_count(facts: RequestFacts, parameters: Parameters) -> HeadCount:
    """Walk the decision in its order and say which rule settles it.

    An exception that the Région has left out opens nothing any more: the rule of five settles.
    """
    key = ("head_count", parameters.digest, parameters.left_out)
    found: HeadCount = facts.once(key, lambda: _decide(facts, parameters))
    return found


def _decide(facts: RequestFacts, parameters: Parameters) -> HeadCount:
    five, gone = parameters["stagiaires_min"], parameters.left_out
    seats = facts.seats
    if seats is None:
        return HeadCount("R67", unknown("seats"), five)
    if facts.drajes and "R61" not in gone:
        minimum = facts.sector_minimum or parameters["sector_minimum_animation"]
        if not minimum:
            return HeadCount("R61", unknown("sector_minimum"), five)
        return HeadCount("R61", SATISFIED if seats >= minimum else UNSATISFIED, minimum)
    if seats < 1:  # no exception opens a session for nobody
        return HeadCount("R67", UNSATISFIED, five)
    if facts.is_permanent and "R70" not in gone and (one := _permanent(facts, seats, parameters)):
        return one
    if facts.head_count_case == HeadCountCase.GROUPE_EXISTANT and "R68" not in gone:
        if facts.existing_group:
            return HeadCount("R68", SATISFIED, 1)
        if seats < five:
            return HeadCount("R67", unknown("existing_group"), five)
    complement = facts.head_count_case == HeadCountCase.COMPLEMENTAIRE and "R72" not in gone
    if complement and facts.same_domain is not False:
        missing = [name for name in ("complements", "same_domain") if not getattr(facts, name)]
        if not missing:
            return HeadCount("R72", SATISFIED, 1)
        if seats < five:
            return HeadCount("R67", unknown(*missing), five)
    if seats >= five:
        return HeadCount("R67", SATISFIED, five)
    if facts.head_count_case == HeadCountCase.EQUILIBRE and "R69" not in gone:
        stated = (facts.balance_statement, facts.price_unchanged)
        if all(stated):
            return HeadCount("R69", UNSATISFIED, 1)
        if False not in stated:
            names = ("balance_statement", "price_unchanged")
            return HeadCount("R67", unknown(*(n for n, v in zip(names, stated, strict=True) if v is None)), five)
    return HeadCount("R67", UNSATISFIED, five)


def _permanent(facts: RequestFacts, seats: int, parameters: Parameters) -> HeadCount | None:
    """Permanent entries open with one stagiaire, from the moment there is an intention."""
    one = parameters["stagiaires_min_permanent"]
    if seats < one:
        return None
    if facts.is_socle or facts.posts_covered:
        return HeadCount("R70", SATISFIED, one)
    if facts.intentions is None and seats < parameters["stagiaires_min"]:
        return HeadCount("R67", unknown("intentions"), one)
    return None


def _reach(facts: RequestFacts, minimum: int) -> Change:
    if facts.is_socle:
        return change(Actor.ORGANISME, f"Porter la session à {count(minimum, 'place')}.", seats=minimum)
    return attach(facts, minimum)


def _sector(facts: RequestFacts, parameters: Parameters) -> Iterator[Change]:
    yield _reach(facts, head_count(facts, parameters).minimum)


@book.rule(
    "R61",
    reads=READS,
    kept=lambda f, p: (
        f"{count(f.seats, 'place')} : le minimum fixé par la Drajes est de {number(head_count(f, p).minimum)}."
    ),
    broken=lambda f, p: (
        f"{count(f.seats, 'place')} : le minimum fixé par la Drajes est de "
        f"{number(head_count(f, p).minimum)}, quel que soit le seuil du dispositif."
    ),
    remedies=_sector,
)
def sector_minimum(facts: RequestFacts, parameters: Parameters) -> Outcome:
    """The minimum set by the Drajes takes the place of five."""
    found = head_count(facts, parameters)
    return found.outcome if found.rule == "R61" else NOT_APPLICABLE


def openings(facts: RequestFacts, parameters: Parameters) -> dict[str, Change]:
    """The change that takes each lawful route under five, by the code of the route, those of the register first."""
    found = {
        "completer": _reach(facts, parameters["stagiaires_min"]),
        "groupe_existant": change(
            Actor.ORGANISME,
            "S'adosser à un groupe existant, apprentis par exemple : aucun seuil ne s'applique alors.",
            head_count_case=HeadCountCase.GROUPE_EXISTANT,
            existing_group=facts.existing_group or "apprentis",
        ),
    }
    if facts.same_domain is not False:
        found["complementaire"] = change(
            Actor.ORGANISME,
            "Demander une commande complémentaire sur une session déjà commandée, du même domaine.",
            head_count_case=HeadCountCase.COMPLEMENTAIRE,
            same_domain=True,
            complements=facts.complements or "session du même domaine",
        )
    found["permanentes"] = change(
        Actor.ORGANISME,
        "Ouvrir sur une plateforme en entrées et sorties permanentes : une intention suffit.",
        entry_mode=EntryMode.PERMANENTES,
    )
    if facts.price_unchanged is not False:
        found["equilibre"] = change(
            Actor.ORGANISME,
            "Attester l'équilibre financier de la session, à prix inchangé.",
            head_count_case=HeadCountCase.EQUILIBRE,
            balance_statement=True,
            price_unchanged=True,
        )
    return found


def _under_five(facts: RequestFacts, parameters: Parameters) -> Iterator[Change]:
    yield from openings(facts, parameters).values()


@book.rule(
    "R67",
    reads=READS,
    kept=lambda f, p: f"{count(f.seats, 'stagiaire')} : le minimum est de {number(p['stagiaires_min'])}.",
    broken=lambda f, p: (
        f"{count(f.seats, 'place demandée', 'places demandées')} ; le minimum pour ouvrir une "
        f"session est de {number(p['stagiaires_min'])} stagiaires."
    ),
    remedies=_under_five,
)
def at_least_five(facts: RequestFacts, parameters: Parameters) -> Outcome:
    """Five stagiaires, unless one of the exceptions stands (R61, R68-R70, R72)."""
    found = head_count(facts, parameters)
    return found.outcome if found.rule == "R67" else NOT_APPLICABLE


@book.rule(
    "R68",
    reads=READS,
    kept=lambda f, p: f"La session complète un groupe existant ({f.existing_group}) : aucun seuil ne s'applique.",
)
def existing_group(facts: RequestFacts, parameters: Parameters) -> Outcome:
    found = head_count(facts, parameters)
    return found.outcome if found.rule == "R68" else NOT_APPLICABLE


@book.rule(
    "R69",
    reads=READS,
    broken=lambda f, p: (
        f"{count(f.seats, 'place')}, sous le minimum de {number(p['stagiaires_min'])} : l'équilibre financier est "
        "attesté à prix inchangé, l'ouverture demande encore le visa de la Région."
    ),
    remedies=lambda f, p: iter((_reach(f, p["stagiaires_min"]),)),
    grant="Viser l'ouverture sous l'effectif minimum.",
)
def financial_balance(facts: RequestFacts, parameters: Parameters) -> Outcome:
    """Under five, the organisme states its balance, price unchanged, and the Région gives its visa."""
    found = head_count(facts, parameters)
    return found.outcome if found.rule == "R69" else NOT_APPLICABLE


@book.rule(
    "R70",
    reads=READS,
    kept="Entrées et sorties permanentes : la session s'ouvre avec un stagiaire et une intention d'embauche.",
)
def permanent_entries(facts: RequestFacts, parameters: Parameters) -> Outcome:
    found = head_count(facts, parameters)
    return found.outcome if found.rule == "R70" else NOT_APPLICABLE


def _merge(facts: RequestFacts, parameters: Parameters) -> Iterator[Change]:
    if full_composantes(facts, parameters).mode is not Mode.WARN:
        yield change(
            Actor.ORGANISME,
            "Réunir les stagiaires dans une seule composante et individualiser leur parcours.",
            composantes=1,
        )


def _too_many(facts: RequestFacts, parameters: Parameters) -> str:
    five = number(parameters["stagiaires_min"])
    if full_composantes(facts, parameters).mode is not Mode.WARN:
        return (
            f"{count(facts.composantes, 'composante')} pour {count(facts.seats, 'stagiaire')} : une composante en "
            f"accueille au moins {five}."
        )
    twins = facts.twins or ()
    asked = count(len(twins), "autre demande en cours porte", "autres demandes en cours portent")
    return (
        f"{asked} sur la même formation, aux mêmes dates et au même lieu ({', '.join(twins)}). Une composante "
        f"accueille au moins {five} stagiaires : un même groupe n'en forme qu'une."
    )


@book.rule(
    "R71",
    reads=(*READS, "composantes", "twins"),
    kept=lambda f, p: f"{count(f.composantes, 'composante')} pour {count(f.seats, 'stagiaire')}.",
    broken=_too_many,
    remedies=_merge,
)
def full_composantes(facts: RequestFacts, parameters: Parameters) -> Outcome:
    """No composante per stagiaire: each holds five, under the same exceptions; identical ones are worth a word.

    A single composante holds the whole session: R67 has then said it all.
    """
    if facts.composantes is None or facts.seats is None:
        return NOT_APPLICABLE
    alike = unsatisfied(mode=Mode.WARN) if facts.twins else None
    if facts.composantes < 2:
        return alike or NOT_APPLICABLE
    found = head_count(facts, parameters)
    if found.outcome.state is State.UNKNOWN:
        return NOT_APPLICABLE
    if facts.seats // facts.composantes < found.minimum:
        return UNSATISFIED
    return alike or SATISFIED


@book.rule(
    "R72",
    reads=READS,
    kept="Commande complémentaire sur une session du même domaine : un seul parcours suffit.",
)
def complementary_order(facts: RequestFacts, parameters: Parameters) -> Outcome:
    found = head_count(facts, parameters)
    return found.outcome if found.rule == "R72" else NOT_APPLICABLE
