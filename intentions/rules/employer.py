"""Who may express an intention (R20-R28)."""

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
from core.rules.french import count, words

from .facts import IntentionFacts
from .terms import EmployerKind

book = Rulebook("intention")


def _kind_kept(facts: IntentionFacts, _parameters: Parameters) -> str:
    try:
        kind = EmployerKind(str(facts.employer_kind)).label
    except ValueError:
        kind = "Cet employeur"
    return f"{kind} : tous les types d'employeurs sont admis."


@book.rule("R20", reads=("employer_kind",), kept=_kind_kept)
def any_employer(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """Private, public, associations: no legal status is filtered, apart from R24."""
    if facts.employer_kind is None or facts.employer_kind == EmployerKind.SIAE:
        return NOT_APPLICABLE
    return SATISFIED


@book.rule(
    "R21",
    reads=("headcount",),
    kept=lambda f, p: f"{count(f.headcount, 'salarié')} : l'effectif n'est pas limité.",
)
def any_headcount(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE if facts.headcount is None else SATISFIED


def _come_home(_facts: IntentionFacts, parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.EMPLOYEUR,
        "Proposer le poste dans un établissement de la région.",
        choices=parameters["departements"],
        workplace_departement=parameters["departements"][0],
    )


@book.rule(
    "R22",
    reads=("workplace_departement", "outside_reason"),
    kept="Le lieu de travail est en Pays de la Loire.",
    broken={
        "employeur": lambda f, p: (
            f"Votre lieu de travail est dans le département "
            f"{f.workplace_departement}. Le dispositif est réservé aux établissements ligériens ; "
            "ailleurs, la Région décide au cas par cas."
        ),
        "*": lambda f, p: (
            f"Le lieu de travail est dans le département "
            f"{f.workplace_departement}. Le dispositif est réservé aux établissements ligériens ; "
            "ailleurs, la Région décide au cas par cas."
        ),
    },
    remedies=_come_home,
    grant="Accorder la dérogation pour un employeur hors de la région.",
)
def in_region(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    """A workplace outside the region needs a derogation with its reason (K1)."""
    if facts.workplace_departement is None:
        return unknown("workplace_departement")
    if facts.workplace_departement in parameters["departements"]:
        return SATISFIED
    return unsatisfied("outside_reason") if facts.outside_reason is None else UNSATISFIED


@book.rule(
    "R23",
    reads=("workplace_departement",),
    kept=lambda f, p: (
        f"Le dispositif couvre les {words(len(p['departements']))} départements, dont le {f.workplace_departement}."
    ),
)
def five_departements(facts: IntentionFacts, parameters: Parameters) -> Outcome:
    if facts.workplace_departement in parameters["departements"]:
        return SATISFIED
    return NOT_APPLICABLE


@book.rule(
    "R24",
    reads=("employer_kind",),
    kept="L'emploi n'est pas dans une structure d'insertion.",
    broken={
        "employeur": "Une session ne peut pas déboucher sur un emploi dans une SIAE. Vos salariés "
        "peuvent entrer en formation à la fin de leur contrat, une fois demandeurs d'emploi.",
        "*": "Une session ne peut pas déboucher sur un emploi dans une SIAE. Ses salariés peuvent "
        "entrer en formation à la fin de leur contrat, une fois demandeurs d'emploi.",
    },
)
def not_siae(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    if facts.employer_kind is None:
        return unknown("employer_kind")
    return UNSATISFIED if facts.employer_kind == EmployerKind.SIAE else SATISFIED


@book.rule("R25", reads=("employer_kind",), kept="Les contrats des ETTI sont acceptés.")
def etti(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.employer_kind == EmployerKind.ETTI else NOT_APPLICABLE


@book.rule("R26", reads=("employer_kind",), kept="Un partenariat avec une agence d'emploi est possible.")
def agency(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.employer_kind == EmployerKind.AGENCE_EMPLOI else NOT_APPLICABLE


@book.rule(
    "R27",
    reads=("sector_has_lot",),
    kept="Un lot couvre ce secteur.",
    broken="Aucun lot ne couvre ce secteur aujourd'hui : la Région cherchera avec vous une réponse.",
)
def sector_covered(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """A sector without a lot never stops the employer (K2)."""
    if facts.sector_has_lot is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.sector_has_lot else UNSATISFIED


@book.rule(
    "R28",
    reads=("post_is_new",),
    kept="Le poste est créé pour l'occasion.",
    broken="Le poste est vacant ; le dispositif vise d'abord la création de postes.",
)
def new_post(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    if facts.post_is_new is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.post_is_new else UNSATISFIED
