"""What waits at the end of the year: intentions without a session, drafts, people at the door."""

from datetime import date, timedelta
from functools import partial

from core.accounts.enums import Role
from core.accounts.models import Invitation, JoinRequest, Membership, User
from core.reference.models import Commune
from pilotage.demo import life, needs
from pilotage.demo.catalogue import Trade
from pilotage.demo.clock import at, next_monday, working_day
from pilotage.demo.market import LotPlan
from pilotage.demo.needs import Need
from pilotage.demo.offer import Plan, describe
from pilotage.demo.people import World
from pilotage.demo.plans import own_lots
from sessions.queries.requests import available_to
from sessions.workflow import requests

SHARE = 0.6  # intentions that wait, for one session
DRAFTS = 3  # requests in preparation of the demonstration's organisme
FATES = ("", "", "", "court", "", "ecartee", "", "retiree", "reduit", "", "qualifiee", "", "qualifiee", "hors_region")


def note_waiting(world: World, lots: list[LotPlan], sessions: int) -> None:
    """Intentions compatible with the lots, of every age and verdict; some closed, some too old."""
    own = own_lots(world, lots)
    for rank in range(max(min(16, 4 * sessions), round(sessions * SHARE))):
        lot = world.rng.choice(own if rank % 5 == 0 else lots)
        day = working_day(world.diary.today - timedelta(days=1 + world.rng.randint(0, 60)))
        _note_need(world, lot, day, FATES[rank % len(FATES)])
    for _ in range(max(2, sessions // 40)):
        _note_need(
            world, world.rng.choice(lots), world.diary.since + timedelta(days=world.rng.randint(1, 15)), "expiree"
        )


def _note_need(world: World, lot: LotPlan, day: date, fate: str) -> None:
    trade = world.rng.choice(lot.trades)
    town = world.rng.choice(world.catalogue.towns[world.rng.choice(lot.departements)][:15])
    moment = at(day, world.rng.randint(8, 18), world.rng.randint(0, 59))
    world.diary.note(moment, partial(file_waiting, world, trade, town, fate))


def file_waiting(world: World, trade: Trade, town: Commune, fate: str, by: str = "") -> None:
    """File one; `by` names one of the demonstration's own hats as employer or as author."""
    diary, key = world.diary, trade.certification.code if trade.certification else trade.title
    employer = world.hats["employeur"] if by == "employeur" else world.employer(town, trade, key, 0)
    twist = fate if fate in ("court", "reduit", "hors_region") else ""
    start = next_monday(diary.moment.date() + timedelta(days=world.rng.randint(70, 150)))
    place = employer.organisation.commune
    if twist == "hors_region":
        place = Commune.objects.filter(departement="85").order_by("-population").first()
        place = Commune.objects.filter(departement="79").order_by("-population", "code").first() or place
    assert place is not None  # noqa: S101 every employer of the demonstration has its commune
    need = Need(employer, trade, place, world.rng.choice((1, 1, 2, 2, 3, 4)), start, twist)
    if by == "valideur":
        need.author = world.hats["valideur"]
    elif not by and world.rng.random() < 0.25:
        need.author = world.rng.choice([*world.valideurs, world.hats["valideur"], world.desk[0]])
    intention = needs.file_need(world, need)
    soon = diary.moment + timedelta(days=world.rng.randint(1, 4))
    match fate:
        case "ecartee":
            diary.note(soon, partial(life.set_aside, world, intention))
        case "retiree":
            diary.note(soon, partial(life.give_up, world, intention, need.author or employer))
        case "qualifiee":
            diary.note(soon, partial(needs.qualify, world, intention))
        case "expiree":
            assert intention.expires_on is not None  # noqa: S101 the deposit dates it
            diary.note(at(intention.expires_on + timedelta(days=1), 5), partial(life.expire_old, intention))


def note_own(world: World, lots: list[LotPlan]) -> None:
    """What each of the demonstration's own people finds on his home page."""
    today, diary = world.diary.today, world.diary
    food = next(lot for lot in own_lots(world, lots) if lot.filiere == "agriculture-agroalimentaire")
    industry = next(lot for lot in own_lots(world, lots) if lot.filiere == "inter-industrie")
    town = world.catalogue.towns["44"][0]
    for back, lot, fate, by in (
        (26, food, "court", "employeur"),
        (12, industry, "", "employeur"),
        (45, food, "retiree", "employeur"),
        (9, industry, "", "valideur"),
        (20, food, "qualifiee", "valideur"),
        (33, industry, "ecartee", "valideur"),
    ):
        moment = at(working_day(today - timedelta(days=back)), 10, back)
        trade = lot.trades[back % len(lot.trades)]
        diary.note(moment, partial(file_waiting, world, trade, town, fate, by))
    diary.note(at(today - timedelta(days=3), 11), partial(draft_intention, world, industry.trades[0], town))
    for rank in range(DRAFTS):
        lot = (industry, food, industry)[rank]
        diary.note(at(today - timedelta(days=1 + 2 * rank), 15), partial(draft_request, world, lot, rank))
    diary.note(at(today - timedelta(days=2), 9), partial(knock, world))


def draft_intention(world: World, trade: Trade, town: Commune) -> None:
    """The employer has begun, and not signed yet."""
    employer = world.hats["employeur"]
    needs.write_need(world, Need(employer, trade, town, 2, next_monday(world.diary.today + timedelta(days=100))))


def draft_request(world: World, lot: LotPlan, rank: int) -> None:
    """A request begun by the demonstration's organisme: bare, or nearly whole."""
    hat = world.hats["organisme"]
    free = available_to(hat).filter(filiere=lot.filiere).exclude(pk__in=world.spoken_for).order_by("filed_at", "id")
    posts = {intention.pk: 1 for intention in free[:2]} if rank else {}
    request = requests.create(hat, posts, lot=lot.lot)
    if rank:
        start = next_monday(world.diary.today + timedelta(days=80))
        plan = Plan("brouillon", lot, hat, lot.trades[rank % len(lot.trades)], start, world.diary.moment, seats=5)
        values, many = describe(world, plan)
        values |= {"seats": len(posts) or None, "prerequisites": "", "rhythm": ""}
        requests.save_step(request, hat, values, many)


def knock(world: World) -> None:
    """Someone asks to join each of the demonstration's organisations, and an invitation waits for its answer."""
    for name in ("employeur", "organisme", "admin"):
        hat = world.hats[name]
        JoinRequest.objects.create(user=_stranger(world), organisation=hat.organisation)
        _invite(world, hat)


def _stranger(world: World) -> User:
    first, last = world.person()
    user = User(email=f"arrivee.{len(world.taken)}@exemple.test", first_name=first, last_name=last)
    world.taken.add(user.email)
    user.set_unusable_password()
    user.save()
    return user


def _invite(world: World, hat: Membership) -> None:
    role = Role.GESTIONNAIRE if hat.kind == "region" else Role.MEMBRE
    Invitation.objects.create(
        organisation=hat.organisation,
        email=f"invitation.{len(world.taken)}@exemple.test",
        role=role,
        invited_by=hat.user,
        expires_at=world.diary.moment + timedelta(days=14),
    )
