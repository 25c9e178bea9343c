"""What will be asked this year: how many requests of each fate, on which lots, for whom, when."""

from datetime import date, timedelta

from core.accounts.models import Membership
from orders.enums import LotRole
from pilotage.demo.catalogue import SOCLE, Trade
from pilotage.demo.clock import at, next_monday, working_day
from pilotage.demo.market import LotPlan
from pilotage.demo.offer import Plan, seats_of
from pilotage.demo.people import World

BEFORE, AFTER = 250, 150  # days around today in which the authorised sessions start
EARLY = 275  # days ago: the start of one more of the demonstration's own, whose people say by now what they became
EARLY_HOURS = 630  # at most, so that its people left more than three months ago
WHOLE = 40  # sessions of a year that has that one too, and an employer who leaves in time
ANSWER_DAYS = 6  # from a complete request to the decision; a few go faster, and overtake with a reason
TWISTS = (
    (9, 0, "socle"),
    (14, 3, "permanentes"),
    (13, 4, "nouveau_lieu"),
    (17, 5, "groupe_existant"),
    (23, 6, "hors_liste"),
    (19, 7, "equilibre"),
    (29, 8, "sans_stage"),
    (31, 10, "complementaire"),
)
# Requests that are not, or no longer, authorised sessions: at least so many, one for so many sessions.
OTHERS = (
    ("complete", 5, 10),
    ("en_instruction", 2, 30),
    ("a_completer", 2, 30),
    ("refusee", 2, 20),
    ("retiree", 1, 40),
)


def plan_year(world: World, market: list[list[LotPlan]], sessions: int) -> list[Plan]:
    """Every request of the year. The demonstration's organisme has at least one of each fate."""
    today = world.diary.today
    plans = []
    for rank in range(sessions):
        start = next_monday(today + timedelta(days=-BEFORE + (BEFORE + AFTER) * (2 * rank + 1) // (2 * sessions)))
        early = rank == 1 and sessions >= WHOLE
        if early:
            start = next_monday(today - timedelta(days=EARLY))
        own = early or rank % 9 == 5
        plans.append(_authorised(world, market, rank, start, own=own))
        if early:
            plans[-1].longest = EARLY_HOURS
    for fate, least, share in OTHERS:
        count = max(min(least, sessions), sessions // share)
        plans += [_other(world, market, fate, n, count) for n in range(count)]
    upcoming = [plan for plan in plans if plan.fate == "autorisee" and plan.start > today + timedelta(days=7)]
    for plan, trait in zip([plan for plan in upcoming if not plan.is_socle], _traits(sessions), strict=False):
        plan.trait, plan.twist = trait, ""
        plan.seats = seats_of(world, "")
    return plans


def _traits(sessions: int) -> list[str]:
    """What befalls a few sessions to come: a sheet that cannot be published, a cancellation, an employer who leaves."""
    few = max(1, sessions // WHOLE)
    return ["quarantaine"] * few + ["a_reexaminer"] * few + ["annulee"] * few + ["suspendue"] * (sessions >= WHOLE)


def _authorised(world: World, market: list[list[LotPlan]], rank: int, start: date, *, own: bool) -> Plan:
    rng, today = world.rng, world.diary.today
    decided = min(start - timedelta(days=rng.randint(30, 70)), today - timedelta(days=rng.randint(1, 24)))
    wait = 2 if rank % 20 == 11 else ANSWER_DAYS
    sent = decided - timedelta(days=wait)
    twist = next((name for every, which, name in TWISTS if rank % every == which), "")
    lot = _choose_lot(world, market, sent, socle=twist == "socle", own=own)
    plan = _plan(world, "autorisee", lot, start, sent, twist, own=own)
    plan.decided = at(decided, rng.randint(9, 17), rng.randint(0, 59))
    plan.with_demo_employer = own and lot.filiere == "agriculture-agroalimentaire"
    return plan


def _other(world: World, market: list[list[LotPlan]], fate: str, rank: int, count: int) -> Plan:
    """A request in the queue (of every age, the oldest late), given back, refused or withdrawn."""
    rng, today = world.rng, world.diary.today
    age = {
        "complete": 1 + rank * 16 // count,
        "en_instruction": 3 + rank * 5,
        "a_completer": 12 + rank * 3,
        "refusee": 20 + rank * 280 // count,
        "retiree": 30 + rank * 60,
    }[fate]
    sent = today - timedelta(days=min(age, 300))
    start = next_monday(sent + timedelta(days=rng.randint(45, 110)))
    twist = ("", "nouveau_lieu", "", "equilibre", "sans_stage", "", "hors_liste")[rank % 7]
    own = rank == 1 or (fate in ("a_completer", "retiree", "refusee") and rank == 0)
    lot = _choose_lot(world, market, sent, own=own)
    plan = _plan(world, fate, lot, start, sent, twist, own=own)
    plan.with_demo_employer = own and fate == "complete"
    if fate in ("refusee", "a_completer", "retiree"):
        decided = at(sent + timedelta(days=ANSWER_DAYS), 10, rng.randint(0, 59))
        plan.decided = min(decided, at(today - timedelta(days=1), 16))
    return plan


def _plan(world: World, fate: str, lot: LotPlan, start: date, sent: date, twist: str, *, own: bool) -> Plan:
    rng = world.rng
    hat = world.hats["organisme"] if own else _asker(world, lot)
    moment = at(sent, rng.randint(8, 17), rng.randint(0, 59))
    return Plan(fate, lot, hat, _trade(world, lot, twist), start, moment, None, twist, seats_of(world, twist))


def _asker(world: World, lot: LotPlan) -> Membership:
    """The mandataire half of the time, else another member of the group."""
    weights = [
        {LotRole.MANDATAIRE: 5, LotRole.COTRAITANT: 3, LotRole.SOUS_TRAITANT: 1}[role] for _, role in lot.members
    ]
    return world.rng.choices([hat for hat, _ in lot.members], weights)[0]


def _trade(world: World, lot: LotPlan, twist: str) -> Trade:
    return world.rng.choice(lot.trades)


def lots_on(world: World, market: list[list[LotPlan]], day: date) -> list[LotPlan]:
    """The lots that run on that day and teach something of the demonstration."""
    found = [lot for lots in market for lot in lots if lot.trades]
    return [lot for lot in found if lot.lot.marche.starts_on <= day <= lot.lot.marche.ends_on]


def own_lots(world: World, lots: list[LotPlan]) -> list[LotPlan]:
    """Those on which the demonstration's organisme may ask."""
    own = world.hats["organisme"].pk
    return [lot for lot in lots if own in [hat.pk for hat, _ in lot.members]]


def _choose_lot(
    world: World, market: list[list[LotPlan]], day: date, *, socle: bool = False, own: bool = False
) -> LotPlan:
    lots = lots_on(world, market, day)
    if own:
        return world.rng.choice([lot for lot in own_lots(world, lots) if not socle or lot.filiere in SOCLE])
    return world.rng.choice([lot for lot in lots if not socle or lot.filiere in SOCLE])


def filing_day(world: World, plan: Plan, *, early: bool) -> date:
    """When an intention of this request was filed: some days or weeks before."""
    return working_day(plan.sent.date() - timedelta(days=world.rng.randint(10 if early else 5, 45)))
