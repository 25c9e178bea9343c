"""A person's way through the training, and what follows it (R48, R52, R65, R95, R126, P07, P09, P15)."""

from __future__ import annotations

from collections.abc import Iterator

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
    change,
    unknown,
    unsatisfied,
)
from core.rules.french import listing, number

from .facts import ParcoursFacts
from .terms import AFTER, Extra, Recovery, Result, Step

book = Rulebook("parcours")


@book.rule(
    "R52",
    reads=("hours", "session_hours"),
    kept=lambda f, p: f"{number(f.hours)} h pour cette personne, {number(f.session_hours)} h prévues : c'est admis.",
)
def individual_hours(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    """The hours are the person's, not the session's."""
    if facts.hours is None or facts.session_hours is None:
        return NOT_APPLICABLE
    return NOT_APPLICABLE if facts.hours == facts.session_hours else SATISFIED


@book.rule(
    "P15",
    reads=("hours", "reference_hours", "extras"),
    kept=lambda f, p: (
        f"{number(f.hours)} h, au-delà des {number(f.reference_hours)} h du référentiel : "
        f"{listing([Extra(extra).label for extra in f.extras or ()])}."
    ),
)
def longer_than_the_reference(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    if facts.hours is None or facts.reference_hours is None or not facts.extras:
        return NOT_APPLICABLE
    return SATISFIED if facts.hours > facts.reference_hours else NOT_APPLICABLE


@book.rule(
    "R48",
    reads=("result", "certificate_given"),
    kept="L'attestation de ce qui est acquis est remise au stagiaire.",
    broken="La certification est partielle : une attestation de compétences peut être remise au stagiaire.",
)
def partial_certification(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    if facts.result != Result.PARTIELLE:
        return NOT_APPLICABLE
    return SATISFIED if facts.certificate_given else UNSATISFIED


def _recover(facts: ParcoursFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.recovery == Recovery.COMPLEMENT and not facts.employer_asks:
        yield change(Actor.EMPLOYEUR, "Demander que la formation soit complétée.", employer_asks=True)
    yield change(
        Actor.EMPLOYEUR,
        "Embaucher la personne, puis mobiliser les Parcours emploi formation et tutorat.",
        recovery=Recovery.APRES_EMBAUCHE,
    )
    if facts.recovery == Recovery.NOUVELLE_SESSION and not facts.session_planned:
        yield change(
            Actor.ORGANISME,
            "Rattacher la personne à un groupe existant, apprentis par exemple.",
            recovery=Recovery.GROUPE_EXISTANT,
        )


def _recovery_said(facts: ParcoursFacts, _parameters: Parameters) -> str:
    if facts.recovery == Recovery.COMPLEMENT:
        if facts.employer_asks:
            return "L'employeur demande que la formation soit complétée : la Région donne son accord."
        return "Après un échec, la formation est complétée si l'employeur le demande."
    if facts.recovery == Recovery.GROUPE_EXISTANT:
        return "La personne rejoindrait un groupe existant : la Région donne son accord."
    if facts.session_planned:
        return "La personne reprendrait dans une session déjà prévue : la Région donne son accord."
    return "Une nouvelle session n'est possible que s'il en est déjà prévu une."


@book.rule(
    "R95",
    reads=("result", "recovery", "employer_asks", "session_planned"),
    kept="L'employeur embauche, puis forme avec les Parcours emploi formation et tutorat.",
    broken=_recovery_said,
    remedies=_recover,
    grant="Donner l'accord pour la suite demandée après l'échec.",
)
def after_a_failure(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    """Complement: the employer asks, the Région agrees. New session: one is planned, or a group exists."""
    if facts.result != Result.ECHEC or facts.recovery is None:
        return NOT_APPLICABLE
    if facts.recovery == Recovery.APRES_EMBAUCHE:
        return SATISFIED
    if facts.recovery == Recovery.GROUPE_EXISTANT:
        return UNSATISFIED
    name = "employer_asks" if facts.recovery == Recovery.COMPLEMENT else "session_planned"
    condition = getattr(facts, name)
    if condition is None:
        return unknown(name)
    return UNSATISFIED if condition else unsatisfied(mode=Mode.BLOCK)


def _follow_otherwise(_facts: ParcoursFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        "Poursuivre par l'embauche, avec un Parcours emploi formation ou tutorat, ou par l'alternance.",
        choices=tuple(sorted({*AFTER, Step.EMPLOI} - {Step.PARCOURS_EMPLOI_FORMATION})),
        next_step=Step.PARCOURS_EMPLOI_FORMATION,
    )


@book.rule(
    "R65",
    reads=("next_step", "next_step_reason"),
    kept="La suite prévue n'est pas une POEC.",
    broken="Une POEC suivrait la session. La formation devrait mener directement à l'emploi : la Région décide au cas "
    "par cas.",
    remedies=_follow_otherwise,
    grant="Accepter une POEC à la suite de la session.",
)
def poec_afterwards(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    if facts.next_step is None:
        return NOT_APPLICABLE
    if facts.next_step != Step.POEC:
        return SATISFIED
    return UNSATISFIED if facts.next_step_reason else unsatisfied("next_step_reason")


@book.rule(
    "R126",
    reads=("next_step",),
    kept=lambda f, p: f"Le parcours peut se poursuivre : {Step(str(f.next_step)).label}.",
)
def further_steps(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.next_step in AFTER else NOT_APPLICABLE


@book.rule(
    "P07",
    reads=("left", "skills_profile_updated"),
    kept="Le profil de compétences de la personne est à jour.",
    broken="La personne est sortie sans que son profil de compétences soit mis à jour : accompagnez-la à le faire.",
)
def skills_profile(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    if not facts.left:
        return NOT_APPLICABLE
    return SATISFIED if facts.skills_profile_updated else UNSATISFIED


@book.rule(
    "P09",
    reads=("closing", "outside_agora", "sent_to_agora"),
    kept="Le dossier est transmis à AGORA.",
    broken="Le dossier financé par la Région n'est pas encore transmis à AGORA : il ne peut pas être clos.",
    remedies=lambda f, p: iter((change(Actor.REGION, "Transmettre le dossier à AGORA.", sent_to_agora=True),)),
)
def told_to_agora(facts: ParcoursFacts, _parameters: Parameters) -> Outcome:
    """Held when the file is closed; some families of training are out of the flow."""
    if not facts.closing or facts.outside_agora:
        return NOT_APPLICABLE
    if facts.sent_to_agora is None:
        return unknown("sent_to_agora")
    return SATISFIED if facts.sent_to_agora else UNSATISFIED
