"""Two tenants of every kind, the Région, and one object of each sort on both sides of every wall.

Side A signs in and looks; side B owns what must stay unseen. `World.mine` and `World.theirs` name, for a
sort of object and a role, the one that the role may reach and one that it must not.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.accounts.hats import SESSION_KEY
from core.accounts.models import Membership
from core.journal.models import Notification
from core.reference.workflow import stage
from core.rulebook.letters import code_of
from core.rulebook.models import Acknowledgement, Letter, Proposal
from core.rulebook.workflow.documents import load_edition
from intentions import workflow as intentions_workflow
from intentions.links import token_for
from intentions.models import ImportBatch, ImportRow, Intention, IntentionDerogation
from orders.enums import OperationKind
from orders.models import HoursStatement, LotPlace, MarketImport, MarketImportRow, Renewal
from orders.queries import composantes_of
from orders.workflow import avenants, bons
from orders.workflow.prices import ask_price
from sessions.models import ExtraHours, FeedRelease, PlaceOffer, Session, SessionRequest
from sessions.workflow import requests as request_workflow
from sessions.workflow.composantes import engage_hours
from stagiaires.models import Hire, ParcoursDocument
from tests.access import attendance
from tests.factories.accounts import InvitationFactory, JoinRequestFactory, MembershipFactory, UserFactory, hat
from tests.factories.commandes import engaged, ordered
from tests.factories.intentions import IntentionFactory, filed
from tests.factories.invoices import invoiced_month
from tests.factories.orders import LotFactory, LotMemberFactory, LotPlaceFactory, MarcheFactory
from tests.factories.reference import EditionFactory
from tests.factories.rulebook import dated, days, proposal
from tests.factories.sessions import (
    RequestDerogationFactory,
    SessionRequestFactory,
    located_organisme,
    published_session,
    waiting_intention,
)
from tests.factories.stagiaires import MeetingFactory, PositioningFactory, parcours, under_way

ABSENT = 987_654_321
REGION = ("gestionnaire", "decideur", "finances", "administrateur")
FILERS = ("employeur", "membre", "organisme", "valideur", "relais", *REGION)
HATS = (*FILERS, "cariforef")
ROLES = ("anonyme", "sans_casquette", *HATS)
TENANTS = ("employeur", "organisme", "valideur", "relais", "cariforef")


@dataclass
class World:
    """Who looks (`hats`, by role) and what there is to see."""

    hats: dict[str, Membership] = field(default_factory=dict)
    others: dict[str, Membership] = field(default_factory=dict)
    mine: dict[str, dict[str, Any]] = field(default_factory=dict)
    theirs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A client signed in as this role, or a visitor."""
        client = Client()
        if role == "sans_casquette":
            client.force_login(UserFactory())
        elif role != "anonyme":
            client.force_login(self.hats[role].user)
            session = client.session
            session[SESSION_KEY] = self.hats[role].pk
            session.save()
        return client

    def put(self, sort: str, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Both are by role; a role that is not named has nothing of its own, or no wall before it."""
        self.mine[sort], self.theirs[sort] = mine, theirs


@transaction.atomic
def build() -> World:
    """Make the whole world; about a second."""
    world = World()
    _people(world)
    _intentions(world)
    _market(world)
    _requests(world)
    _left_by_an_employer(world)
    _organisations(world)
    _records(world)
    _rules(world)
    _candidacies(world)
    return world


def _people(world: World) -> None:
    for kind in TENANTS:
        place = {"organisation": located_organisme()} if kind == "organisme" else {}
        world.hats[kind] = hat(kind, **place)
        place = {"organisation": located_organisme()} if kind == "organisme" else {}
        world.others[kind] = hat(kind, **place)
    world.hats["membre"] = hat("employeur", "membre", organisation=world.hats["employeur"].organisation)
    region = hat("region", "decideur")
    world.hats["decideur"] = region
    for role in ("gestionnaire", "finances", "administrateur"):
        world.hats[role] = hat("region", role, organisation=region.organisation)


def _authors(world: World) -> dict[str, Membership]:
    """Which hat files the objects that a role may reach; a plain member shares his administrator's."""
    authors = {role: world.hats[role] for role in ("employeur", "organisme", "valideur", "relais")}
    return authors | {"membre": world.hats["employeur"]} | dict.fromkeys(REGION, world.hats["gestionnaire"])


def _intentions(world: World) -> None:
    other_employer = world.others["employeur"]
    authors = _authors(world)
    made: dict[tuple[int, str], Intention] = {}

    def by(author: Membership, sort: str, **answers: Any) -> Intention:
        key = (author.pk, sort)
        if key not in made:
            # Someone who files for another names an employer that is none of the two tenants.
            given = {"filed_by": author, **answers}
            if author.kind != "employeur":
                given["employer"] = hat("employeur").organisation
            if sort == "draft":
                later = timezone.localdate() + dt.timedelta(days=200)  # or it would be a twin of the one filed
                made[key] = IntentionFactory(
                    training_start_wished=later, hire_on=later + dt.timedelta(days=90), **given
                )
            else:
                made[key] = filed(**given)
                made[key].statement_file.save("ecrit.pdf", ContentFile(b"%PDF-1.4"), save=False)
                made[key].statement_name = "ecrit.pdf"
                made[key].save()
                IntentionDerogation.objects.create(intention=made[key], rule="R32", asked_reason="Horaires scolaires")
        return made[key]

    unseen = by(other_employer, "filed")
    unseen_draft = IntentionFactory(filed_by=other_employer)
    world.put(
        "intention",
        {role: by(author, "filed") for role, author in authors.items()},
        {role: unseen for role in HATS if role not in ("organisme", *REGION)}
        | {"organisme": _engaged_elsewhere(world)}
        | dict.fromkeys(REGION, unseen_draft),
    )
    world.put(
        "draft",
        {role: by(author, "draft") for role, author in authors.items()},
        dict.fromkeys(HATS, unseen_draft),
    )
    # A personal link asks nothing of its bearer's hat: four bearers stand for all.
    bearers = ("anonyme", "sans_casquette", "employeur", "decideur")
    world.put("link", dict.fromkeys(bearers, token_for(unseen)), {})


def _engaged_elsewhere(world: World) -> Intention:
    """An intention bound to another organisme: no longer for those who look for compatible ones."""
    intention = filed(hat("employeur"), training_title="Chaudronnerie")
    intention.engaged_organisme = world.others["organisme"].organisation
    intention.engager()
    intention.save()
    return intention


def _market(world: World) -> None:
    mine, theirs = world.hats["organisme"].organisation, world.others["organisme"].organisation
    lot, other = LotFactory(mandataire=mine), LotFactory(mandataire=theirs)
    seen = {"organisme": lot, **dict.fromkeys(REGION, lot)}
    unseen = {role: other for role in HATS if role not in REGION}
    world.put("lot", seen, unseen)
    subcontractor = LotMemberFactory(lot=lot, sous_traitant=True)
    stranger = LotMemberFactory(lot=other, sous_traitant=True)
    world.put("member", _pairs(seen, lot, subcontractor), _pairs(unseen, other, stranger, "member"))
    places: list[LotPlace] = [LotPlaceFactory(lot=one, organisme=org) for one, org in ((lot, mine), (other, theirs))]
    world.put("place", _pairs(seen, lot, places[0], "place"), _pairs(unseen, other, places[1], "place"))
    world.put("marche", dict.fromkeys(REGION, lot.marche), {})
    world.put("period", _pairs(dict.fromkeys(REGION), lot, lot.periods.get(), "period"), {})
    renewed = MarcheFactory(number="2019-R", starts_on=dt.date(2019, 1, 1), ends_on=dt.date(2021, 12, 31))
    Renewal.objects.create(
        marche=renewed,
        rank=1,
        starts_on=dt.date(2021, 1, 1),
        ends_on=renewed.ends_on,
        decided_on=dt.date(2020, 9, 1),
    )
    again = {"pk": renewed.pk, "rank": 1}
    world.put("renewal", dict.fromkeys(REGION, again), {})
    keeper = world.hats["gestionnaire"]
    orders = [ordered(one, keeper, {"organisme": org}) for one, org in ((lot, mine), (other, theirs))]
    world.put("order", dict.fromkeys(seen, orders[0]), dict.fromkeys(unseen, orders[1]))
    bought = [order.composantes.get() for order in orders]
    world.put("composante", dict.fromkeys(seen, bought[0]), dict.fromkeys(unseen, bought[1]))
    _orders(world, lot, other, seen, unseen)
    _invoices(world, lot, other, seen, unseen)


def _orders(world: World, lot: Any, other: Any, seen: dict[str, Any], unseen: dict[str, Any]) -> None:
    """A draft order, an order with an avenant in preparation, one with an avenant sent, and a month stated."""
    keeper = world.hats["gestionnaire"]
    draft = bons.prepare(lot, [engaged(lot, keeper)], keeper)
    world.put("order_draft", dict.fromkeys(REGION, draft), dict.fromkeys(seen.keys() - set(REGION), draft))
    amended = ordered(lot, keeper)
    opened = avenants.open_avenant(amended, keeper)
    one = amended.composantes.get()
    operation = avenants.add_operation(opened, OperationKind.AUGMENTER, one, keeper, hours=Decimal(1))
    world.put("amended", dict.fromkeys(REGION, amended), {})
    world.put("operation", {role: {"pk": amended.pk, "operation": operation.pk} for role in REGION}, {})
    sent = []
    for each in (lot, other):
        order = ordered(each, keeper)
        made = avenants.open_avenant(order, keeper)
        avenants.add_operation(made, OperationKind.DIMINUER, order.composantes.get(), keeper, hours=Decimal(1))
        avenants.issue(made, keeper, "Essai")
        sent.append({"pk": order.pk, "rank": 1})
    world.put("avenant", dict.fromkeys(seen, sent[0]), dict.fromkeys(unseen, sent[1]))
    asked = ask_price(lot, Decimal("9.90"), days(30), "L’énergie a augmenté", world.hats["organisme"])
    world.put("price_request", {"decideur": {"pk": lot.pk, "demande": asked.pk}}, {})
    statement = HoursStatement.objects.create(
        composante=one, month=one.starts_on.replace(day=1), hours=Decimal(1), stated_by=world.hats["organisme"]
    )
    world.put("statement", dict.fromkeys(REGION, statement), {})


def _invoices(world: World, lot: Any, other: Any, seen: dict[str, Any], unseen: dict[str, Any]) -> None:
    """A month that is invoiced and a month that is still to be agreed, on both sides."""
    made = [invoiced_month(each, world.hats["gestionnaire"], hat) for each, hat in (
        (lot, world.hats["organisme"]), (other, world.others["organisme"])
    )]  # fmt: skip
    for name, rank in (("invoice", 0), ("month_table", 1), ("month_line", 2)):
        world.put(name, dict.fromkeys(seen, made[0][rank]), dict.fromkeys(unseen, made[1][rank]))


def _pairs(roles: dict[str, Any], lot: Any, second: Any, name: str = "member") -> dict[str, Any]:
    return {role: {"pk": lot.pk, name: second.pk} for role in roles}


def _requests(world: World) -> None:
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


def _organisations(world: World) -> None:
    administered = {role: world.hats[role] for role in (*TENANTS, "membre")}
    region_administrator = {"administrateur": world.hats["employeur"]}
    mine = {role: one.organisation for role, one in administered.items()}
    other = world.others["employeur"].organisation
    walls = {role: other for role in HATS if role != "administrateur"}
    world.put("organisation", mine | {"administrateur": other}, walls)
    world.put("any_organisation", dict.fromkeys(REGION, other), {})
    sorts = {
        "membership": lambda org: MembershipFactory(organisation=org),
        "former": lambda org: MembershipFactory(organisation=org, former=True),
        "invitation": lambda org: InvitationFactory(organisation=org),
        "join": lambda org: JoinRequestFactory(organisation=org),
    }
    for sort, make in sorts.items():
        own = {role: make(one.organisation) for role, one in (administered | region_administrator).items()}
        world.put(sort, own, dict.fromkeys(walls, make(other)))
    offered = InvitationFactory(organisation=other)
    world.put("invitation_token", dict.fromkeys(ROLES, offered.token), {})


def _records(world: World) -> None:
    def news(one: Membership) -> Notification:
        return Notification.objects.create(
            user=one.user, hat=one, kind="essai", subject_type="intention", subject_id=1, text="Une nouvelle",
            url="/", dedupe_key=uuid4().hex,
        )  # fmt: skip

    world.put(
        "notification",
        {role: news(one) for role, one in world.hats.items()},
        dict.fromkeys(HATS, news(world.others["employeur"])),
    )

    def batch(one: Membership, state: str) -> ImportBatch:
        made = ImportBatch(hat=one, file_name="besoins.xlsx", headers=["Employeur"], row_count=1, state=state)
        made.file.save("x.bin", ContentFile(b"x"), save=False)
        made.save()
        ImportRow.objects.create(batch=made, line=2, values=["Entreprise"])
        return made

    importers = {role: world.hats[role] for role in ("organisme", "valideur", "relais", "gestionnaire", "decideur")}
    for sort, state in (("batch", ImportBatch.State.A_ASSOCIER), ("batch_done", ImportBatch.State.TERMINE)):
        unseen = batch(world.others["organisme"], state)
        world.put(sort, {role: batch(one, state) for role, one in importers.items()}, dict.fromkeys(HATS, unseen))
    market = MarketImport.objects.create(
        hat=world.hats["gestionnaire"],
        file_name="marches.xlsx",
        headers=["Type", "Marché"],
        row_count=1,
        state=MarketImport.State.A_CONFIRMER,
    )
    MarketImportRow.objects.create(batch=market, line=2, values=["lot", "2027-M"], kind="lot", state="refusee")
    world.put("market_batch", dict.fromkeys(("gestionnaire", "administrateur"), market), {})
    administrator = ("administrateur",)
    world.put("edition", dict.fromkeys(administrator, EditionFactory()), {})
    loaded = load_edition("F2", "d’essai", None, "\n".join(f"Réponse {n}" for n in range(9)))
    world.put("document_edition", dict.fromkeys(administrator, loaded), {})
    staged = stage(
        "metiers", b"code,libelle\nH2913,Soudeur\n", file_name="rome.csv", label="Essai", published_on=None, full=False
    )
    world.put("staged", dict.fromkeys(administrator, staged), {})
    release = FeedRelease.objects.create(refused_reason="Trop de sessions disparaîtraient.")
    world.put("release", dict.fromkeys(administrator, release), {})


def _rules(world: World) -> None:
    """A value to come, a change tried, and two that were adopted: one told on each side of the wall."""
    keeper, administrator = world.hats["administrateur"], ("administrateur",)
    value = dated("twin_days", "90", 30)
    world.put("coming_value", {"administrateur": {"key": "twin_days", "pk": value.pk}}, {})
    world.put("proposal", dict.fromkeys(administrator, proposal(keeper, calculated=False)), {})
    sides = (
        ("months_min", [world.hats[role].organisation for role in ("employeur", "organisme")]),
        ("stagiaires_min", [world.others["employeur"].organisation]),
    )
    news = []
    for name, organisations in sides:
        made = Proposal.objects.create(
            state="adoptee",
            name=name,
            value="4",
            why="Essai",
            author=keeper,
            starts_on=days(40),
            closed_at=timezone.now(),
            closed_by=keeper,
            closing_reason="Délibération",
            parameter=dated(name, "4", 40),
        )
        made.acknowledgements.bulk_create([Acknowledgement(proposal=made, organisation=one) for one in organisations])
        news.append(made)
    world.put("rule_news", dict.fromkeys(("employeur", "membre", "organisme"), news[0]), dict.fromkeys(HATS, news[1]))


def _candidacies(world: World) -> None:
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
    for rank, name in enumerate(("parcours", "paper", "hire")):
        world.put(name, dict.fromkeys(seen, mine[rank]), dict.fromkeys(walls, theirs[rank]))
    attendance.build(world, (mine[0], theirs[0]), REGION, ROLES)
    bound = [one[0].post.intention for one in made]
    reads = [role for role in seen if role != "valideur"]
    employers = [one.employer for one in bound]
    world.put("bound_employer", dict.fromkeys(reads, employers[0]), dict.fromkeys(walls, employers[1]))
    employer = ("employeur", "membre")
    world.put("bound_intention", dict.fromkeys(employer, bound[0]), dict.fromkeys(walls, bound[1]))
