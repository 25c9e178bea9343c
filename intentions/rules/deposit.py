"""How an intention is expressed: in writing, clearly, by whom (R02-R13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
from core.rules.french import count

from .facts import IntentionFacts
from .terms import (
    ALTERNANCE,
    FIXED_TERM,
    ContractType,
    Milestone,
    Origin,
    StatementKind,
)

book = Rulebook("intention")


def _write_it(_facts: IntentionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.EMPLOYEUR,
        "Joindre un courrier ou un courriel, ou signer la déclaration en ligne.",
        written_statement=True,
        statement_kind=StatementKind.COURRIEL,
    )


@book.rule(
    "R02",
    reads=("written_statement", "statement_kind", "statement_signed_on"),
    kept="L'intention est écrite.",
    broken={
        "employeur": "Votre intention n'est pas encore écrite : un courrier, un courriel ou la "
        "déclaration en ligne suffit.",
        "*": "L'intention n'est pas encore écrite : un courrier, un courriel ou la déclaration en ligne suffit.",
    },
    remedies=_write_it,
)
def written(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """A written piece, or an online statement with its date."""
    if facts.written_statement is None:
        return unknown("written_statement")
    if not facts.written_statement:
        return UNSATISFIED
    if facts.statement_kind == StatementKind.EN_LIGNE and facts.statement_signed_on is None:
        return unknown("statement_signed_on")
    return SATISFIED


@book.rule(
    "R03",
    reads=("written_statement", "statement_kind"),
    kept="La forme de votre écrit est libre : aucun modèle n'est imposé.",
)
def free_form(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """No template is imposed, so that no form of writing can be turned down."""
    return SATISFIED if facts.written_statement else NOT_APPLICABLE


def _commit(facts: IntentionFacts, _parameters: Parameters) -> Iterator[Change]:
    updates: dict[str, Any] = {}
    if facts.commitment is False:
        updates["commitment"] = True
    if facts.milestones is not None and not facts.milestones:
        updates["milestones"] = (Milestone.STAGE,)
    sentences: dict[tuple[str, ...], str] = {
        ("commitment",): "S'engager à recruter au moins un stagiaire à l'issue de la session.",
        ("milestones",): "Dire à quelle étape participer ; l'accueil en stage suffit.",
    }
    yield change(
        Actor.EMPLOYEUR,
        sentences.get(
            tuple(updates),
            "S'engager à recruter, et dire à quelle étape participer ; l'accueil en stage suffit.",
        ),
        **updates,
    )


def _commitment_broken(facts: IntentionFacts, _parameters: Parameters) -> str:
    if facts.commitment is False:
        return (
            "Une intention d'embauche rappelle l'engagement de recruter un ou plusieurs "
            "stagiaires à l'issue de la session. Sans lui, elle reste incomplète."
        )
    return (
        "Une intention d'embauche dit à quelles étapes de la formation l'employeur participera. "
        "Une seule suffit, par exemple l'accueil en stage."
    )


def _commitment_kept(facts: IntentionFacts, _parameters: Parameters) -> str:
    steps = len(facts.milestones or ())
    return f"Engagement de recruter, et participation à {count(steps, 'étape')} sur cinq."


@book.rule(
    "R04",
    reads=("commitment", "milestones"),
    kept=_commitment_kept,
    broken=_commitment_broken,
    remedies=_commit,
)
def commitment(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """The intention names the steps that the employer joins and recalls the commitment."""
    if facts.commitment is False or facts.milestones == ():
        return UNSATISFIED
    missing = [name for name in ("commitment", "milestones") if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


_OFFER = ("job_title", "workplace_departement", "contract_type", "posts", "wished_start")
_HOURS_NOT_ASKED = ALTERNANCE | {
    ContractType.CDPI,
    ContractType.CREATION_ENTREPRISE,
    ContractType.CESU,
    ContractType.INDEPENDANT,
}


def _more_posts(_facts: IntentionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.EMPLOYEUR, "Proposer au moins un poste.", posts=1)


@book.rule(
    "R05",
    reads=(*_OFFER, "contract_months", "weekly_hours", "hire_date"),
    kept="L'offre d'emploi est claire : poste, lieu, contrat, nombre de postes et date sont dits.",
    broken="Une intention d'embauche est une offre d'emploi : elle propose au moins un poste.",
    remedies=_more_posts,
)
def clear_offer(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """A clearly stated offer: job, place, contract and length, hours, posts, date.

    The list of fields is an interpretation of "offre d'emploi clairement établie".
    """
    if facts.posts is not None and facts.posts < 1:
        return UNSATISFIED
    missing = [name for name in _OFFER if getattr(facts, name) in (None, "")]
    if "wished_start" in missing and facts.hire_date is not None:
        missing.remove("wished_start")
    if facts.contract_type in FIXED_TERM and facts.contract_months is None:
        missing.append("contract_months")
    if facts.contract_type is not None and facts.contract_type not in _HOURS_NOT_ASKED and facts.weekly_hours is None:
        missing.append("weekly_hours")
    return unknown(*missing) if missing else SATISFIED


@book.rule(
    "R06",
    reads=("commitment",),
    kept={
        "employeur": "Votre intention vous engage moralement. Elle n'a pas de valeur juridique "
        "et ne vaut pas contrat de travail.",
        "*": "L'intention engage moralement l'employeur. Elle n'a pas de valeur juridique et ne "
        "vaut pas contrat de travail.",
    },
)
def moral_commitment(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.commitment else NOT_APPLICABLE


def _name_employer(facts: IntentionFacts, _parameters: Parameters) -> Iterator[Change]:
    lacking = [name for name in ("employer_named", "guarantor_named") if getattr(facts, name) is not True]
    updates: dict[str, Any] = dict.fromkeys(lacking, True)
    yield change(Actor.VALIDEUR, "Nommer l'employeur prêt à embaucher et s'en porter garant.", **updates)


@book.rule(
    "R08",
    reads=("origin", "need_from_survey", "employer_named", "guarantor_named"),
    kept="L'employeur est nommé et quelqu'un s'en porte garant.",
    broken="Un besoin relevé par une enquête ou par un valideur ne suffit pas : il faut nommer "
    "l'employeur prêt à embaucher et s'en porter garant.",
    remedies=_name_employer,
)
def named_employer(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    """A need found by the valideurs or a survey becomes an intention with a named employer."""
    if facts.origin != Origin.RESEAU_EMPLOI and not facts.need_from_survey:
        return NOT_APPLICABLE
    given = (facts.employer_named, facts.guarantor_named)
    if False in given:
        return UNSATISFIED
    names = ("employer_named", "guarantor_named")
    missing = [name for name, value in zip(names, given, strict=True) if value is None]
    return unknown(*missing) if missing else SATISFIED


def _one_organisme(_facts: IntentionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.EMPLOYEUR,
        "Se dégager de l'autre organisme pour cette même formation.",
        other_engaged_organisme=False,
    )


@book.rule(
    "R10",
    reads=("other_engaged_organisme",),
    kept="Un seul organisme est engagé pour cette formation.",
    broken={
        "employeur": "Vous êtes déjà engagé auprès d'un autre organisme pour la même formation. "
        "Vous pouvez en consulter plusieurs, mais vous engager auprès d'un seul.",
        "*": "L'employeur est déjà engagé auprès d'un autre organisme pour la même formation. "
        "Il peut en consulter plusieurs, mais s'engager auprès d'un seul.",
    },
    remedies=_one_organisme,
)
def single_organisme(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    if facts.other_engaged_organisme is None:
        return unknown("other_engaged_organisme")
    return UNSATISFIED if facts.other_engaged_organisme else SATISFIED


@book.rule(
    "R13",
    reads=("origin",),
    kept="L'origine du besoin est connue.",
    broken="Dites-nous qui fait remonter ce besoin.",
)
def known_origin(facts: IntentionFacts, _parameters: Parameters) -> Outcome:
    return unknown("origin") if facts.origin is None else SATISFIED
