"""The place that is given, the project, and what the file holds on the day of entry."""

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
)
from sessions.rules.terms import AccessMode

from .facts import AdmissionFacts
from .terms import BEFORE, SELF_EMPLOYED, Project, Step

book = Rulebook("admission")


# ---- the post that is given


def _find_post(_facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(Actor.ORGANISME, "Réserver à la personne un poste libre d'une intention de la session.", has_post=True)


@book.rule(
    "R12",
    reads=("access_mode", "funded_by_region", "has_post"),
    kept="Un poste d'une intention de la session porte cette personne, et elle seule.",
    broken="Tous les postes des intentions de la session portent déjà un stagiaire : un poste, un stagiaire.",
    remedies=_find_post,
)
def one_post_one_stagiaire(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """The next admission is refused when no post is left; a person whom the Région does not fund takes none."""
    if not facts.on_intention or facts.funded_by_region is False:
        return NOT_APPLICABLE
    if facts.has_post is None:
        return unknown("has_post")
    return SATISFIED if facts.has_post else UNSATISFIED


@book.rule(
    "R14",
    reads=("brought_intention",),
    kept=lambda f, p: (
        "La personne apporte une intention d'embauche : c'est possible, jamais demandé."
        if f.brought_intention
        else "La personne n'a pas à chercher elle-même une intention d'embauche."
    ),
)
def no_intention_asked_of_the_person(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return NOT_APPLICABLE if facts.brought_intention is None else SATISFIED


def _certify(facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.progression_compatible is False and facts.has_post is not False:
        yield change(
            Actor.ORGANISME,
            "Adapter la progression pédagogique pour que la personne rejoigne le groupe, et le certifier.",
            progression_compatible=True,
        )
    elif facts.progression_compatible is not False:
        yield from _find_post(facts, _parameters)
    else:
        yield change(
            Actor.ORGANISME,
            "Réserver un poste libre d'une intention, et certifier que la progression pédagogique permet l'arrivée.",
            has_post=True,
            progression_compatible=True,
        )
    yield change(Actor.ORGANISME, "Accueillir la personne sans financement de la Région.", funded_by_region=False)


@book.rule(
    "R73",
    reads=("joins_running_group", "funded_by_region", "has_post", "progression_compatible"),
    kept="La personne rejoint le groupe : une intention la concerne et la progression pédagogique le permet.",
    broken=lambda f, p: (
        "Sans intention d'embauche, la personne rejoint le groupe sans financement de la Région."
        if f.has_post is False
        else "La progression pédagogique du groupe ne permet pas cette arrivée : la Région ne la finance pas."
    ),
    remedies=_certify,
)
def joining_a_group(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """An intention and a compatible progression; otherwise the Région does not pay."""
    if not facts.joins_running_group or facts.funded_by_region is False:
        return NOT_APPLICABLE
    if facts.has_post is False or facts.progression_compatible is False:
        return UNSATISFIED
    missing = [name for name in ("has_post", "progression_compatible") if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


@book.rule(
    "R74",
    reads=("replaces_leaver", "organisme_can_replace"),
    kept="La personne remplace un abandon : le poste libéré lui revient.",
)
def replacing_a_leaver(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.replaces_leaver and facts.organisme_can_replace else NOT_APPLICABLE


# ---- the project


def _salaried_project(_facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.VALIDEUR,
        "Orienter la personne vers une session du socle, ou un autre financement.",
        access_mode=AccessMode.SOCLE,
    )
    yield change(Actor.VALIDEUR, "Bâtir avec la personne un projet d'emploi salarié.", project=Project.EMPLOI_SALARIE)


@book.rule(
    "R37",
    reads=("access_mode", "project"),
    kept="Le projet de la personne peut se faire dans cette session.",
    broken="La création d'entreprise et le travail indépendant n'entrent pas dans une session sur intention "
    "d'embauche : le socle ou un autre financement s'y prête.",
    remedies=_salaried_project,
)
def salaried_project(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    if facts.project is None:
        return unknown("project") if facts.on_intention else NOT_APPLICABLE
    return UNSATISFIED if facts.on_intention and facts.project in SELF_EMPLOYED else SATISFIED


def _sign(_facts: AdmissionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        "Faire signer à la personne, avant l'entrée, l'engagement de se salarier dans une entreprise partenaire.",
        salaried_commitment=True,
    )


@book.rule(
    "R38",
    reads=("access_mode", "salaried_commitment"),
    kept="La personne s'engage à se salarier dans une entreprise partenaire.",
    broken="L'engagement de se salarier dans une entreprise partenaire n'est pas signé : il précède l'entrée.",
    remedies=_sign,
)
def salaried_commitment(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    """Signed before the entry; a session of the socle has no partner employer."""
    if not facts.on_intention:
        return NOT_APPLICABLE
    if facts.salaried_commitment is None:
        return unknown("salaried_commitment")
    return SATISFIED if facts.salaried_commitment else UNSATISFIED


@book.rule(
    "R64",
    reads=("previous_step",),
    kept="Une session peut suivre une POEC, si l'organisme la propose et que l'embauche s'en trouve renforcée.",
)
def after_poec(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.previous_step == Step.POEC else NOT_APPLICABLE


@book.rule(
    "R82",
    reads=("previous_step",),
    kept="Le parcours se poursuit après une PRÉPA ou une formation de français, dès lors qu'il y a une intention.",
)
def after_prepa(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.previous_step in BEFORE else NOT_APPLICABLE


# ---- what the file must hold on the day of entry


@book.rule(
    "R86",
    reads=("nosemplois_checked",),
    kept="L'inscription de la personne est vérifiée sur nosemplois.fr.",
    broken="L'inscription de la personne n'est pas vérifiée : le module « conseiller » de nosemplois.fr le permet.",
)
def registration_checked(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    if facts.nosemplois_checked is None:
        return NOT_APPLICABLE
    return SATISFIED if facts.nosemplois_checked else UNSATISFIED


@book.rule(
    "P06",
    reads=("individual_contract",),
    kept="Le contrat individuel de formation est établi.",
    broken="Le contrat individuel de formation n'est pas établi : il dit le parcours de la personne.",
    remedies=lambda f, p: iter(
        (
            change(
                Actor.ORGANISME,
                "Établir le contrat individuel de formation et le remettre à la personne.",
                individual_contract=True,
            ),
        )
    ),
)
def individual_contract(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    if facts.individual_contract is None:
        return unknown("individual_contract")
    return SATISFIED if facts.individual_contract else UNSATISFIED


@book.rule(
    "P11",
    reads=("sex_recorded",),
    kept="Le dossier permet le suivi des écarts entre les femmes et les hommes.",
    broken="Le sexe n'est pas renseigné au dossier : le suivi des écarts entre les femmes et les hommes en dépend.",
    remedies=lambda f, p: iter(
        (change(Actor.ORGANISME, "Renseigner le sexe au dossier de la personne.", sex_recorded=True),)
    ),
)
def followed_by_sex(facts: AdmissionFacts, _parameters: Parameters) -> Outcome:
    if facts.sex_recorded is None:
        return unknown("sex_recorded")
    return SATISFIED if facts.sex_recorded else UNSATISFIED
