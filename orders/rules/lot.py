"""Who may ask for a session on a lot, and who receives the order (R81, R112-R117).

Pure: these rules read the facts of :class:`LotFacts`; the facts of a session request inherit from
them, so that one judgement holds both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Facts,
    Outcome,
    Parameters,
    Rulebook,
    RuleSet,
    change,
    fact,
    unknown,
)
from core.rules.french import day


class LotRole(StrEnum):
    """The place of an organisme in the groupement of a lot."""

    MANDATAIRE = "mandataire"
    COTRAITANT = "cotraitant"
    SOUS_TRAITANT = "sous_traitant"
    AUCUN = "aucun"

    @property
    def label(self) -> str:
        return _ROLES[self]


_ROLES = {
    LotRole.MANDATAIRE: "mandataire",
    LotRole.COTRAITANT: "co-traitant",
    LotRole.SOUS_TRAITANT: "sous-traitant",
    LotRole.AUCUN: "aucun rôle sur ce lot",
}


@dataclass(frozen=True)
class LotFacts(Facts):
    """What binds an organisme to a lot on a day; every fact is optional."""

    today: date | None = fact("la date du jour", date, supplied=True)
    lot: str | None = fact("le lot")
    lot_active: bool | None = fact("le lot est-il en cours", bool, supplied=True)
    organisme_role: LotRole | None = fact("le rôle de l'organisme sur le lot", LotRole, supplied=True)
    group_cannot: bool | None = fact("l'attestation qu'aucun membre du groupement ne peut proposer la formation", bool)
    mandataire_agrees: bool | None = fact("l'accord préalable du mandataire", bool)
    subcontractor_admitted_by: LotRole | None = fact("qui a admis le sous-traitant", LotRole, supplied=True)
    mandataire_informed: bool | None = fact("l'information préalable du mandataire", bool)
    qualiopi_certified: bool | None = fact("la certification Qualiopi", bool, supplied=True)
    qualiopi_until: date | None = fact("la fin de validité de la certification Qualiopi", date)
    handicap_referent: bool | None = fact("le référent handicap de l'organisme", bool, supplied=True)
    order_addressee: LotRole | None = fact("le destinataire du bon de commande", LotRole, supplied=True)


book = Rulebook("lot")


def _as_subcontractor() -> Change:
    return change(
        Actor.ORGANISME,
        "Intervenir en sous-traitance : l'accord du mandataire, et l'attestation qu'aucun membre du groupement ne "
        "peut proposer la formation.",
        organisme_role=LotRole.SOUS_TRAITANT,
        group_cannot=True,
        mandataire_agrees=True,
        subcontractor_admitted_by=LotRole.MANDATAIRE,
    )


def _enter_lot(facts: LotFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.lot_active is False:
        yield change(Actor.ORGANISME, "Déposer la demande sur un lot en cours.", lot_active=True)
    else:
        yield _as_subcontractor()


def _not_member(facts: LotFacts, _parameters: Parameters) -> str:
    if facts.lot_active is False:
        return "Ce lot n'est pas en cours à cette date."
    return (
        "L'organisme n'est pas membre du groupement de ce lot. Il peut y intervenir en sous-traitance, avec l'accord "
        "du mandataire."
    )


@book.rule(
    "R112",
    reads=("lot_active", "organisme_role"),
    kept="L'organisme est membre du groupement d'un lot en cours.",
    broken=_not_member,
    remedies=_enter_lot,
)
def lot_member(facts: LotFacts, _parameters: Parameters) -> Outcome:
    """The organisme is mandataire, co-traitant or accepted sous-traitant of an active lot."""
    if facts.lot_active is False or facts.organisme_role == LotRole.AUCUN:
        return UNSATISFIED
    missing = [name for name in ("lot_active", "organisme_role") if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


def _attest(facts: LotFacts, _parameters: Parameters) -> Iterator[Change]:
    sentences = {
        "group_cannot": "Joindre l'attestation qu'aucun membre du groupement ne peut proposer la formation.",
        "mandataire_agrees": "Joindre l'accord préalable du mandataire.",
    }
    wanted = [name for name in sentences if getattr(facts, name) is not True]
    sentence = (
        sentences[wanted[0]]
        if len(wanted) == 1
        else "Joindre l'accord du mandataire, et l'attestation qu'aucun membre du groupement ne peut proposer la "
        "formation."
    )
    given: dict[str, Any] = dict.fromkeys(wanted, True)
    yield change(Actor.ORGANISME, sentence, **given)


def _subcontractor_lacks(facts: LotFacts, _parameters: Parameters) -> str:
    if facts.group_cannot is False:
        return (
            "La sous-traitance suppose qu'aucun membre du groupement ne puisse proposer la formation. Cette "
            "attestation manque."
        )
    return "La sous-traitance suppose l'accord du mandataire, donné avant la demande. Cet accord manque."


@book.rule(
    "R113",
    reads=("organisme_role", "group_cannot", "mandataire_agrees"),
    kept="Sous-traitance : le mandataire est d'accord et le groupement ne peut pas proposer la formation.",
    broken=_subcontractor_lacks,
    remedies=_attest,
)
def subcontractor_statements(facts: LotFacts, _parameters: Parameters) -> Outcome:
    """Two statements: nobody in the groupement can, and the mandataire agrees beforehand."""
    if facts.organisme_role != LotRole.SOUS_TRAITANT:
        return NOT_APPLICABLE
    if facts.group_cannot is False or facts.mandataire_agrees is False:
        return UNSATISFIED
    missing = [name for name in ("group_cannot", "mandataire_agrees") if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


def _admit(_facts: LotFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        "Faire admettre le sous-traitant par le mandataire du lot.",
        subcontractor_admitted_by=LotRole.MANDATAIRE,
    )


@book.rule(
    "R114",
    reads=("organisme_role", "subcontractor_admitted_by"),
    kept="Le mandataire a admis le sous-traitant.",
    broken="L'entrée d'un sous-traitant est décidée par le mandataire du lot, et par lui seul.",
    remedies=_admit,
)
def admitted_by_mandataire(facts: LotFacts, _parameters: Parameters) -> Outcome:
    if facts.organisme_role != LotRole.SOUS_TRAITANT:
        return NOT_APPLICABLE
    if facts.subcontractor_admitted_by is None:
        return unknown("subcontractor_admitted_by")
    return SATISFIED if facts.subcontractor_admitted_by == LotRole.MANDATAIRE else UNSATISFIED


def _qualiopi(facts: LotFacts, _parameters: Parameters) -> str:
    if facts.qualiopi_until is not None and facts.today is not None and facts.qualiopi_until < facts.today:
        return f"La certification Qualiopi de l'organisme a pris fin le {day(facts.qualiopi_until)}."
    return "L'organisme doit être certifié Qualiopi."


def _renew(facts: LotFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.today is not None:
        yield change(
            Actor.ORGANISME,
            "Enregistrer une certification Qualiopi en cours de validité.",
            qualiopi_until=facts.today,
            qualiopi_certified=True,
        )


@book.rule(
    "R115",
    reads=("qualiopi_certified", "qualiopi_until", "today"),
    kept="L'organisme est certifié Qualiopi.",
    broken=_qualiopi,
    remedies=_renew,
)
def qualiopi(facts: LotFacts, _parameters: Parameters) -> Outcome:
    """Certified on the day: necessary, not sufficient (K3). The last day of validity counts."""
    if facts.qualiopi_certified is False:
        return UNSATISFIED
    if facts.qualiopi_until is None:
        return SATISFIED if facts.qualiopi_certified else unknown("qualiopi_until")
    if facts.today is None:
        return unknown("today")
    return SATISFIED if facts.qualiopi_until >= facts.today else UNSATISFIED


@book.rule(
    "R81",
    reads=("handicap_referent",),
    kept="L'organisme a un référent handicap.",
    broken={
        "organisme": "Votre fiche ne nomme pas de référent handicap : chaque organisme en marché en a un.",
        "*": "La fiche de l'organisme ne nomme pas de référent handicap.",
    },
)
def handicap_referent(facts: LotFacts, _parameters: Parameters) -> Outcome:
    if facts.handicap_referent is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.handicap_referent else UNSATISFIED


@book.rule(
    "R116",
    reads=("organisme_role", "mandataire_informed"),
    kept="Le mandataire est informé de la demande.",
    broken={
        "organisme": "Vous pouvez saisir directement la Région ; informez-en d'abord votre mandataire. Son accord "
        "n'est pas attendu.",
        "*": "Le co-traitant peut saisir directement la Région, en informant d'abord son mandataire.",
    },
)
def mandataire_told(facts: LotFacts, _parameters: Parameters) -> Outcome:
    """A co-traitant informs its mandataire; no agreement is waited for."""
    if facts.organisme_role != LotRole.COTRAITANT:
        return NOT_APPLICABLE
    return SATISFIED if facts.mandataire_informed else UNSATISFIED


def address_it(_facts: Facts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.REGION, "Adresser le bon de commande au mandataire du lot.", order_addressee=LotRole.MANDATAIRE)


@book.rule(
    "R117",
    reads=("order_addressee",),
    kept="Le bon de commande est adressé au mandataire du lot.",
    broken="Le bon de commande est adressé au mandataire du lot, quel que soit l'organisme qui réalise la formation.",
    remedies=address_it,
)
def order_to_mandataire(facts: LotFacts, _parameters: Parameters) -> Outcome:
    if facts.order_addressee is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.order_addressee == LotRole.MANDATAIRE else UNSATISFIED


RULES = RuleSet.gather("lot", LotFacts, book)


def departure_refusal(organisme: str, live_requests: int) -> str:
    """Why a member may not leave the group now, in one sentence; empty when it may.

    Only a member may ask for a session (R112): one that leaves while its requests wait would make them unlawful
    in the Région's hands. `live_requests`: how many of its requests on the lot are sent and not yet decided.
    """
    if not live_requests:
        return ""
    if live_requests == 1:
        return (
            f"Une demande de session de {organisme} sur ce lot attend une décision. "
            "L’organisme pourra quitter le groupement quand elle sera décidée ou retirée."
        )
    return (
        f"{live_requests} demandes de session de {organisme} sur ce lot attendent une décision. "
        "L’organisme pourra quitter le groupement quand elles seront décidées ou retirées."
    )
