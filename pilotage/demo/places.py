"""Places that an employer has left and another takes, hours more that an employer asks for: one example of each."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from pilotage.demo.clock import at
from pilotage.demo.people import World
from sessions.enums import RequestState, SessionState
from sessions.models import ExtraHours, Session, SessionRequest
from sessions.queries.cascade import candidates, standing
from sessions.workflow import extra_hours, offers

OFFERED_TO = 2  # employers: one takes a place, the other has not answered yet
WORD = "L’atelier se visite chaque mardi : venez rencontrer le groupe."
EXPECTED = "Le dernier bloc du titre est demandé par l’atelier de l’employeur."
GRANTED = "Accord donné : la certification complète est visée, et le lot le permet."


def note_places(world: World) -> None:
    """Both happen in the last days, once the sessions that they are about are there."""
    today = world.diary.today
    world.diary.note(at(today - timedelta(days=6), 10), partial(ask_hours, world))
    world.diary.note(at(today - timedelta(days=1), 16), partial(offer_places, world))


def offer_places(world: World) -> None:
    """The organisme of a session that an employer left offers its places; the first who answers takes one of them."""
    waiting = SessionRequest.objects.filter(state=RequestState.A_REEXAMINER, organisme__in=world.organismes)
    for request in waiting.select_related("session", "lot", "created_by").order_by("pk"):
        fitting = [row.intention for row in candidates(request) if row.can_be_offered][:OFFERED_TO]
        if len(fitting) == OFFERED_TO:
            hat = world.organismes[request.organisme_id]
            made = offers.offer(request, [intention.pk for intention in fitting], hat, WORD)
            offers.accept(made[0], made[0].intention.filed_by, posts=1)
            return


def ask_hours(world: World) -> None:
    """An organisme asks for hours toward the whole certification; the Région grants them two days later."""
    under_way = Session.objects.filter(state=SessionState.EN_COURS, organisme__in=world.organismes)
    for session in under_way.select_related("lot", "request").order_by("pk"):
        first = standing(session.request).select_related("post__intention").first()
        cost = extra_hours.cost(session, 2, Decimal(35))
        if first and extra_hours.of_session(session) and cost and cost.fits:
            hat = world.organismes[session.organisme_id]
            asked = extra_hours.ask(
                session, hat, intention=first.post.intention, places=2, hours_each=Decimal(35), reason=EXPECTED
            )
            world.diary.note(world.diary.moment + timedelta(days=2), partial(grant, world, asked))
            return


def grant(world: World, asked: ExtraHours) -> None:
    extra_hours.decide(asked, world.hats["region"], granted=True, reason=GRANTED)
