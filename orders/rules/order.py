"""What an order may hold: hours within the maxi of the lot, its price, nothing asked of the employer.

One set judges an order, an avenant and the price asked for a lot: each gives the facts that it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Audience,
    Change,
    Facts,
    Judgement,
    Outcome,
    Parameters,
    Rulebook,
    RuleSet,
    change,
    evaluate,
    fact,
    unknown,
    unsatisfied,
)
from core.rules.french import listing, number, typography

from .lot import LotRole, address_it, order_to_mandataire

ZERO = Decimal(0)


class Unit(StrEnum):
    """How a quantity is counted; only the first one is bought (P01)."""

    HEURE_STAGIAIRE = "heure_stagiaire"
    HEURE_GROUPE = "heure_groupe"
    FORFAIT = "forfait"

    @property
    def label(self) -> str:
        return _UNITS[self]


_UNITS = {
    Unit.HEURE_STAGIAIRE: "l’heure-stagiaire",
    Unit.HEURE_GROUPE: "l’heure de groupe",
    Unit.FORFAIT: "le forfait",
}


@dataclass(frozen=True)
class OrderFacts(Facts):
    """An order on a lot, or a change of one, and where the lot stands; None means not known yet."""

    order_addressee: LotRole | None = fact("le destinataire du bon de commande", LotRole, supplied=True)
    unit: Unit | None = fact("l'unité de la commande", Unit)
    hours: Decimal | None = fact("les heures demandées", Decimal, unit="heures-stagiaires")
    lot_maxi: Decimal | None = fact("le maxi du lot", Decimal, unit="heures-stagiaires", supplied=True)
    lot_mini: Decimal | None = fact("le mini du lot", Decimal, unit="heures-stagiaires", supplied=True)
    lot_ordered: Decimal | None = fact(
        "les heures déjà commandées sur le lot", Decimal, unit="heures-stagiaires", supplied=True
    )
    period_elapsed: Decimal | None = fact("la part écoulée de la période du lot", Decimal, unit="%", supplied=True)
    moved_within_lot: bool | None = fact("les heures viennent-elles d'une session du même lot", bool, supplied=True)
    same_training: bool | None = fact("le complément porte-t-il sur la même formation", bool, supplied=True)
    extra_hours: Decimal | None = fact("les heures supplémentaires", Decimal, unit="heures-stagiaires")
    extra_hours_reason: str | None = fact("ce que l'employeur attend des heures supplémentaires")
    price: Decimal | None = fact("le prix de l'heure-stagiaire", Decimal, unit="€")
    lot_price: Decimal | None = fact("le prix du lot à cette date", Decimal, unit="€", supplied=True)
    price_asked: Decimal | None = fact("le nouveau prix demandé pour le lot", Decimal, unit="€")
    price_reason: str | None = fact("ce qui justifie la hausse")
    transport_cost: Decimal | None = fact("le surcoût de transport", Decimal, unit="€")
    transport_estimate: str | None = fact("le chiffrage du transport")
    company_share: Decimal | None = fact("la participation de l'entreprise au transport", Decimal, unit="€")
    employer_amount: Decimal | None = fact("le montant demandé à l'employeur", Decimal, unit="€")

    @property
    def hours_left(self) -> Decimal | None:
        """What the maxi still allows, never under zero; None when the lot is not known."""
        if self.lot_maxi is None or self.lot_ordered is None:
            return None
        return max(self.lot_maxi - self.lot_ordered, ZERO)


book = Rulebook("commande")


def _count_in_hours(_facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.REGION, "Compter la commande en heures-stagiaires.", unit=Unit.HEURE_STAGIAIRE)


@book.rule(
    "P01",
    reads=("unit",),
    kept="La commande se compte en heures-stagiaires.",
    broken="La commande se compte en heures-stagiaires, et en rien d'autre.",
    remedies=_count_in_hours,
)
def in_stagiaire_hours(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    if facts.unit is None:
        return unknown("unit")
    return SATISFIED if facts.unit == Unit.HEURE_STAGIAIRE else UNSATISFIED


def _within_maxi(facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.hours_left:
        yield change(Actor.REGION, f"Ramener la commande à {number(facts.hours_left)} h.", hours=facts.hours_left)


@book.rule(
    "P02",
    reads=("hours", "lot_maxi", "lot_ordered"),
    kept=lambda f, p: f"{number(f.hours)} h demandées, {number(f.hours_left)} h disponibles jusqu'au maxi du lot.",
    broken=lambda f, p: (
        f"{number(f.hours)} h demandées pour {number(f.hours_left)} h disponibles : le maxi du lot serait dépassé."
        if f.hours_left
        else "Le maxi du lot est atteint : le lot est à relancer avant toute autre commande."
    ),
    remedies=_within_maxi,
)
def within_maxi(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    """Hours already ordered and hours asked stay within the maxi, which may be reached; who asks none passes none."""
    if facts.hours is not None and facts.hours <= 0:
        return NOT_APPLICABLE
    if missing := [name for name in ("hours", "lot_maxi", "lot_ordered") if getattr(facts, name) is None]:
        return unknown(*missing)
    return SATISFIED if facts.hours <= facts.hours_left else UNSATISFIED  # type: ignore[operator]


def _no_addressee(facts: OrderFacts, _parameters: Parameters) -> str:
    if facts.order_addressee is LotRole.AUCUN:
        return "Le lot n'a pas de mandataire : le bon de commande lui est adressé quoi qu'il en soit."
    return "Le bon de commande est adressé au mandataire du lot, quel que soit l'organisme qui réalise la formation."


book.rule(
    "R117",
    reads=("order_addressee",),
    kept="Le bon de commande est adressé au mandataire du lot.",
    broken=_no_addressee,
    remedies=address_it,
)(order_to_mandataire)


@book.rule(
    "R118",
    reads=("lot_mini", "lot_ordered", "period_elapsed"),
    kept="Les commandes du lot suivent son mini.",
    broken=lambda f, p: (
        f"{number(f.lot_ordered)} h commandées quand {number(f.period_elapsed)} % de la période sont passés : le mini "
        f"du lot est de {number(f.lot_mini)} h. En dessous, une pénalité est due."
    ),
)
def mini_in_sight(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    """The share of the mini already ordered follows the period; never a reason to order without intentions (K18)."""
    if facts.lot_mini is None or facts.lot_ordered is None or facts.period_elapsed is None:
        return NOT_APPLICABLE
    late = facts.lot_ordered * 100 < facts.lot_mini * min(facts.period_elapsed, Decimal(100))
    return UNSATISFIED if late else SATISFIED


@book.rule(
    "P03",
    reads=("moved_within_lot",),
    kept="Des heures passent d'une formation à une autre dans le même lot : c'est admis.",
)
def redeployed_within_lot(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.moved_within_lot else NOT_APPLICABLE


@book.rule(
    "R122",
    reads=("moved_within_lot",),
    kept="Les heures d'une session sont fongibles avec celles d'une autre session du même lot.",
    broken="Des heures ne passent pas d'un lot à l'autre : la fongibilité s'arrête au lot.",
)
def fungible_within_lot(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    """Between sessions of one lot. Hours of another lot are not moved: they are another order, on that lot."""
    return SATISFIED if facts.moved_within_lot else NOT_APPLICABLE


@book.rule(
    "R72",
    reads=("same_training",),
    kept="Une commande complémentaire est possible pour la même formation, y compris pour un seul parcours.",
    broken="Une commande complémentaire porte sur la même formation : une autre se demande à la Région.",
)
def complement_of_the_same_training(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    """More parcours of a training that is ordered already: same lot, same training."""
    return SATISFIED if facts.same_training else NOT_APPLICABLE


def _no_extra(_facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.ORGANISME, "S'en tenir aux heures prévues.", extra_hours=ZERO)


@book.rule(
    "R51",
    reads=("extra_hours", "extra_hours_reason"),
    kept="Aucune heure au-delà de ce qui est prévu.",
    broken=lambda f, p: (
        f"{number(f.extra_hours)} h s'ajoutent à ce qui était prévu : la Région donne son accord, si l'employeur le "
        "demande."
    ),
    remedies=_no_extra,
    grant="Donner l'accord pour les heures supplémentaires.",
)
def extra_hours(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    if facts.extra_hours is None:
        return NOT_APPLICABLE
    if facts.extra_hours <= 0:
        return SATISFIED
    return UNSATISFIED if facts.extra_hours_reason else unsatisfied("extra_hours_reason")


# ---- money


def _nothing_from_the_employer(_facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.ORGANISME, "Ne rien demander à l'employeur pour la formation.", employer_amount=ZERO)


@book.rule(
    "R120",
    reads=("employer_amount",),
    kept="La Région prend en charge toute la formation.",
    broken=lambda f, p: (
        f"{number(f.employer_amount)} € seraient demandés à l'employeur : la Région prend en charge toute la formation."
    ),
    remedies=_nothing_from_the_employer,
)
def nothing_from_the_employer(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    if facts.employer_amount is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.employer_amount <= 0 else UNSATISFIED


def _price_of_the_lot(facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.REGION, f"Appliquer le prix du lot, {number(facts.lot_price)} €.", price=facts.lot_price)


@book.rule(
    "R123",
    reads=("price", "lot_price"),
    kept=lambda f, p: f"{number(f.price)} € l'heure-stagiaire : le prix du lot à cette date.",
    broken=lambda f, p: (
        f"{number(f.price)} € l'heure-stagiaire : le prix du lot est de {number(f.lot_price)} €, pour tout le "
        "groupement et toutes les sessions."
    ),
    remedies=_price_of_the_lot,
)
def price_of_the_lot(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    """One price for the lot at the date, to the cent: none is entered for a session."""
    if missing := [name for name in ("price", "lot_price") if getattr(facts, name) is None]:
        return unknown(*missing)
    return SATISFIED if facts.price == facts.lot_price else UNSATISFIED


def _keep_price(facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.ORGANISME, "Garder le prix en vigueur.", price_asked=facts.lot_price)


@book.rule(
    "R124",
    reads=("price_asked", "lot_price", "price_reason"),
    kept="Le prix demandé ne dépasse pas celui du lot.",
    broken=lambda f, p: (
        f"{number(f.price_asked)} € demandés, {number(f.lot_price)} € aujourd'hui : une hausse se justifie, et la "
        "Région décide au cas par cas."
    ),
    remedies=_keep_price,
    grant="Accepter la hausse du prix du lot.",
)
def price_rise(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    if facts.price_asked is None:
        return NOT_APPLICABLE
    if facts.lot_price is None:
        return unknown("lot_price")
    if facts.price_asked <= facts.lot_price:
        return SATISFIED
    return UNSATISFIED if facts.price_reason else unsatisfied("price_reason")


def _no_transport(_facts: OrderFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.ORGANISME, "Trouver une autre aide à la mobilité, sans surcoût.", transport_cost=ZERO)


@book.rule(
    "R125",
    reads=("transport_cost", "transport_estimate", "company_share"),
    kept="Aucun surcoût de transport.",
    broken=lambda f, p: (
        f"{number(f.transport_cost)} € de transport : ils se chiffrent, avec la part que l'entreprise peut prendre, "
        "et la Région décide au cas par cas."
    ),
    remedies=_no_transport,
    grant="Accepter le surcoût de transport.",
)
def transport(facts: OrderFacts, _parameters: Parameters) -> Outcome:
    if facts.transport_cost is None:
        return NOT_APPLICABLE
    if facts.transport_cost <= 0:
        return SATISFIED
    asked = [name for name in ("transport_estimate", "company_share") if getattr(facts, name) in (None, "")]
    return unsatisfied(*asked) if asked else UNSATISFIED


ORDER = RuleSet.gather("commande", OrderFacts, book)

# What is lawful because a rule allows it, and the fact that says that it does not.
_ALLOWED_BY = {"R122": "moved_within_lot", "R72": "same_training"}


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of an act: the rule, and its own words for this file."""

    rule: str
    message: str


def judge_order(
    facts: OrderFacts, parameters: Parameters | None = None, derogations: Iterable[str] = frozenset()
) -> Judgement:
    """Judge an order, an avenant or a price on what is known; ``derogations``: ids of the rules granted (``R51``)."""
    return evaluate(ORDER.edition(parameters) if parameters else ORDER, facts, parameters, derogations)


def obstacles(judgement: Judgement) -> list[Obstacle]:
    """Why the act cannot be done: what forbids it, what is still to be granted, what is not known."""
    waiting = [Obstacle(one.id, one.message(Audience.REGION)) for one in judgement.to_decide]
    named = {one.rule for one in waiting}
    return forbidden(judgement) + waiting + [one for one in unsaid(judgement) if one.rule not in named]


def unsaid(judgement: Judgement) -> list[Obstacle]:
    """What the rules want to be told before anybody decides."""
    return [
        Obstacle(
            one.id, typography(f"Il manque : {listing([_label(judgement, name) for name in one.outcome.missing])}.")
        )
        for one in judgement.findings
        if one.outcome.missing and one.mode.decides
    ]


def _label(judgement: Judgement, name: str) -> str:
    return str(judgement.facts.describe(name)["label"])


def forbidden(judgement: Judgement) -> list[Obstacle]:
    """What no agreement lifts: a rule that blocks, or an act that no rule allows."""
    found = [Obstacle(one.id, one.message(Audience.REGION)) for one in judgement.blocking]
    return found + [
        Obstacle(rule.id, rule.say(False, judgement.facts, judgement.parameters, Audience.REGION))
        for rule in judgement.ruleset.rules
        if rule.id in _ALLOWED_BY and getattr(judgement.facts, _ALLOWED_BY[rule.id]) is False
    ]
