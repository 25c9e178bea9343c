"""The answer given to a candidate: who gives it, and what a refusal owes (R88, R90, P04)."""

from __future__ import annotations

from collections.abc import Iterator

from core.rules import NOT_APPLICABLE, SATISFIED, UNSATISFIED, Actor, Change, Outcome, Parameters, Rulebook, change

from .facts import AdmissionFacts
from .terms import Answer, Decider, RefusalReason

book = Rulebook("admission")


def _organisme_decides(_facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME, "Faire valider l'intégration par l'organisme de formation.", admitted_by=Decider.ORGANISME
    )


@book.rule(
    "R88",
    reads=("answer", "admitted_by"),
    kept="L'organisme de formation valide l'intégration ; les avis du valideur et de l'employeur sont gardés.",
    broken="L'employeur et le valideur donnent leur avis ; l'intégration est validée, au final, par l'organisme.",
    remedies=_organisme_decides,
)
def organisme_decides(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """Only the organisme makes someone admitted."""
    if facts.answer != Answer.ADMIS:
        return NOT_APPLICABLE
    return SATISFIED if facts.admitted_by == Decider.ORGANISME else UNSATISFIED


def _refusal_lacks(facts: AdmissionFacts, _parameters: Parameters) -> str:
    if facts.refusal_reason is None:
        return "Le refus n'a pas de motif : le valideur en a besoin pour rebâtir le parcours."
    return "Le refus ne propose rien : une remise à niveau ou une autre suite aide la personne à rebondir."


@book.rule(
    "R90",
    reads=("answer", "refusal_reason", "proposal", "refresher_offered"),
    kept="Le refus est motivé et propose une suite.",
    broken=_refusal_lacks,
)
def refusal_with_a_proposal(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """The training adapts to the public: a refusal gives its reason and another way."""
    if not facts.is_refused:
        return NOT_APPLICABLE
    offered = facts.proposal or facts.refresher_offered
    return SATISFIED if facts.refusal_reason is not None and offered else UNSATISFIED


@book.rule(
    "P04",
    reads=("answer", "refusal_reason", "refresher_offered"),
    kept="Les prérequis manquent : une remise à niveau est proposée.",
    broken="Le refus tient aux seuls prérequis. Le positionnement sert à fixer la durée et le contenu utiles, non à "
    "écarter : proposez une remise à niveau.",
)
def positioning_is_no_test(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    if not facts.is_refused or facts.refusal_reason != RefusalReason.PREREQUIS:
        return NOT_APPLICABLE
    return SATISFIED if facts.refresher_offered else UNSATISFIED
