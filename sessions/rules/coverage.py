"""The request stands on intentions: one place, one post (R01, R09-R12), the hires (R40), and their derogations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from core.rules import (
    NOT_APPLICABLE,
    SATISFIED,
    UNSATISFIED,
    Actor,
    Change,
    Outcome,
    Parameters,
    Rulebook,
    Verdict,
    change,
    edit,
    unknown,
)
from core.rules.french import count, listing, number, words

from .facts import AttachedIntention, RequestFacts

book = Rulebook("demande")


# ---- remedies shared with the head count


def regroup(seats: int) -> Callable[[RequestFacts], dict[str, Any]]:
    """Keep the posts that may be used, and attach what lacks for this number of places.

    The intentions that go carry no usable post, so that no awaited derogation goes with them.
    """

    def apply(facts: RequestFacts) -> dict[str, Any]:
        kept = tuple(
            intention.with_facts(posts=intention.usable_posts)
            for intention in facts.intentions or ()
            if intention.usable_posts
        )
        wanted = max(seats, facts.seats or 0)
        lacking = wanted - sum(intention.posts or 0 for intention in kept)
        if lacking > 0:
            kept = (*kept, AttachedIntention(verdict=Verdict.ELIGIBLE, engaged_elsewhere=False, posts=lacking))
        return {"intentions": kept, "seats": wanted}

    return apply


def attach(facts: RequestFacts, seats: int) -> Change:
    """The organisme attaches the posts that lack for ``seats`` places."""
    wanted = max(seats, facts.seats or 0)
    lacking = wanted - (facts.posts_covered or 0)
    unusable = [i for i in facts.intentions or () if (i.posts or 0) and not i.usable_posts]
    if lacking <= 0:
        sentence = f"Porter la demande à {count(wanted, 'place')} : les postes rattachés le permettent."
    else:
        what = "un poste compatible de plus" if lacking == 1 else f"{number(lacking)} postes compatibles de plus"
        sentence = f"Rattacher {what}, pour {count(wanted, 'place')}."
        if unusable:
            sentence = (
                f"Remplacer {count(len(unusable), 'intention')} qui ne peut pas servir ici"
                if len(unusable) == 1
                else f"Remplacer {count(len(unusable), 'intention')} qui ne peuvent pas servir ici"
            ) + f" : rattacher {what}, pour {count(wanted, 'place')}."
    return edit(
        Actor.ORGANISME,
        sentence,
        regroup(seats),
        touches=("intentions.posts", "intentions.engaged", "seats"),
        slots=("intentions.posts", "seats"),
    )


def _on_each(how: Callable[[AttachedIntention], AttachedIntention]) -> Callable[[RequestFacts], dict[str, Any]]:
    def apply(facts: RequestFacts) -> dict[str, Any]:
        return {"intentions": tuple(how(intention) for intention in facts.intentions or ())}

    return apply


# ---- R01, R09


def _attach_first(facts: RequestFacts, parameters: Parameters) -> Iterator[Change]:
    yield attach(facts, 1 if facts.is_permanent else facts.seats or parameters["stagiaires_min"])


def _no_intention(facts: RequestFacts, _parameters: Parameters) -> str:
    if facts.intentions:
        return (
            "Aucune des intentions rattachées ne peut porter une commande : la Région ne commande que sur des "
            "intentions d'embauche avérées."
        )
    return "Aucune intention d'embauche n'est rattachée : hors du socle, la Région ne commande que sur elles."


@book.rule(
    "R01",
    reads=("access_mode", "intentions.posts", "intentions.engaged"),
    kept=lambda f, p: f"{count(len(f.intentions or ()), 'intention')} d'embauche à l'appui de la demande.",
    broken=_no_intention,
    remedies=_attach_first,
)
def on_intentions(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """At least one valid intention, outside the socle."""
    if facts.access_mode is None:
        return unknown("access_mode")
    if facts.is_socle:
        return NOT_APPLICABLE
    if facts.intentions is None:
        return unknown("intentions")
    return SATISFIED if any(i.verdict != Verdict.NON_ELIGIBLE for i in facts.intentions) else UNSATISFIED


@book.rule(
    "R09",
    reads=("intentions",),
    kept=lambda f, p: f"{count(f.employers, 'employeur')} réunis : une même formation peut les concerner tous.",
)
def several_employers(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    return SATISFIED if facts.employers > 1 else NOT_APPLICABLE


# ---- R10


def _elsewhere(facts: RequestFacts) -> list[AttachedIntention]:
    return [i for i in facts.intentions or () if i.engaged_elsewhere]


def _free_or_replace(facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    yield edit(
        Actor.EMPLOYEUR,
        "Se dégager de l'autre organisme pour cette même formation.",
        _on_each(lambda i: i.with_facts(engaged_elsewhere=False)),
        touches=("intentions.engaged", "intentions.pending", "intentions.posts"),
        slots=("intentions.engaged",),
    )
    yield attach(facts, facts.seats or 1)


@book.rule(
    "R10",
    reads=("access_mode", "intentions.engaged"),
    kept="Chaque employeur s'est engagé auprès d'un seul organisme pour cette formation.",
    broken=lambda f, p: (
        f"{count(len(_elsewhere(f)), 'intention')} déjà "
        f"{'engagées' if len(_elsewhere(f)) > 1 else 'engagée'} auprès d'un autre organisme pour la même formation."
    ),
    remedies=_free_or_replace,
)
def engaged_here_only(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    if facts.is_socle or not facts.intentions:
        return NOT_APPLICABLE
    return UNSATISFIED if _elsewhere(facts) else SATISFIED


# ---- R11, R12


def _match_posts(facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    covered = facts.posts_covered or 0
    if covered:
        yield change(Actor.ORGANISME, f"Ramener la demande à {count(covered, 'place')}.", seats=covered)
    yield attach(facts, facts.seats or 1)


def _too_many_seats(facts: RequestFacts, _parameters: Parameters) -> str:
    return (
        f"{count(facts.seats, 'place demandée', 'places demandées')} pour "
        f"{count(facts.posts_covered, 'poste')} : la Région commande autant de parcours qu'il y a de postes."
    )


@book.rule(
    "R11",
    reads=("access_mode", "intentions.posts", "seats"),
    kept=lambda f, p: f"{count(f.seats, 'place')} pour {count(f.posts_covered, 'poste')}.",
    broken=_too_many_seats,
    remedies=_match_posts,
)
def seats_within_posts(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """Places asked ≤ posts of the valid intentions, part time or not."""
    if facts.is_socle:
        return NOT_APPLICABLE
    missing = [name for name in ("intentions", "seats") if getattr(facts, name) is None]
    if missing:
        return unknown(*missing)
    return SATISFIED if (facts.seats or 0) <= (facts.posts_covered or 0) else UNSATISFIED


def _taken(facts: RequestFacts) -> int:
    """Posts attached here that another live request already covers."""
    return sum(max((i.posts or 0) - i.posts_free, 0) for i in facts.intentions or () if i.posts_free is not None)


def _give_back(facts: RequestFacts, _parameters: Parameters) -> Iterator[Change]:
    def release(current: RequestFacts) -> dict[str, Any]:
        kept = tuple(
            i if i.posts_free is None else i.with_facts(posts=min(i.posts or 0, max(i.posts_free, 0)))
            for i in current.intentions or ()
        )
        posts = sum(intention.usable_posts for intention in kept)
        seats = current.seats if current.seats is None else min(current.seats, posts)
        return {"intentions": kept, "seats": seats}

    yield attach(facts, facts.seats or 1)
    if facts.posts_covered:
        yield edit(
            Actor.ORGANISME,
            f"Laisser {count(_taken(facts), 'poste')} à l'autre demande et ramener celle-ci à "
            f"{count(min(facts.seats or facts.posts_covered, facts.posts_covered), 'place')}.",
            release,
            touches=("intentions.posts", "seats"),
            slots=("intentions.posts", "seats"),
        )


@book.rule(
    "R12",
    reads=("access_mode", "intentions.posts"),
    kept="Chaque poste ne porte qu'un stagiaire.",
    broken=lambda f, p: (
        f"{count(_taken(f), 'poste')} déjà {'couverts' if _taken(f) > 1 else 'couvert'} par une "
        "autre demande : un poste porte un seul stagiaire."
    ),
    remedies=_give_back,
)
def one_post_one_stagiaire(facts: RequestFacts, _parameters: Parameters) -> Outcome:
    """No pool of trained people: a post is covered once."""
    if facts.is_socle or not facts.intentions:
        return NOT_APPLICABLE
    return UNSATISFIED if _taken(facts) else SATISFIED


# ---- R40: what the employers expect of the dates


def _last_hire(facts: RequestFacts) -> date | None:
    return max((i.hire_date for i in facts.intentions or () if i.hire_date is not None), default=None)


def _late_hire(facts: RequestFacts, _parameters: Parameters) -> str:
    last = _last_hire(facts)
    if last is None or facts.ends_on is None:
        return "Une embauche suit de loin la fin de la formation."
    days = count((last - facts.ends_on).days, "jour")
    return (
        f"Une embauche est prévue {days} après la fin de la formation. Aucun délai n'est fixé, mais l'embauche "
        "directe est attendue."
    )


@book.rule(
    "R40",
    reads=("access_mode", "intentions", "ends_on"),
    kept="Les embauches prévues suivent de près la fin de la formation.",
    broken=_late_hire,
)
def prompt_hires(facts: RequestFacts, parameters: Parameters) -> Outcome:
    """The end of the training is known here, beside the day on which each employer means to hire."""
    last = _last_hire(facts)
    if facts.is_socle or last is None or facts.ends_on is None:
        return NOT_APPLICABLE
    return UNSATISFIED if (last - facts.ends_on).days > parameters["hire_delay_days"] else SATISFIED


# ---- derogations that the attached intentions still wait for


class _Pending(NamedTuple):
    """How a derogation that an intention waits for is said: the case, the way out, the grant."""

    case: Callable[[Parameters], str]
    remedy: Callable[[Parameters], str]
    grant: str


_PENDING = {
    "R22": _Pending(
        lambda p: "un lieu de travail hors de la région",
        lambda p: "Proposer le poste dans un établissement de la région.",
        "Accorder la dérogation pour un employeur hors de la région.",
    ),
    "R31": _Pending(
        lambda p: f"un contrat de moins de {words(p['months_min'])} mois",
        lambda p: f"Porter le contrat à {words(p['months_min'])} mois.",
        "Accorder la dérogation sur la durée du contrat.",
    ),
    "R32": _Pending(
        lambda p: f"moins de {number(p['weekly_hours_min'])} h par semaine",
        lambda p: f"Porter le temps de travail à {number(p['weekly_hours_min'])} h par semaine.",
        "Accorder la dérogation sur le temps de travail.",
    ),
    "K24": _Pending(
        lambda p: "un contrat que les textes ne nomment pas",
        lambda p: f"Proposer un CDI, un CDD d'au moins {words(p['months_min'])} mois ou un contrat en alternance.",
        "Accorder la dérogation pour ce contrat.",
    ),
}


def _waiting(facts: RequestFacts, rule_id: str) -> list[AttachedIntention]:
    return [i for i in facts.intentions or () if i.usable_posts and i.pending and rule_id in i.pending]


def _settled(intention: AttachedIntention, rule_id: str) -> AttachedIntention:
    if not intention.pending or rule_id not in intention.pending:
        return intention
    pending = tuple(other for other in intention.pending if other != rule_id)
    settled = not pending and intention.verdict == Verdict.A_INSTRUIRE
    verdict = Verdict.ELIGIBLE if settled else intention.verdict
    return intention.with_facts(pending=pending, verdict=verdict)


def _named(intentions: Iterable[AttachedIntention]) -> str:
    return listing(list(dict.fromkeys(i.employer for i in intentions if i.employer)))


def _declare_pending(rule_id: str) -> None:
    said = _PENDING[rule_id]

    def broken(facts: RequestFacts, parameters: Parameters) -> str:
        waiting = _waiting(facts, rule_id)
        return (
            f"{count(len(waiting), 'intention')} sur {number(len(facts.intentions or ()))} avec "
            f"{said.case(parameters)} : la Région décide au cas par cas."
        )

    def remedies(facts: RequestFacts, parameters: Parameters) -> Iterator[Change]:
        remedy = said.remedy(parameters)
        names = _named(_waiting(facts, rule_id))
        yield edit(
            Actor.EMPLOYEUR,
            f"{names} : {remedy[0].lower()}{remedy[1:]}" if names else remedy,
            _on_each(lambda intention: _settled(intention, rule_id)),
            touches=(f"intentions.pending.{rule_id}",),
            slots=(f"intentions.pending.{rule_id}",),
        )

    @book.rule(
        rule_id,
        reads=("access_mode", f"intentions.pending.{rule_id}"),
        broken=broken,
        remedies=remedies,
        grant=said.grant,
    )
    def pending(facts: RequestFacts, _parameters: Parameters) -> Outcome:
        """Speaks only when an attached intention waits for this derogation."""
        if facts.is_socle or not _waiting(facts, rule_id):
            return NOT_APPLICABLE
        return UNSATISFIED


for _rule_id in _PENDING:
    _declare_pending(_rule_id)
