"""Session requests, their pieces, and what a withdrawing employer leaves."""

from decimal import Decimal

from django.core.files.base import ContentFile

from core.accounts.models import Membership
from core.rulebook.letters import code_of
from core.rulebook.models import Letter
from intentions import workflow as intentions_workflow
from intentions.links import token_for
from intentions.models import Intention, IntentionDerogation
from orders.queries import composantes_of
from sessions.models import ExtraHours, PlaceOffer, Session, SessionRequest
from sessions.workflow import requests as request_workflow
from sessions.workflow.composantes import engage_hours
from tests.access.world.base import HATS, REGION, ROLES, World
from tests.factories.rulebook import days
from tests.factories.sessions import (
    RequestDerogationFactory,
    SessionRequestFactory,
    published_session,
    waiting_intention,
)


def build(world: World) -> None:
    _sent_and_drafts(world)
    _left_by_an_employer(world)


def _sent_and_drafts(world: World) -> None:
    mine, theirs = world.hats["organisme"], world.others["organisme"]

    def draft(by: Membership) -> SessionRequest:
        return SessionRequestFactory(complete=True, organisme=by.organisation, created_by=by)

    own_draft, other_draft = draft(mine), draft(theirs)
    own_sent = SessionRequestFactory(in_queue=True, organisme=mine.organisation, created_by=mine)
    other_sent = SessionRequestFactory(in_queue=True, organisme=theirs.organisation, created_by=theirs)
    walls = {role: other_sent for role in HATS if role not in REGION} | dict.fromkeys(REGION, other_draft)
    world.put("request", {"organisme": own_sent, **dict.fromkeys(REGION, own_sent)}, walls)
    world.put("request_draft", {"organisme": own_draft}, dict.fromkeys(HATS, other_draft))
    for name, asked, author in (("mine", own_sent, mine), ("theirs", other_sent, theirs)):
        message = request_workflow.post_message(asked, author, "Voici le plan.", ContentFile(b"%PDF-1.4", "plan.pdf"))
        getattr(world, name)["piece"] = {
            role: {"pk": asked.pk, "message": message.pk}
            for role in (("organisme", *REGION) if name == "mine" else [r for r in HATS if r not in REGION])
        }
        derogation = RequestDerogationFactory(request=asked)
        attached = asked.coverages.first().post.intention
        inner = IntentionDerogation.objects.create(intention=attached, rule="R31", asked_reason="Saison")
        for sort, row in (("derogation", derogation), ("inner_derogation", inner)):
            getattr(world, name)[sort] = (
                {role: {"pk": asked.pk, "derogation": row.pk} for role in REGION} if name == "mine" else {}
            )
    session = published_session(organisme=mine.organisation)
    world.put("authorised", dict.fromkeys(REGION, session.request), {})
    world.put("session", dict.fromkeys(ROLES, session.number), {})
    receipt = session.request.decisions.get().receipt
    Letter.objects.create(receipt=receipt, title="Lettre d’essai", content={}, pdf=b"%PDF-1.7", sha256="0" * 64)
    letter = {"pk": session.request.pk, "receipt": receipt.pk}
    world.put(
        "letter",
        dict.fromkeys(("organisme", *REGION), letter),
        {role: {"pk": other_sent.pk, "receipt": receipt.pk} for role in HATS if role not in REGION},
    )
    world.put("receipt_code", dict.fromkeys(ROLES, code_of(receipt)), {})
    world.put("public_organisme", dict.fromkeys(ROLES, mine.organisation), {})


def _left_by_an_employer(world: World) -> None:
    """A session frozen after a withdrawal, one under way; places offered to an employer on each side of the wall."""
    mine, decider = world.hats["organisme"], world.hats["decideur"]
    leaving = waiting_intention(1)
    frozen = published_session(
        organisme=mine.organisation, posts=[*waiting_intention(5).posts.all(), *leaving.posts.all()], seats=6
    )
    intentions_workflow.withdraw(Intention.objects.get(pk=leaving.pk), hat=leaving.filed_by, reason="Essai")
    world.put("frozen", {"decideur": frozen.request}, {})
    going_on = published_session(organisme=mine.organisation)
    engage_hours(going_on, hat=decider)
    Session.objects.filter(pk=going_on.pk).update(starts_on=days(-9))
    request = going_on.request
    other = SessionRequestFactory(in_queue=True, organisme=world.others["organisme"].organisation)
    seen = ("organisme", *REGION)
    world.put("left", dict.fromkeys(seen, request), {role: other for role in HATS if role not in REGION})
    said = {"offered_by": decider, "answer_by": days(5), "posts": 1}
    intentions = {
        "mine": next(iter(world.mine["intention"].values())),
        "theirs": next(iter(world.theirs["intention"].values())),
    }
    offers = {
        side: PlaceOffer.objects.create(request=frozen.request, intention=one, **said)
        for side, one in intentions.items()
    }
    employers = ("employeur", "membre")
    world.put("offer", dict.fromkeys(employers, offers["mine"]), dict.fromkeys(HATS, offers["theirs"]))
    link = {"token": token_for(intentions["mine"]), "pk": offers["mine"].pk}
    world.put("offer_link", dict.fromkeys(ROLES, link), {})
    taken = {"pk": frozen.request.pk, "offer": offers["mine"].pk}
    world.put("left_offer", dict.fromkeys(seen, taken), {})
    (one,) = composantes_of(going_on)
    asked = ExtraHours.objects.create(
        session=Session.objects.get(pk=going_on.pk),
        intention=request.coverages.first().post.intention,
        completes=one,
        places=1,
        hours_each=Decimal(70),
        price=one.price,
        reason="Le titre complet",
        asked_by=mine,
    )
    world.put("extra_hours", {"decideur": asked}, {})
