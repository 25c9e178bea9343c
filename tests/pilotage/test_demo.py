"""The year of demonstration: the same for the same seed, whole, and true to the rules."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q
from django.test import Client, override_settings
from django.utils import timezone
from lxml import etree
from stdnum.fr import siret

from core.accounts.models import JoinRequest, Membership, Organisation, User
from core.journal.models import Notification, OutboxMessage, OutboxState
from core.reference import default
from core.rulebook.controls import walk
from core.rulebook.models import Receipt
from core.rules import Verdict
from intentions.enums import IntentionState
from intentions.models import Intention, Post
from invoices.enums import ChorusStatus, TableState
from invoices.models import Invoice, MonthTable
from invoices.workflow.invoices import MAKE_FILE as INVOICE_FILE
from orders import proof
from orders.enums import ComposanteKind, OrderState, StatementState
from orders.models import Avenant, BonDeCommande, Composante, HoursStatement, Lot, LotBalance, LotMember
from orders.proof import disagreements
from orders.workflow import avenants, bons
from pilotage import demo
from pilotage.demo import bulk, catalogue, people
from pilotage.demo.clock import Diary
from sessions.enums import AccessMode, DecisionKind, ExtraHoursState, OfferState, RequestState, SessionState
from sessions.facts import judge_request
from sessions.models import (
    Coverage,
    ExtraHours,
    PlaceOffer,
    PublicationRecord,
    Quarantine,
    Session,
    SessionRequest,
)
from sessions.queries.requests import queue, waiting_for
from sessions.rules import RequestFacts, judge
from stagiaires.enums import ExternalState, ParcoursState
from stagiaires.models import ExternalEvent, Parcours
from stagiaires.queries.parcours import OVER
from stagiaires.workflow import links
from stagiaires.workflow.exchanges import events, papers
from tests.invoices.standard import broken

pytestmark = pytest.mark.django_db
SESSIONS = 12
TO_PEOPLE = (papers.TOPIC, links.SEND)


@pytest.fixture(scope="module")
def lists(django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[None]:
    """The lists that come with the portal, loaded once and forgotten after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        default.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def feed_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flux")


@pytest.fixture(scope="module")
def earlier(lists: None, feed_dir: Path) -> tuple[str, list[str]]:
    """What the small year below says, lived once already and forgotten, and who was there first."""
    with override_settings(DEMO=True, FEED_DIR=feed_dir), transaction.atomic():
        demo.generate(seed=7, sessions=SESSIONS)
        found = demo.fingerprint(), first_people()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def others(lists: None) -> list[str]:
    """The people with whom another year begins."""
    with override_settings(DEMO=True), transaction.atomic():
        today = timezone.localdate()
        people.settle(people.World(random.Random(8), Diary(today, today), catalogue.load()))
        found = first_people()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def year(lists: None, feed_dir: Path) -> Iterator[demo.Summary]:
    """A small year with the demonstration's own accounts; each test only reads it."""
    with override_settings(DEMO=True, FEED_DIR=feed_dir), transaction.atomic():
        summary = demo.generate(seed=7, sessions=SESSIONS)
        yield summary
        transaction.set_rollback(True)


def first_people() -> list[str]:
    return list(User.objects.order_by("pk").values_list("email", flat=True)[:60])


def test_the_same_seed_makes_the_same_year_and_another_seed_another_one(
    earlier: tuple[str, list[str]], others: list[str], year: demo.Summary
) -> None:
    assert (demo.fingerprint(), first_people()) == earlier
    assert first_people() != others


def test_copies_of_the_year_are_as_coherent_as_the_year_itself(year: demo.Summary) -> None:
    wanted = SESSIONS * 2 + 3
    lived = Session.objects.latest("pk").pk
    with transaction.atomic():
        bulk.multiply(wanted)
        assert Session.objects.count() == wanted
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert walk().broken is None
        copies = Session.objects.filter(pk__gt=lived).select_related("request", "decision__receipt")
        for session in copies:
            assert session.decision.receipt.subject_id == session.request_id
            if session.request.state == RequestState.AUTORISEE:
                assert judge_request(session.request).verdict == Verdict.ELIGIBLE
        bought = {
            one.origin_id: one for one in Composante.objects.filter(origin_type="session").select_related("balance")
        }
        for session in copies.filter(pk__in=bought):
            assert bought[session.pk].reference == session.number
            assert bought[session.pk].balance.engage == bought[session.pk].hours_asked
        assert len(bought) >= wanted - SESSIONS
        assert list(disagreements()) == []
        for record in PublicationRecord.objects.filter(session__in=copies).select_related("session"):
            assert record.session.search_vector
            assert record.session.number in record.xml
            assert hashlib.sha256(record.xml.encode()).hexdigest() == record.sha256
        transaction.set_rollback(True)


def test_every_row_of_a_copy_has_its_line_of_history_as_if_its_trigger_had_written_it(year: demo.Summary) -> None:
    with transaction.atomic():
        events = {model: event for model, event in bulk._EVENTS.items() if model in bulk._ROWS}
        assert set(events) >= {Organisation, Intention, Post, SessionRequest, Coverage, Session}
        lived = {model: model._default_manager.latest("pk").pk for model in events}
        bulk.multiply(SESSIONS * 2)
        for model, event in events.items():
            kept = {field.attname for field in event._meta.concrete_fields}
            names = [field.attname for field in model._meta.concrete_fields if field.attname in kept]
            rows = model._default_manager.filter(pk__gt=lived[model]).order_by("pk")
            told = event._default_manager.filter(pgh_obj_id__gt=lived[model], pgh_label="insert").order_by("pgh_obj_id")
            assert rows.exists(), model
            assert list(told.values_list(*names)) == list(rows.values_list(*names))
        transaction.set_rollback(True)


def test_a_copy_with_more_places_than_posts_is_refused(year: demo.Summary) -> None:
    with transaction.atomic():
        one = SessionRequest.objects.filter(state=RequestState.AUTORISEE).exclude(access_mode=AccessMode.SOCLE).first()
        assert one is not None
        SessionRequest.objects.filter(pk=one.pk).update(seats=one.seats + 1)
        with pytest.raises(IntegrityError, match="R11: 0 intentions, 1 requests"):
            bulk.multiply(SESSIONS * 2)
        transaction.set_rollback(True)


def test_a_copy_with_fewer_posts_than_announced_is_refused(year: demo.Summary) -> None:
    with transaction.atomic():
        held = Coverage.objects.filter(is_live=True, request__state=RequestState.AUTORISEE).first()
        assert held is not None
        Intention.objects.filter(posts=held.post_id).update(post_count=F("post_count") + 1)
        with pytest.raises(IntegrityError, match="R11: 1 intentions, 0 requests"):
            bulk.multiply(SESSIONS * 2)
        transaction.set_rollback(True)


def test_a_year_is_never_added_to_a_base_in_use(year: demo.Summary) -> None:
    with pytest.raises(CommandError, match="contient déjà des organisations"):
        call_command("generate_year", sessions=2)


def test_preparing_again_changes_nothing(year: demo.Summary, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        call_command("prepare_demo")
    assert Session.objects.count() == SESSIONS


def test_the_year_holds_every_promise_of_the_database(year: demo.Summary) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_it_has_the_sessions_asked_for_and_requests_in_every_state(year: demo.Summary) -> None:
    assert year.sessions == Session.objects.count() == SESSIONS
    found = set(SessionRequest.objects.values_list("state", flat=True))
    # A request that is sent takes its rank in the same act: none rests between the two.
    assert found == set(RequestState.values) - {RequestState.ENVOYEE}
    states = set(Session.objects.values_list("state", flat=True))
    assert states >= {SessionState.PUBLIEE, SessionState.EN_COURS, SessionState.TERMINEE, SessionState.AUTORISEE}
    assert set(Intention.objects.values_list("state", flat=True)) >= {
        *(IntentionState.BROUILLON, IntentionState.DEPOSEE, IntentionState.QUALIFIEE, IntentionState.ENGAGEE),
        *(IntentionState.COUVERTE, IntentionState.NON_ELIGIBLE, IntentionState.RETIREE, IntentionState.EXPIREE),
    }


def test_every_session_comes_from_an_authorisation_with_its_receipt(year: demo.Summary) -> None:
    for session in Session.objects.select_related("decision__receipt", "request"):
        assert session.decision.kind == DecisionKind.AUTORISATION
        assert session.decision.receipt.verdict == Verdict.ELIGIBLE
        assert session.decision.receipt.subject_id == session.request_id
        assert session.request.decided_at == session.decision.decided_at
    assert Receipt.objects.filter(subject_type="intention", act="depot").count() >= SESSIONS
    assert walk().broken is None


def test_every_receipt_of_a_request_replays_to_its_own_verdict(year: demo.Summary) -> None:
    for receipt in Receipt.objects.filter(subject_type="sessionrequest"):
        facts = RequestFacts.from_dict(receipt.facts)
        assert judge(facts, derogations=receipt.derogations).verdict == receipt.verdict


def test_judged_again_today_every_public_session_is_still_eligible(year: demo.Summary) -> None:
    sessions = Session.objects.filter(state__in=SessionState.public(), request__state=RequestState.AUTORISEE)
    verdicts = Counter(judge_request(session.request).verdict for session in sessions)
    assert set(verdicts) == {Verdict.ELIGIBLE}


def test_there_are_never_more_places_than_posts_outside_the_socle(year: demo.Summary) -> None:
    held = Count("coverages", filter=Q(coverages__is_live=True))
    requests = SessionRequest.objects.filter(state=RequestState.AUTORISEE).annotate(held=held)
    for request in requests.exclude(access_mode=AccessMode.SOCLE):
        assert request.seats <= request.held
    assert {request.held for request in requests.filter(access_mode=AccessMode.SOCLE)} == {0}
    twice = Post.objects.annotate(n=Count("coverages", filter=Q(coverages__is_live=True))).filter(n__gt=1)
    assert not twice.exists()
    assert Coverage.objects.filter(is_live=True).exists()


def test_every_lot_has_one_mandataire_and_subcontractors_their_two_statements(year: demo.Summary) -> None:
    leads = Q(members__role="mandataire", members__is_active=True)
    assert set(Lot.objects.annotate(leads=Count("members", filter=leads)).values_list("leads", flat=True)) == {1}
    subcontractors = LotMember.objects.filter(role="sous_traitant")
    assert subcontractors.exists()
    assert not subcontractors.filter(Q(lack_stated_on=None) | Q(mandataire_agreed_on=None)).exists()


def test_orders_follow_authorisations_and_the_books_agree(year: demo.Summary) -> None:
    states = Counter(BonDeCommande.objects.values_list("state", flat=True))
    assert states[OrderState.EMIS]
    assert states[OrderState.ACCUSE]
    assert HoursStatement.objects.filter(state=StatementState.ACCEPTE).exists()
    assert LotBalance.objects.filter(realise__gt=0).exists()
    assert not list(proof.disagreements())


def test_places_left_are_offered_again_and_hours_more_are_granted(year: demo.Summary) -> None:
    assert sorted(PlaceOffer.objects.values_list("state", flat=True)) == [OfferState.ACCEPTEE, OfferState.PROPOSEE]
    granted = ExtraHours.objects.get()
    assert (granted.state, granted.composante.kind) == (ExtraHoursState.ACCORDEE, ComposanteKind.SUPPLEMENTAIRE)


def test_the_files_of_orders_are_made_at_once_or_by_the_worker(year: demo.Summary) -> None:
    promised = OutboxMessage.objects.filter(state=OutboxState.A_FAIRE)
    issued = BonDeCommande.objects.filter(state__in=OrderState.issued())
    assert promised.filter(topic=bons.MAKE_FILE).count() == issued.count() > 1
    assert promised.filter(topic=INVOICE_FILE).count() == Invoice.objects.count() > 1
    with transaction.atomic():
        assert demo.seal_latest(1) == 1
        sealed = [
            *issued.exclude(sha256=""), *Avenant.objects.exclude(sha256=""), *Invoice.objects.exclude(sha256=""),
        ]  # fmt: skip
        assert [one.sha256 for one in sealed] == [hashlib.sha256(bytes(sealed[0].pdf or b"")).hexdigest()]
        transaction.set_rollback(True)


def test_months_were_invoiced_and_the_last_one_waits_for_somebody(year: demo.Summary) -> None:
    """Numbers of each issuer follow one another; somebody has still to invoice, and to put an invoice right."""
    assert set(MonthTable.objects.values_list("state", flat=True)) >= {TableState.ACCORDE, TableState.FACTURE}
    statuses = set(Invoice.objects.values_list("status", flat=True))
    assert statuses >= {ChorusStatus.MISE_EN_PAIEMENT, ChorusStatus.A_RECYCLER}
    assert not Invoice.objects.exclude(status="").filter(deposit=None).exists(), "what Chorus Pro knows was deposited"
    ranks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for issuer, day, rank in Invoice.objects.order_by("rank").values_list("issuer", "issued_on", "rank"):
        ranks[issuer, day.year].append(rank)
    assert all(found == list(range(1, len(found) + 1)) for found in ranks.values())


def test_the_standard_finds_nothing_wrong_with_any_invoice_of_the_year(year: demo.Summary) -> None:
    contents = list(Invoice.objects.values_list("content", flat=True))
    assert len(contents) > 5
    assert [wrong for content in contents for wrong in broken(content)] == []


def test_every_act_belongs_to_the_past_and_follows_the_one_before(year: demo.Summary) -> None:
    for request in SessionRequest.objects.exclude(sent_at=None):
        assert request.created_at <= request.sent_at <= request.completed_at
        first = Intention.objects.filter(posts__coverages__request=request).exclude(offers__state=OfferState.ACCEPTEE)
        for intention in first.distinct():
            assert intention.filed_at <= request.created_at
    for session in Session.objects.exclude(published_at=None):
        assert session.request.sent_at < session.published_at
        assert session.published_at.date() < dt.date.today()  # noqa: DTZ011


def test_the_feed_holds_what_is_public_and_one_sheet_waits_to_be_put_right(year: demo.Summary, feed_dir: Path) -> None:
    public = Session.objects.filter(state__in=SessionState.public())
    assert Quarantine.objects.count() == 1
    assert PublicationRecord.objects.count() == public.count() > 0
    feed = etree.parse(feed_dir / "lheo.xml")
    assert len(feed.findall(".//{*}formation")) == public.count()


def test_nothing_is_left_to_send_for_what_is_past(year: demo.Summary) -> None:
    waiting = OutboxMessage.objects.filter(state=OutboxState.A_FAIRE).exclude(
        topic__in=(bons.MAKE_FILE, avenants.MAKE_FILE, INVOICE_FILE, *TO_PEOPLE)
    )
    assert not waiting.exists()
    assert not Notification.objects.filter(mailed_at=None).exists()
    assert Notification.objects.filter(read_at=None).exists()


def test_the_people_of_the_visitor_s_groups_are_sent_their_papers_and_their_link(year: demo.Summary) -> None:
    """The worker makes them at the first start: the year itself does not wait for them."""
    own = Parcours.objects.filter(
        organisme__memberships__user__email="organisme@exemple.test", state__in=ParcoursState.active()
    )
    promised = OutboxMessage.objects.filter(state=OutboxState.A_FAIRE)
    assert own.exists()
    for topic, subjects in (
        (papers.TOPIC, own.values_list("pk", flat=True)),
        (links.SEND, own.values_list("stagiaire", flat=True)),
    ):
        ours = promised.filter(topic=topic)
        assert set(ours.values_list("subject_id", flat=True)) == set(subjects)


def test_those_who_left_say_what_they_think_and_agora_hears_of_all_but_the_last(year: demo.Summary) -> None:
    over = Parcours.objects.filter(state__in=OVER)
    week = timezone.localdate() - dt.timedelta(days=20)
    assert not over.filter(left_on__lt=week, opinion=None).exists()
    told = Counter(ExternalEvent.objects.filter(partner="agora").values_list("state", flat=True))
    assert told[ExternalState.ACCEPTE] > told[ExternalState.A_ENVOYER] + told[ExternalState.REJETE]
    for _, written in events.back_fill(dt.date.min):
        assert written == 0
    assert not Session.objects.exclude(pk__in=Parcours.objects.values("session")).filter(seats_taken__gt=0).exists()


def test_employers_and_people_are_invented_and_their_numbers_well_formed(year: demo.Summary) -> None:
    employers = Organisation.objects.filter(kind="employeur")
    assert employers.exists()
    for employer in employers:
        assert siret.is_valid(employer.siret)
        assert employer.siret.startswith("000")  # a SIREN that INSEE gives to nobody
    assert not User.objects.exclude(email__endswith="@exemple.test").exists()


@pytest.mark.parametrize("name", ["employeur", "organisme", "region", "gestionnaire", "valideur", "admin"])
def test_each_account_of_the_demonstration_finds_something_that_waits(year: demo.Summary, name: str) -> None:
    hat = Membership.objects.get(user__email=f"{name}@exemple.test")
    waits = {
        "employeur": lambda: Intention.objects.filter(employer=hat.organisation, state__in=IntentionState.waiting()),
        "organisme": lambda: waiting_for(hat),
        "region": queue,
        "gestionnaire": lambda: BonDeCommande.objects.filter(lot__gestionnaire=hat.user),
        "valideur": lambda: Intention.objects.filter(filed_by=hat),
        "admin": lambda: JoinRequest.objects.filter(organisation=hat.organisation, answered_at=None),
    }[name]()
    assert waits.exists()
    client = Client()
    client.force_login(hat.user)
    assert client.get("/").status_code == 200
