"""Organisations' people, news, files taken over, and the life of the rules."""

from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import Notification
from core.reference.workflow import stage
from core.rulebook.models import Acknowledgement, Proposal
from core.rulebook.workflow.documents import load_edition
from intentions.models import ImportBatch, ImportRow
from orders.models import MarketImport, MarketImportRow
from sessions.models import FeedRelease
from tests.access.world.base import HATS, REGION, ROLES, TENANTS, World
from tests.factories.accounts import InvitationFactory, JoinRequestFactory, MembershipFactory
from tests.factories.reference import EditionFactory
from tests.factories.rulebook import dated, days, proposal


def build(world: World) -> None:
    _organisations(world)
    _records(world)
    _rules(world)


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
