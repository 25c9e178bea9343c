"""Candidates, and the people in training."""

from typing import Any

from django.utils import timezone

from stagiaires.models import Hire, Hold, ParcoursDocument
from tests.access.world import attendance, exchanges, followup
from tests.access.world.base import HATS, REGION, ROLES, World
from tests.factories.rulebook import days
from tests.factories.sessions import published_session, waiting_intention
from tests.factories.stagiaires import MeetingFactory, PositioningFactory, parcours, under_way


def build(world: World) -> None:
    """A candidate of one valideur on a session of one organisme and one employer, on each side of the walls."""
    sides = []
    for hats in (world.hats, world.others):
        # Far from the other intentions of this employer, or it would be a twin of one of them.
        when = {"training_start_wished": days(300), "hire_on": days(460), "job_title": "Cordiste"}
        need = waiting_intention(5, employer=hats["employeur"].organisation, **when)
        posts = list(need.posts.order_by("rank"))
        session = published_session(organisme=hats["organisme"].organisation, posts=posts)
        sides.append((session, PositioningFactory(session=session, advisor=hats["valideur"])))
    (session, candidacy), (other, stranger) = sides
    seen = ("valideur", "organisme", "employeur", "membre", *REGION)
    walls = [role for role in HATS if role not in REGION]
    world.put("recruiting", dict.fromkeys(seen, session.number), {r: other.number for r in walls if r != "valideur"})
    world.put("candidacy", dict.fromkeys(seen, candidacy), dict.fromkeys(walls, stranger))
    knows = ("valideur", "organisme", *REGION)
    world.put("person", dict.fromkeys(knows, candidacy.stagiaire), dict.fromkeys(walls, stranger.stagiaire))
    meetings = [MeetingFactory(session=one, candidates=[who]) for one, who in sides]
    world.put("meeting", dict.fromkeys(seen, meetings[0]), dict.fromkeys(walls, meetings[1]))
    _parcours(world, sides, seen, walls)
    followup.build(world, sides)


def _parcours(world: World, sides: list[Any], seen: tuple[str, ...], walls: list[str]) -> None:
    """Somebody in training on each side, a paper of his, a hire that its employer has not confirmed."""
    made = []
    for hats, (session, _) in zip((world.hats, world.others), sides, strict=True):
        one = parcours(session, positioning=PositioningFactory(session=session, advisor=hats["valideur"]))
        one = under_way(one, hats["organisme"])
        paper = ParcoursDocument.objects.create(parcours=one, kind="contrat", pdf=b"%PDF-1.7", sha256="0" * 64)
        hire = Hire.objects.create(
            parcours=one, employer=hats["employeur"].organisation, intention=one.post.intention, committed=True,
            contract="cdi", starts_on=timezone.localdate(), declared_by=hats["organisme"],
        )  # fmt: skip
        made.append((one, {"pk": one.pk, "document": paper.pk}, {"pk": one.pk, "hire": hire.pk}))
    mine, theirs = made
    keeper = world.hats["administrateur"]
    held = Hold.objects.create(stagiaire=mine[0].stagiaire, reason="Recours en cours", placed_by=keeper)
    world.put("hold", {"administrateur": held}, {})
    for rank, name in enumerate(("parcours", "paper", "hire")):
        world.put(name, dict.fromkeys(seen, mine[rank]), dict.fromkeys(walls, theirs[rank]))
    attendance.build(world, (mine[0], theirs[0]), REGION, ROLES)
    exchanges.build(world, (mine[0], theirs[0]))
    bound = [one[0].post.intention for one in made]
    reads = [role for role in seen if role != "valideur"]
    employers = [one.employer for one in bound]
    world.put("bound_employer", dict.fromkeys(reads, employers[0]), dict.fromkeys(walls, employers[1]))
    employer = ("employeur", "membre")
    world.put("bound_intention", dict.fromkeys(employer, bound[0]), dict.fromkeys(walls, bound[1]))
