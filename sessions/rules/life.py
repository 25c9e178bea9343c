"""What must hold when an authorised session starts, is shown, is called off or is closed (R18, R19, R89, R104, R106).

Another subject than the request: the decision is taken, the life of the session begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Facts,
    Mode,
    Outcome,
    Parameters,
    Rulebook,
    RuleSet,
    change,
    fact,
    unknown,
    unsatisfied,
)
from core.rules.french import count, in_days

from .terms import AccessMode


class SessionAct(StrEnum):
    """What is about to be done with the session."""

    PUBLIER = "publier"
    DEMARRER = "demarrer"
    POURSUIVRE = "poursuivre"
    SUSPENDRE = "suspendre"
    ANNULER = "annuler"
    CLORE = "clore"

    @property
    def label(self) -> str:
        return _ACTS[self]


_ACTS = {
    SessionAct.PUBLIER: "l’afficher au catalogue",
    SessionAct.DEMARRER: "la démarrer",
    SessionAct.POURSUIVRE: "la poursuivre",
    SessionAct.SUSPENDRE: "la suspendre",
    SessionAct.ANNULER: "l’annuler",
    SessionAct.CLORE: "la clore",
}


class CancelReason(StrEnum):
    DESISTEMENT = "desistement"
    ORGANISME = "organisme"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        return _CANCEL_REASONS[self]


_CANCEL_REASONS = {
    CancelReason.DESISTEMENT: "le désistement d’un employeur",
    CancelReason.ORGANISME: "un empêchement de l’organisme",
    CancelReason.AUTRE: "une autre raison",
}


@dataclass(frozen=True)
class SessionFacts(Facts):
    """An authorised session on a day, and what is about to be done with it; None means not known yet."""

    today: date | None = fact("la date du jour", date, supplied=True)
    act: SessionAct | None = fact("ce qui est demandé pour la session", SessionAct)
    access_mode: AccessMode | None = fact("le mode d'accès", AccessMode, supplied=True)
    starts_on: date | None = fact("le début de la session", date, supplied=True)
    seats: int | None = fact("les places commandées", int, unit="places", supplied=True)
    posts_covered: int | None = fact("les postes encore couverts par une intention", int, unit="postes", supplied=True)
    posts_withdrawn: int | None = fact("les postes des intentions retirées", int, unit="postes", supplied=True)
    cancel_reason: CancelReason | None = fact("la raison de l'annulation", CancelReason)
    meeting_planned: bool | None = fact("une information collective est-elle prévue", bool)
    employers_invited: bool | None = fact("les employeurs y sont-ils invités", bool)
    employment_referent: bool | None = fact("le référent du Réseau pour l'emploi", bool)
    region_manager: bool | None = fact("le gestionnaire référent de la Région", bool)
    lot_coordinator: bool | None = fact("le coordinateur du lot", bool)
    review_held: bool | None = fact("le bilan de la session", bool)

    @property
    def is_socle(self) -> bool:
        return self.access_mode == AccessMode.SOCLE

    @property
    def days_to_start(self) -> int | None:
        """Zero on the first day, below once the session has started; None when a date is missing."""
        if self.starts_on is None or self.today is None:
            return None
        return (self.starts_on - self.today).days

    @property
    def has_started(self) -> bool:
        """The first day counts as started."""
        return self.days_to_start is not None and self.days_to_start <= 0


book = Rulebook("session")
_STARTED = ("today", "starts_on")
_STOPPING = (SessionAct.ANNULER, SessionAct.SUSPENDRE)


# ---- an employer withdraws


def _cover_again(facts: SessionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        "Rattacher à la session l'intention d'un autre employeur, qui attend.",
        posts_covered=facts.seats,
    )
    if facts.posts_covered and facts.posts_covered > 0:
        yield change(
            Actor.REGION,
            f"Ramener la session à {count(facts.posts_covered, 'place')}.",
            seats=facts.posts_covered,
        )


@book.rule(
    "R18",
    reads=("access_mode", *_STARTED, "posts_withdrawn", "posts_covered", "seats"),
    kept="Un employeur s'est désisté ; les postes qui restent couvrent encore toutes les places.",
    broken=lambda f, p: (
        f"Un employeur s'est désisté : {count(f.posts_covered, 'poste')} pour {count(f.seats, 'place')}. La Région "
        "analyse la situation avec l'organisme avant le démarrage."
    ),
    remedies=_cover_again,
    grant="Maintenir le démarrage malgré le désistement.",
)
def employer_withdraws(facts: SessionFacts, _parameters: Parameters) -> Outcome:
    """Before the start, when the posts left no longer cover the places: the Région looks at it again."""
    if facts.is_socle or not facts.posts_withdrawn or facts.has_started:
        return NOT_APPLICABLE
    if missing := [name for name in ("posts_covered", "seats") if getattr(facts, name) is None]:
        return unknown(*missing)
    return SATISFIED if facts.posts_covered >= facts.seats else UNSATISFIED  # type: ignore[operator]


def _carry_on(_facts: SessionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.ORGANISME,
        "Mener la session à son terme, en complétant les parcours ou en cherchant un autre employeur.",
        act=SessionAct.POURSUIVRE,
    )


def _may_stop(facts: SessionFacts, _parameters: Parameters) -> str:
    if not facts.has_started:
        return "La session n'a pas démarré : elle peut encore être annulée ou suspendue."
    return "La session n'est pas annulée pour un désistement."


@book.rule(
    "R19",
    reads=(*_STARTED, "act", "cancel_reason"),
    kept=_may_stop,
    broken="La session a démarré : elle va à son terme, même si un employeur se désiste. Les parcours peuvent être "
    "complétés.",
    remedies=_carry_on,
)
def started_goes_on(facts: SessionFacts, _parameters: Parameters) -> Outcome:
    """Once started, never called off because an employer withdraws; before, it may be."""
    if facts.act not in _STOPPING or facts.days_to_start is None:
        return NOT_APPLICABLE
    if not facts.has_started:
        return SATISFIED
    if facts.cancel_reason is None:
        return unknown("cancel_reason")
    return UNSATISFIED if facts.cancel_reason == CancelReason.DESISTEMENT else SATISFIED


# ---- before the start


def _meeting_lacks(facts: SessionFacts, _parameters: Parameters) -> str:
    starts = in_days(facts.days_to_start or 0)
    if not facts.meeting_planned:
        return f"La session commence {starts} et aucune information collective n'est prévue."
    return f"La session commence {starts} : les employeurs ne sont pas encore invités à l'information collective."


@book.rule(
    "R89",
    reads=(*_STARTED, "act", "access_mode", "meeting_planned", "employers_invited"),
    kept="L'information collective est prévue.",
    broken=_meeting_lacks,
)
def collective_meeting(facts: SessionFacts, parameters: Parameters) -> Outcome:
    """Before the start: the Réseau pour l'emploi invites, the employers come (none at the socle).

    Nothing is said of the employers while nobody has been asked whether they are invited, nor of the meeting of a
    session that is being called off.
    """
    days = facts.days_to_start
    if days is None or days < 0 or facts.act in _STOPPING:
        return NOT_APPLICABLE
    if facts.meeting_planned and (facts.is_socle or facts.employers_invited is not False):
        return SATISFIED
    return UNSATISFIED if days <= parameters["meeting_notice_days"] else NOT_APPLICABLE


def _name_referent(_facts: SessionFacts, _parameters: Parameters) -> Iterator[Change]:
    yield change(
        Actor.VALIDEUR, "Désigner un référent du Réseau pour l'emploi pour cette session.", employment_referent=True
    )


@book.rule(
    "R104",
    reads=("act", "employment_referent"),
    kept="Un référent du Réseau pour l'emploi suit la session jusqu'au retour à l'emploi.",
    broken="Aucun référent du Réseau pour l'emploi n'est désigné : il en faut un avant le démarrage.",
    remedies=_name_referent,
)
def one_referent(facts: SessionFacts, _parameters: Parameters) -> Outcome:
    """One referent per session: worth a word when it is shown, required when it starts."""
    if facts.act not in (SessionAct.PUBLIER, SessionAct.DEMARRER):
        return NOT_APPLICABLE
    if facts.employment_referent:
        return SATISFIED
    if facts.act == SessionAct.PUBLIER:
        return unsatisfied(mode=Mode.WARN)
    return UNSATISFIED if facts.employment_referent is False else unknown("employment_referent")


# ---- followed to the end


def _follow(facts: SessionFacts, _parameters: Parameters) -> Iterator[Change]:
    if facts.region_manager is False:
        yield change(Actor.REGION, "Désigner le gestionnaire référent de la session.", region_manager=True)
    if facts.lot_coordinator is False:
        yield change(Actor.ORGANISME, "Désigner le coordinateur du lot.", lot_coordinator=True)
    if facts.act == SessionAct.CLORE and facts.review_held is False:
        yield change(
            Actor.ORGANISME,
            "Tenir le bilan de la session avec le gestionnaire de la Région.",
            review_held=True,
        )


def _not_followed(facts: SessionFacts, _parameters: Parameters) -> str:
    if facts.region_manager is False:
        return "Aucun gestionnaire de la Région ne suit la session."
    if facts.lot_coordinator is False:
        return "Le lot n'a pas de coordinateur : le gestionnaire de la Région suit la session avec lui."
    return "Le bilan de la session n'est pas tenu : il précède la clôture."


@book.rule(
    "R106",
    reads=("act", "region_manager", "lot_coordinator", "review_held"),
    kept="Le gestionnaire de la Région et le coordinateur du lot suivent la session.",
    broken=_not_followed,
    remedies=_follow,
)
def followed(facts: SessionFacts, _parameters: Parameters) -> Outcome:
    """Manager and coordinator from the start; the review before the closing."""
    if facts.act not in (SessionAct.DEMARRER, SessionAct.CLORE):
        return NOT_APPLICABLE
    names = ["region_manager", "lot_coordinator"]
    if facts.act == SessionAct.CLORE:
        names.append("review_held")
    if any(getattr(facts, name) is False for name in names):
        return UNSATISFIED
    missing = [name for name in names if getattr(facts, name) is None]
    return unknown(*missing) if missing else SATISFIED


LIFE = RuleSet.gather("session", SessionFacts, book)
