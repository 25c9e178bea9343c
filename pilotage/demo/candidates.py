"""People proposed on the sessions to come, in each state that a candidacy may have. All invented."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from django.utils import timezone

from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal.refusals import Refused
from pilotage.demo.clock import at, working_day
from pilotage.demo.people import World, phone
from sessions.models import Session
from sessions.queries import catalogue
from stagiaires.enums import Level, PositioningState, RegistrationCategory
from stagiaires.models import Positioning
from stagiaires.queries import positionings as queries
from stagiaires.workflow import meetings, opinions, positionings, referents

PROPOSED = 40  # persons, at most
MEETINGS = 3
NOTES = (
    "Motivée par le métier, découvert pendant une immersion de deux semaines.",
    "A déjà travaillé dans le secteur ; veut se qualifier pour y rester.",
    "Disponible tout de suite, permis B.",
    "",
)
OPINIONS = ((True, "Rencontré sur le salon : bon contact."), (True, ""), (False, "Les horaires ne conviendraient pas."))
FATES = ("", "convoque", "", "en_attente", "avis", "refuse", "", "absent", "reunion", "retire", "", "avis")


def note_candidates(world: World, sessions: int) -> None:
    """Note the proposals of the last three weeks, and what became of each."""
    today = world.diary.today
    for rank in range(min(PROPOSED, 2 * sessions)):
        day = working_day(today - timedelta(days=2 + rank * 19 // PROPOSED))
        moment = at(min(day, today - timedelta(days=1)), 9 + rank % 8, rank)
        world.diary.note(moment, partial(propose, world, rank))
    for rank in range(min(MEETINGS, sessions // 8)):
        world.diary.note(at(today - timedelta(days=9), 11, rank), partial(meet, world, rank))


def _open_sessions(world: World) -> list[Session]:
    """Those that one may enter now, the demonstration's own first."""
    on = timezone.localdate() + timedelta(days=12)
    found = catalogue.public().filter(starts_on__gt=on, places_left__gt=0).select_related("organisme", "lot", "request")
    own = world.hats["organisme"].organisation_id
    return sorted(found.order_by("pk"), key=lambda one: (one.organisme_id != own, one.starts_on, one.pk))


def propose(world: World, rank: int) -> None:
    """One person, by the demonstration's own valideur half of the time."""
    found = _open_sessions(world)
    if not found:
        return
    session = found[(rank // 2) % min(len(found), 3)] if rank % 2 == 0 else found[rank % len(found)]
    hat = world.hats["valideur"] if rank % 2 == 0 else world.valideurs[rank % len(world.valideurs)]
    rng = world.rng
    first, last = world.person()
    values = {
        "first_name": first,
        "last_name": last,
        "birth_on": date(rng.randint(1972, 2006), rng.randint(1, 12), rng.randint(1, 28)),
        "email": f"candidat.{rank + 1}@exemple.test",
        "phone": phone(rng),
        "ft_identifier": f"{4_000_000 + rank * 37:07d}{'ABCDEFGH'[rank % 8]}",
        "category": rng.choice(RegistrationCategory.values),
        "level": rng.choice([level.value for level in Level][:6]),
        "sex": ("femme", "homme")[rank % 2],
        "project": "emploi_salarie",
        "note": NOTES[rank % len(NOTES)],
    }
    try:
        made, _ = positionings.propose(session, values, hat)
    except Refused:  # no place is left there any more
        return
    fate = FATES[rank % len(FATES)]
    if fate:
        soon = world.diary.moment + timedelta(days=rng.randint(1, 2), hours=2)
        world.diary.note(soon, partial(_settle, world, made, fate, hat))


def _settle(world: World, made: Positioning, fate: str, advisor: Membership) -> None:
    """What the organisme, the employer or the advisor does of it, unless a meeting has convoked the person first."""
    made.refresh_from_db()
    if made.state != PositioningState.PROPOSE:
        return
    trainer = active_hats(organisation=made.session.organisme_id).order_by("pk").first()
    if trainer is None:
        return
    acts: dict[str, Callable[[], object]] = {
        "convoque": lambda: _convoke(made, trainer),
        "absent": lambda: _miss(made, trainer),
        "en_attente": lambda: positionings.put_on_waiting_list(made, trainer, "Réponse dès que le groupe est complet."),
        "refuse": lambda: _refuse(made, trainer),
        "retire": lambda: positionings.withdraw(made, advisor, "A trouvé un emploi."),
        "avis": lambda: _opine(world, made),
        "reunion": lambda: positionings.write(made, trainer, "Bonjour, peut-elle venir à la réunion d’information ?"),
    }
    acts[fate]()


def _convoke(made: Positioning, trainer: Membership) -> None:
    coming = timezone.now() + timedelta(days=8)
    positionings.convoke(made, trainer, coming.replace(hour=9, minute=0), made.session.organisme.address)


def _miss(made: Positioning, trainer: Membership) -> None:
    _convoke(made, trainer)
    positionings.note_absent(made, trainer)


def _refuse(made: Positioning, trainer: Membership) -> None:
    others = queries.neighbours(made.session, most=1)
    values = {
        "refusal_reason": "prerequis",
        "refusal_text": "La lecture de plans demande encore de la préparation.",
        "proposal": "Une remise à niveau, puis la prochaine session du même métier.",
        "refresher_offered": True,
        "proposed_session": others[0] if others else None,
    }
    positionings.refuse(made, trainer, values)


def _opine(world: World, made: Positioning) -> None:
    employer = active_hats(organisation__in=queries.employers_of(made.session)).order_by("pk").first()
    if employer is not None:
        favourable, text = world.rng.choice(OPINIONS)
        opinions.give(made, employer, favourable=favourable, text=text)


def meet(world: World, rank: int) -> None:
    """An information meeting to come, its employers invited, its candidates convoked; the action's referent."""
    found = _open_sessions(world)[rank : rank + 1]
    for session in found:
        trainer = active_hats(organisation=session.organisme_id).order_by("pk").first()
        if trainer is None:
            return
        day = working_day(world.diary.today + timedelta(days=6 + rank))
        values = {
            "starts_at": at(day, 9, 30),
            "ends_at": at(day, 12),
            "place": session.organisme.address or session.commune.name,
            "capacity": 15,
            "note": "Venir avec un CV et une pièce d’identité.",
        }
        made = meetings.plan(session, trainer, values, queries.employers_of(session))
        waiting = Positioning.objects.filter(session=session, state="propose").order_by("pk")[:4]
        meetings.convoke(made, trainer, waiting)
        if rank == 0:
            referents.name(session, world.hats["valideur"], world.hats["valideur"])
