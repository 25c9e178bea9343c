"""Places that an employer has left and another takes, hours more that an employer asks for: examples of each."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from core.reference.models import Commune
from pilotage.demo import needs
from pilotage.demo.clock import at
from pilotage.demo.needs import Need
from pilotage.demo.offer import Plan, towns_around
from pilotage.demo.people import World
from sessions.enums import SessionState
from sessions.models import ExtraHours, Session, SessionRequest
from sessions.queries.cascade import standing
from sessions.workflow import extra_hours, offers

OFFERED_TO = 2  # employers: one takes a place, the other has not answered yet
WORD = "L’atelier se visite chaque mardi : venez rencontrer le groupe."
EXPECTED = "Le dernier bloc du titre est demandé par l’atelier de l’employeur."
GRANTED = "Accord donné : la certification complète est visée, et le lot le permet."


def offer_again(world: World, plan: Plan, request: SessionRequest) -> None:
    """The day after an employer left: others near by file the same need, and the organisme offers them his places."""
    diary, filed = world.diary, list[int]()
    for rank, town in enumerate(towns_around(world, plan)[:OFFERED_TO]):
        diary.note(diary.moment + timedelta(hours=17, minutes=20 * rank), partial(_file, world, plan, town, filed))
    diary.note(diary.moment + timedelta(hours=22), partial(_offer, world, plan, request, filed))


def _file(world: World, plan: Plan, town: Commune, filed: list[int]) -> None:
    key = plan.trade.certification.code if plan.trade.certification else plan.trade.title
    employer = world.employer(town, plan.trade, key, 0)
    intention = needs.file_need(world, Need(employer, plan.trade, town, 2, plan.start))
    filed.append(intention.pk)


def _offer(world: World, plan: Plan, request: SessionRequest, filed: list[int]) -> None:
    made = offers.offer(request, filed, plan.hat, WORD)
    offers.accept(made[0], made[0].intention.filed_by, posts=1)


def note_hours(world: World) -> None:
    """Some days ago, once the sessions under way are there."""
    world.diary.note(at(world.diary.today - timedelta(days=6), 10), partial(_ask, world))


def _ask(world: World) -> None:
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
            world.diary.note(world.diary.moment + timedelta(days=2), partial(_grant, world, asked))
            return


def _grant(world: World, asked: ExtraHours) -> None:
    extra_hours.decide(asked, world.hats["region"], granted=True, reason=GRANTED)
