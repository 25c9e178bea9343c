"""The conditions of the aids after the hire (R127-R130)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Outcome,
    Parameters,
    Rulebook,
    RuleSet,
    change,
    unknown,
)
from core.rules.french import number, to_the_cent
from intentions.rules.terms import ContractType, EmployerKind

from .amounts import amount, bonus_share
from .facts import AidFacts, AidKind

book = Rulebook("aide")

PRIVATE = frozenset(EmployerKind) - {EmployerKind.PUBLIC}  # associations and structures d’insertion are private law


class Condition(NamedTuple):
    """One of the conditions that R127 lists. ``holds`` gives None while a fact is missing."""

    facts: tuple[str, ...]
    holds: Callable[[AidFacts, Parameters], bool | None]
    broken: Callable[[AidFacts, Parameters], str]
    remedy: Callable[[AidFacts, Parameters], Iterator[Change]] | None = None


def _contract(facts: AidFacts, parameters: Parameters) -> bool | None:
    """CDI, or CDD of six months; an agency's CDI for Parcours emploi formation alone (S1:544, S1:550)."""
    if facts.contract_type is None:
        return None
    if facts.contract_type is ContractType.CDI_INTERIMAIRE:
        return None if facts.aid is None else facts.aid is AidKind.FORMATION
    if facts.contract_type is ContractType.CDD:
        return None if facts.contract_months is None else facts.contract_months >= parameters["aid_months_min"]
    return facts.contract_type is ContractType.CDI


def _better_contract(facts: AidFacts, parameters: Parameters) -> Iterator[Change]:
    months = parameters["aid_months_min"]
    if facts.contract_type is ContractType.CDD:
        yield change(Actor.EMPLOYEUR, f"Porter le CDD à {number(months)} mois.", contract_months=Decimal(months))
    yield change(Actor.EMPLOYEUR, "Proposer un CDI.", contract_type=ContractType.CDI)


def _compare(value: Decimal | int | None, test: Callable[[Decimal | int], bool]) -> bool | None:
    return None if value is None else test(value)


_CONDITIONS = (
    Condition(
        ("workplace_departement",),
        lambda f, p: None if f.workplace_departement is None else f.workplace_departement in p["departements"],
        lambda f, p: "l'établissement est en Pays de la Loire",
    ),
    Condition(
        ("employer_kind",),
        lambda f, p: None if f.employer_kind is None else f.employer_kind in PRIVATE,
        lambda f, p: "l'employeur est privé ou associatif",
    ),
    Condition(
        ("headcount",),
        lambda f, p: _compare(f.headcount, lambda n: n < p["aid_headcount_max"]),
        lambda f, p: f"l'établissement compte moins de {number(p['aid_headcount_max'])} salariés",
    ),
    Condition(
        ("offer_published",),
        lambda f, p: f.offer_published,
        lambda f, p: "une offre d'emploi a été diffusée",
        lambda f, p: iter((change(Actor.EMPLOYEUR, "Diffuser l'offre d'emploi.", offer_published=True),)),
    ),
    Condition(
        ("contract_type", "contract_months"),
        _contract,
        lambda f, p: f"le contrat est un CDI ou un CDD d'au moins {number(p['aid_months_min'])} mois",
        _better_contract,
    ),
    Condition(
        ("jobseeker",),
        lambda f, p: f.jobseeker,
        lambda f, p: "la personne embauchée est inscrite à France Travail",
    ),
    Condition(
        ("months_to_training",),
        lambda f, p: _compare(f.months_to_training, lambda months: months <= p["aid_training_delay_months"]),
        lambda f, p: (
            f"la formation commence dans les {number(p['aid_training_delay_months'])} premiers mois du contrat"
        ),
        lambda f, p: iter(
            (
                change(
                    Actor.EMPLOYEUR,
                    f"Commencer la formation dans les {number(p['aid_training_delay_months'])} premiers mois du "
                    "contrat.",
                    months_to_training=Decimal(p["aid_training_delay_months"]),
                ),
            )
        ),
    ),
)
READS = ("aid", *(name for condition in _CONDITIONS for name in condition.facts))


def broken_conditions(facts: AidFacts, parameters: Parameters) -> list[Condition]:
    """The conditions of R127 that these facts do not meet."""
    return [condition for condition in _CONDITIONS if condition.holds(facts, parameters) is False]


def _say_broken(facts: AidFacts, parameters: Parameters) -> str:
    wanted = [condition.broken(facts, parameters) for condition in broken_conditions(facts, parameters)]
    return f"L'aide est versée quand {', et '.join(wanted)}. Ce n'est pas le cas ici."


def _mend(facts: AidFacts, parameters: Parameters) -> Iterator[Change]:
    """What the employer can still do; nothing when a condition cannot be moved."""
    broken = broken_conditions(facts, parameters)
    if all(condition.remedy for condition in broken):
        for condition in broken:
            assert condition.remedy is not None  # noqa: S101 just checked
            yield from condition.remedy(facts, parameters)


@book.rule(
    "R127",
    reads=READS,
    kept="L'établissement, l'offre, le contrat, la personne et le délai de la formation conviennent.",
    broken=_say_broken,
    remedies=_mend,
)
def establishment_and_hire(facts: AidFacts, parameters: Parameters) -> Outcome:
    """The conditions common to both aids. 400 hours is a ceiling of what is financed, not a condition."""
    if broken_conditions(facts, parameters):
        return UNSATISFIED
    missing = [
        name
        for condition in _CONDITIONS
        if condition.holds(facts, parameters) is None
        for name in condition.facts
        if getattr(facts, name) is None and (name != "contract_months" or facts.contract_type is ContractType.CDD)
    ]
    if facts.contract_type is ContractType.CDI_INTERIMAIRE and facts.aid is None:
        missing.append("aid")
    return unknown(*missing) if missing else SATISFIED


def _sum(facts: AidFacts, parameters: Parameters) -> str:
    found = amount(facts, parameters)
    return f" Elle serait de {to_the_cent(found.euros)} €." if found else ""


@book.rule(
    "R128",
    reads=("aid", "qualiopi_certified", "training_hours", "teaching_cost"),
    kept=lambda f, p: (
        "La formation est délivrée par un organisme certifié Qualiopi : elle ouvre droit à l'aide." + _sum(f, p)
    ),
    broken="La formation doit être délivrée par un organisme de formation certifié Qualiopi.",
    remedies=lambda f, p: iter(
        (change(Actor.EMPLOYEUR, "Choisir un organisme certifié Qualiopi.", qualiopi_certified=True),)
    ),
)
def trained_by_organisme(facts: AidFacts, _parameters: Parameters) -> Outcome:
    if facts.aid is not AidKind.FORMATION:
        return NOT_APPLICABLE
    if facts.qualiopi_certified is False:
        return UNSATISFIED
    names = ("qualiopi_certified", "training_hours", "teaching_cost")
    missing = [name for name in names if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


@book.rule(
    "R129",
    reads=("aid", "own_trainer", "training_hours"),
    kept=lambda f, p: "La personne est formée dans l'entreprise : cela ouvre droit à l'aide." + _sum(f, p),
    broken="La personne doit être formée par un salarié ou par le dirigeant de l'entreprise.",
    remedies=lambda f, p: iter(
        (change(Actor.EMPLOYEUR, "Confier la formation à un salarié ou au dirigeant.", own_trainer=True),)
    ),
)
def trained_inside(facts: AidFacts, _parameters: Parameters) -> Outcome:
    if facts.aid is None or not facts.aid.is_internal:
        return NOT_APPLICABLE
    if facts.own_trainer is False:
        return UNSATISFIED
    missing = [name for name in ("own_trainer", "training_hours") if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


@book.rule(
    "R130",
    reads=("disabled", "senior"),
    kept=lambda f, p: f"L'aide est bonifiée de {number(bonus_share(f, p) * 100)} %.",
)
def bonus(facts: AidFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.disabled or facts.senior else NOT_APPLICABLE


RULES: RuleSet = RuleSet.gather("aide", AidFacts, book)
