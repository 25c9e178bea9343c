"""What follows a training: questions, opinions, requests about one's data, and the page of a person by his own link."""

import datetime as dt
from typing import Any

from django.utils import timezone

from stagiaires.enums import ParcoursState
from stagiaires.models import DataRequest, Opinion, ParcoursDocument, PersonalLink, Survey
from stagiaires.workflow import links
from tests.access.world.base import HATS, REGION, ROLES, World
from tests.factories.stagiaires import PositioningFactory, parcours

NOTES = dict.fromkeys(("welcome", "content", "trainers", "means", "support"), 4)
ENOUGH = 5  # opinions, for any to be shown


def build(world: World, sides: list[Any]) -> None:
    """`sides`: a session on each side of the walls."""
    walls = [role for role in HATS if role not in REGION]
    mine, theirs = (_side(hats, session) for hats, (session, _) in zip((world.hats, world.others), sides, strict=True))
    follows = ("valideur", "organisme")
    for name in ("survey", "survey_job"):
        world.put(name, dict.fromkeys(follows, mine[name]), dict.fromkeys(walls, theirs[name]))
    opinions = [_opinion(world.hats, sides[0][0]) for _ in range(ENOUGH)]
    unshown = _opinion(world.others, sides[1][0])
    world.put("opinion", dict.fromkeys(("organisme", *REGION), opinions[0]), dict.fromkeys(walls, unshown))
    world.put("any_opinion", dict.fromkeys(ROLES, opinions[0]), dict.fromkeys(ROLES, unshown))
    to_region = DataRequest.objects.create(stagiaire=mine["survey"].parcours.stagiaire, kind="effacement")
    asked = {"organisme": mine["asked"], "administrateur": to_region}
    world.put("data_request", asked, dict.fromkeys(walls, theirs["asked"]))
    # A personal link is a key: it opens one person's things, whoever bears it, and nobody else's.
    token = links.make(mine["survey"].parcours.stagiaire)
    diary = links.agenda_url(PersonalLink.objects.latest("pk")).rsplit("/", 1)[1].removesuffix(".ics")
    world.put("own_page", {role: {"token": token} for role in ROLES}, {})
    world.put("own_diary", {role: {"signed": diary} for role in ROLES}, {})
    for name, kind in (("own_paper", "document"), ("own_survey", "survey"), ("own_parcours", "parcours")):
        world.put(
            name,
            {role: {"token": token, "pk": mine[kind].pk} for role in ROLES},
            {role: {"token": token, "pk": theirs[kind].pk} for role in ROLES},
        )


def _ended(hats: Any, session: Any) -> Any:
    """Somebody who finished half a year ago, on no post."""
    on = timezone.localdate() - dt.timedelta(days=184)
    return parcours(
        session, positioning=PositioningFactory(session=session, advisor=hats["valideur"]), post=None, funded=False,
        state=ParcoursState.ACHEVE, starts_on=on - dt.timedelta(days=99), ends_on=on, left_on=on,
    )  # fmt: skip


def _opinion(hats: Any, session: Any) -> Opinion:
    return Opinion.objects.create(parcours=_ended(hats, session), state="publie", text="Utile.", **NOTES)


def _side(hats: Any, session: Any) -> dict[str, Any]:
    one, today = _ended(hats, session), timezone.localdate()
    return {
        "parcours": one,
        "survey": Survey.objects.create(parcours=one, term=6, due_on=today, asked_at=timezone.now()),
        "survey_job": Survey.objects.create(
            parcours=one, term=3, due_on=today, asked_at=timezone.now(), answered_at=timezone.now(), channel="lien",
            situation="emploi_autre", contract="cdi", employer_name="Chantiers",
        ),
        "document": ParcoursDocument.objects.create(parcours=one, kind="contrat", pdf=b"%PDF-1.7", sha256="0" * 64),
        "asked": DataRequest.objects.create(
            stagiaire=one.stagiaire, kind="rectification", text="Mon nom", organisme=hats["organisme"].organisation
        ),
    }  # fmt: skip
