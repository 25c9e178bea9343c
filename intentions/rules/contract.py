"""The contracts that an intention may aim at (R29-R40).

Order of the decision: CIE, self-employment → refused; alternance and CDPI → accepted without a
test of length or hours; CDI → 24 hours; CDD and mission → six months, then 24 hours. A failed
test calls for its own derogation, and two may stand side by side.
"""

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
from core.rules.french import count, number, words

from .facts import IntentionFacts
from .terms import (
    ALTERNANCE,
    FIXED_TERM,
    NAMED_CONTRACTS,
    SELF_EMPLOYED,
    WEEKLY_HOURS_TESTED,
    ContractType,
    LowHoursReason,
)

book = Rulebook("intention")


def _name(facts: IntentionFacts) -> str:
    try:
        return ContractType(str(facts.contract_type)).label
    except ValueError:
        return "contrat"


def _offer_cdi() -> Change:
    return change(Actor.EMPLOYEUR, "Proposer un CDI.", contract_type=ContractType.CDI)


def _offer_alternance() -> Change:
    return change(
        Actor.EMPLOYEUR,
        "Proposer un contrat en alternance.",
        choices=tuple(sorted(ALTERNANCE)),
        contract_type=ContractType.APPRENTISSAGE,
    )


def _offer_long_cdd(parameters: Parameters) -> Change:
    months = parameters["months_min"]
    return change(
        Actor.EMPLOYEUR,
        f"Proposer un CDD d'au moins {number(months)} mois.",
        contract_type=ContractType.CDD,
        contract_months=months,
    )


@book.rule("R29", reads=("contract_type",), kept="Un CDI est un contrat visé par le dispositif.")
def permanent_contract(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.contract_type == ContractType.CDI else NOT_APPLICABLE


@book.rule(
    "R30",
    reads=("contract_type", "contract_months"),
    kept=lambda f, p: (
        f"CDD de {number(f.contract_months)} mois : à partir de "
        f"{words(p['months_min'])}, aucune dérogation n'est à demander."
    ),
)
def long_cdd(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    if facts.contract_type != ContractType.CDD or facts.contract_months is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.contract_months >= parameters["months_min"] else NOT_APPLICABLE


def _lengthen(facts: IntentionFacts, parameters: Parameters) -> Iterator[Change]:
    months = parameters["months_min"]
    what = "la mission" if facts.contract_type == ContractType.INTERIM else "le CDD"
    more = months - (facts.contract_months or 0)
    yield change(
        Actor.EMPLOYEUR,
        f"Porter {what} à {number(months)} mois, soit {number(more)} mois de plus.",
        contract_months=months,
    )
    yield _offer_cdi()
    yield _offer_alternance()


def _short_contract(facts: IntentionFacts, parameters: Parameters, yours: bool) -> str:
    if facts.contract_type == ContractType.INTERIM:
        subject = "Votre mission" if yours else "La mission"
    else:
        subject = "Votre CDD" if yours else "Le CDD"
    return (
        f"{subject} est de {number(facts.contract_months)} mois. En dessous de "
        f"{words(parameters['months_min'])}, la Région décide au cas par cas."
    )


@book.rule(
    "R31",
    reads=("contract_type", "contract_months", "short_contract_reason"),
    kept=lambda f, p: f"{number(f.contract_months)} mois : au moins {number(p['months_min'])}.",
    broken={
        "employeur": lambda f, p: _short_contract(f, p, yours=True),
        "*": lambda f, p: _short_contract(f, p, yours=False),
    },
    remedies=_lengthen,
    grant="Accorder la dérogation sur la durée du contrat.",
)
def short_contract(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    """A CDD or a mission under six months is decided case by case, with its reason."""
    if facts.contract_type not in FIXED_TERM:
        return NOT_APPLICABLE
    if facts.contract_months is None:
        return unknown("contract_months")
    if facts.contract_months >= parameters["months_min"]:
        return SATISFIED
    if facts.short_contract_reason is None:
        return unsatisfied("short_contract_reason")
    return UNSATISFIED


def _full_week(facts: IntentionFacts, parameters: Parameters) -> Iterator[Change]:
    hours = parameters["weekly_hours_min"]
    more = hours - (facts.weekly_hours or 0)
    yield change(
        Actor.EMPLOYEUR,
        f"Porter le temps de travail à {number(hours)} h par semaine, soit {number(more)} h de plus.",
        weekly_hours=hours,
    )


def _low_hours(facts: IntentionFacts, parameters: Parameters) -> str:
    text = (
        f"Le contrat est de {number(facts.weekly_hours)} h par semaine. En dessous de "
        f"{number(parameters['weekly_hours_min'])}, la Région décide au cas par cas"
    )
    if facts.low_hours_reason == LowHoursReason.AUTRE:
        return (
            f"{text}. Les adaptations prévues visent la santé et l'obligation d'emploi : une autre "
            "raison se décide à un niveau supérieur."
        )
    return f"{text}, notamment pour la santé ou l'obligation d'emploi."


@book.rule(
    "R32",
    reads=("contract_type", "weekly_hours", "low_hours_reason"),
    kept=lambda f, p: f"{number(f.weekly_hours)} h par semaine : au moins {number(p['weekly_hours_min'])} h.",
    broken=_low_hours,
    remedies=_full_week,
    grant="Accorder la dérogation sur le temps de travail.",
)
def weekly_hours(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    """At least 24 hours a week; under that, a derogation, and no floor at 15 hours."""
    if facts.contract_type not in WEEKLY_HOURS_TESTED:
        return NOT_APPLICABLE
    if facts.weekly_hours is None:
        return unknown("weekly_hours")
    if facts.weekly_hours >= parameters["weekly_hours_min"]:
        return SATISFIED
    return unsatisfied("low_hours_reason") if facts.low_hours_reason is None else UNSATISFIED


@book.rule(
    "R33",
    reads=("contract_type",),
    kept="L'alternance est admise sans condition de durée : la session sert de préqualification.",
)
def alternance(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.contract_type in ALTERNANCE else NOT_APPLICABLE


@book.rule(
    "R34",
    reads=("contract_type", "contract_months"),
    kept=lambda f, p: f"L'intérim est admis : CDI intérimaire, ou mission d'au moins {words(p['months_min'])} mois.",
)
def agency_contract(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    if facts.contract_type == ContractType.CDI_INTERIMAIRE:
        return SATISFIED
    if facts.contract_type != ContractType.INTERIM or facts.contract_months is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.contract_months >= parameters["months_min"] else NOT_APPLICABLE


@book.rule("R35", reads=("contract_type",), kept="Le CDPI est admis.")
def cdpi(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.contract_type == ContractType.CDPI else NOT_APPLICABLE


def _another_contract(_facts: IntentionFacts, parameters: Parameters) -> Iterator[Change]:
    yield _offer_cdi()
    yield _offer_long_cdd(parameters)
    yield _offer_alternance()


@book.rule(
    "R36",
    reads=("contract_type",),
    kept="Ce contrat n'est pas un contrat initiative emploi.",
    broken="Une session ne peut pas aboutir à un contrat initiative emploi (CIE).",
    remedies=_another_contract,
)
def not_cie(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    if facts.contract_type is None:
        return unknown("contract_type")
    return UNSATISFIED if facts.contract_type == ContractType.CIE else SATISFIED


@book.rule(
    "R37",
    reads=("contract_type",),
    kept="L'intention débouche sur un emploi salarié.",
    broken="Une intention d'embauche débouche sur un emploi salarié. La création d'entreprise, le "
    "travail indépendant et le CESU relèvent des sessions du socle ou d'un autre financement.",
    remedies=_another_contract,
)
def salaried(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    if facts.contract_type is None:
        return unknown("contract_type")
    return UNSATISFIED if facts.contract_type in SELF_EMPLOYED else SATISFIED


@book.rule(
    "K24",
    reads=("contract_type",),
    kept=lambda f, p: f"{_name(f)} : un contrat que les textes nomment.",
    broken=lambda f, p: f"{_name(f)} : les textes ne nomment pas ce contrat. La Région décide au cas par cas.",
    remedies=_another_contract,
    grant="Accorder la dérogation pour ce contrat.",
)
def named_contract(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """PEC, portage and whatever the sources do not name are decided case by case (K24)."""
    if facts.contract_type is None:
        return unknown("contract_type")
    return SATISFIED if facts.contract_type in NAMED_CONTRACTS else UNSATISFIED


@book.rule(
    "R39",
    reads=("contract_type",),
    kept="Aucune aide financière à l'embauche n'est versée : la Région finance la formation.",
)
def no_hiring_aid(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE if facts.contract_type is None else SATISFIED


def _late_hire(facts: IntentionFacts, _parameters: Parameters) -> str:
    if facts.hire_date is None or facts.training_end is None:
        return "L'embauche suit de loin la fin de la formation."
    days = (facts.hire_date - facts.training_end).days
    return (
        f"L'embauche est prévue {count(days, 'jour')} après la fin de la formation. Aucun délai "
        "n'est fixé, mais l'embauche directe est attendue."
    )


@book.rule(
    "R40",
    reads=("hire_date", "training_end"),
    kept="L'embauche suit de près la fin de la formation.",
    broken=_late_hire,
)
def prompt_hire(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    """No delay is set between training and hire; a long one is worth a word, never a block."""
    if facts.hire_date is None or facts.training_end is None:
        return NOT_APPLICABLE
    late = (facts.hire_date - facts.training_end).days > parameters["hire_delay_days"]
    return UNSATISFIED if late else SATISFIED
