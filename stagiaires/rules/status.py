"""Whom the scheme is for, and what the person's situation changes (R75-R83, P05, P14, P16, P17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

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
)
from core.rules.french import count, day, number

from .facts import AdmissionFacts
from .terms import Category

book = Rulebook("admission")


def _register(_facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.VALIDEUR,
        "Inscrire la personne à France Travail avant l'entrée ; un salarié relève des Parcours emploi tutorat et "
        "formation.",
        registered=True,
    )


@book.rule(
    "R75",
    reads=("registered", "category", "employee"),
    kept=lambda f, p: f"Personne inscrite à France Travail, catégorie {str(f.category).upper()} : toutes sont admises.",
    broken=lambda f, p: (
        "Un salarié ne peut pas bénéficier du marché. Les Parcours emploi tutorat et formation lui sont ouverts."
        if f.employee
        else "Le dispositif s'adresse aux demandeurs d'emploi : la personne n'est pas inscrite à France Travail."
    ),
    remedies=_register,
)
def job_seeker(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """Registered, whatever the category: someone registered who keeps a small job is still a job seeker."""
    if facts.registered is None:
        return unknown("registered")
    if not facts.registered:
        return UNSATISFIED
    return unknown("category") if facts.category is None else SATISFIED


def _permit(facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.entry_on is not None:
        yield change(
            Actor.VALIDEUR,
            f"Joindre une autorisation de travail qui vaut encore le {day(facts.entry_on)}.",
            work_permit=True,
            work_permit_until=facts.entry_on,
        )
    else:
        yield change(Actor.VALIDEUR, "Joindre l'autorisation de travail de la personne.", work_permit=True)


@book.rule(
    "R76",
    reads=("work_permit_needed", "work_permit", "work_permit_until", "entry_on"),
    kept=lambda f, p: (
        "L'autorisation de travail couvre l'entrée en formation."
        if f.work_permit_needed
        else "Aucune autorisation de travail n'est à demander."
    ),
    broken=lambda f, p: (
        "L'autorisation de travail de la personne manque."
        if f.work_permit is False
        else f"L'autorisation de travail prend fin le {day(f.work_permit_until)}, avant l'entrée en formation."
    ),
    remedies=_permit,
)
def work_permit(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """A permit that covers the day of entry; its last day counts."""
    if facts.work_permit_needed is None:
        return unknown("work_permit_needed")
    if not facts.work_permit_needed:
        return SATISFIED
    if facts.work_permit is False:
        return UNSATISFIED
    names = ("work_permit", "work_permit_until", "entry_on")
    if missing := [name for name in names if getattr(facts, name) is None]:
        return unknown(*missing)
    return SATISFIED if facts.work_permit_until >= facts.entry_on else UNSATISFIED  # type: ignore[operator]


@book.rule("R77", reads=("level",), kept="Le niveau d'études n'est pas une condition.")
def any_level(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE if facts.level is None else SATISFIED


@book.rule(
    "R78", reads=("residence_departement",), kept="Le dispositif est ouvert aux demandeurs d'emploi d'autres régions."
)
def any_residence(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE if facts.residence_departement is None else SATISFIED


def _enter_later(facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.siae_contract_end is not None:
        after = facts.siae_contract_end + timedelta(days=1)
        yield change(Actor.ORGANISME, f"Reporter l'entrée au {day(after)}, après la fin du contrat.", entry_on=after)


@book.rule(
    "R79",
    reads=("from_siae", "siae_contract_end", "entry_on"),
    kept="Le contrat avec la structure d'insertion prend fin avant l'entrée en formation.",
    broken=lambda f, p: (
        f"Le contrat avec la structure d'insertion court jusqu'au {day(f.siae_contract_end)} : la personne entre "
        "ensuite, redevenue demandeuse d'emploi."
    ),
    remedies=_enter_later,
)
def after_siae(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """The contract ends before the day of entry."""
    if not facts.from_siae:
        return NOT_APPLICABLE
    if missing := [name for name in ("siae_contract_end", "entry_on") if getattr(facts, name) is None]:
        return unknown(*missing)
    return SATISFIED if facts.siae_contract_end < facts.entry_on else UNSATISFIED  # type: ignore[operator]


def _is_part_time(facts: AdmissionFacts) -> bool:
    return facts.working_rate is not None and 0 < facts.working_rate < 100


@book.rule(
    "R80",
    reads=("working_rate",),
    kept=lambda f, p: f"Formation à {number(f.working_rate)} % du temps : c'est admis, et la rémunération suit.",
)
def part_time(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if _is_part_time(facts) else NOT_APPLICABLE


@book.rule(
    "P16",
    reads=("working_rate", "category"),
    kept="La formation à temps partiel s'accorde avec l'activité réduite que la personne garde.",
)
def part_time_beside_a_job(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    kept_a_job = facts.category in (Category.B, Category.C)
    return SATISFIED if kept_a_job and _is_part_time(facts) else NOT_APPLICABLE


@book.rule(
    "R83",
    reads=("allowance",),
    kept=lambda f, p: (
        "L'allocation chômage de la personne se poursuit pendant la formation."
        if f.allowance
        else "Sans allocation chômage, la Région rémunère le stagiaire selon le barème national."
    ),
)
def who_pays(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """Unemployment benefit first, the Région where there is none (K14)."""
    return NOT_APPLICABLE if facts.allowance is None else SATISFIED


@book.rule("P05", reads=("clea",), kept="Le certificat CléA vaut les prérequis et dispense de la remise à niveau.")
def clea(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.clea else NOT_APPLICABLE


@book.rule(
    "P14",
    reads=("age", "project_validated"),
    kept="La personne est majeure et son projet professionnel est validé.",
    broken=lambda f, p: (
        "Le projet professionnel de la personne n'est pas validé."
        if f.project_validated is False
        else f"La personne a {count(f.age, 'an')} : l'offre s'adresse aux jeunes majeurs et aux adultes."
    ),
)
def adult_with_a_project(facts: AdmissionFacts, parameters: Parameters) -> Outcome:
    """Written for the former offer and not repeated since: worth a word, never a block."""
    minor = facts.age is not None and facts.age < parameters["adult_age"]
    if minor or facts.project_validated is False:
        return UNSATISFIED
    return NOT_APPLICABLE if facts.age is None or facts.project_validated is None else SATISFIED


@book.rule(
    "P17",
    reads=("other_funder",),
    broken=lambda f, p: (
        f"Un autre financeur est nommé ({f.other_funder}) : une même action n'est pas financée deux fois."
    ),
)
def not_funded_twice(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return UNSATISFIED if facts.other_funder else NOT_APPLICABLE
