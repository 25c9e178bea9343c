"""Withdrawals, acceptances and decisions that cross: no post is covered twice, no place goes without its post."""

import random
from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from core.journal.refusals import Refused
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from sessions.enums import OfferState, RequestState, SessionState
from sessions.models import Coverage, CoverageLoss, Session, SessionRequest
from sessions.queries import cascade
from sessions.workflow import decisions, offers, reexamination
from tests.factories.accounts import hat
from tests.factories.sessions import SessionRequestFactory, published_session, waiting_intention
from tests.sessions.steps import check_promises
from tests.sessions.test_request_concurrency import race


def keeps_its_promises() -> None:
    """What the database must say whatever has happened."""
    held = Coverage.objects.filter(is_live=True, lost_at=None)
    assert not held.order_by().values("post").annotate(n=Count("pk")).filter(n__gt=1).exists()
    for request in SessionRequest.objects.filter(state__in=[RequestState.AUTORISEE, *RequestState.queue()]):
        assert (request.seats or 0) <= request.coverages.filter(is_live=True).count()
    gone = [IntentionState.RETIREE, IntentionState.EXPIREE]
    assert not held.filter(post__intention__state__in=gone).exists()
    assert not held.filter(post__state="retire").exists()


def withdrawal(intention: Intention) -> Callable[[], Intention]:
    return lambda: intentions_workflow.withdraw(intention, hat=intention.filed_by, reason="Le chantier est reporté.")


def only_refusals(results: list[object]) -> list[Refused]:
    """What was refused in words; anything else that failed is a defect."""
    failed = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(one, Refused) for one in failed), results
    return failed


@pytest.mark.django_db(transaction=True)
def test_an_employer_withdraws_while_the_desk_authorises() -> None:
    decider, staying, leaving = hat("region"), waiting_intention(4), waiting_intention(2)
    posts = [*staying.posts.all(), *leaving.posts.all()]
    request = SessionRequestFactory(in_queue=True, posts=posts, seats=6)
    leaving = Intention.objects.get(pk=leaving.pk)

    results = race(lambda: decisions.authorise(request, decider), withdrawal(leaving))

    refused = only_refusals(results)
    state = SessionRequest.objects.get(pk=request.pk).state
    assert state == (RequestState.A_COMPLETER if refused else RequestState.A_REEXAMINER)
    keeps_its_promises()


@pytest.mark.django_db(transaction=True)
def test_two_employers_withdraw_at_once_and_both_are_counted() -> None:
    one, two, staying = waiting_intention(1), waiting_intention(2), waiting_intention(5)
    posts = [post for intention in (one, two, staying) for post in intention.posts.all()]
    with transaction.atomic():
        session = published_session(posts=posts, seats=8)
    one, two = Intention.objects.get(pk=one.pk), Intention.objects.get(pk=two.pk)

    assert not only_refusals(race(withdrawal(one), withdrawal(two)))

    request = SessionRequest.objects.get(pk=session.request_id)
    assert request.state == RequestState.A_REEXAMINER
    assert cascade.to_fill(request) == 3
    assert min(CoverageLoss.objects.values_list("posts_left", flat=True)) == 5
    keeps_its_promises()


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once_while_another_employer_withdraws() -> None:
    leaving, also, staying = waiting_intention(1), waiting_intention(1), waiting_intention(5)
    posts = [post for intention in (leaving, also, staying) for post in intention.posts.all()]
    with transaction.atomic():
        session = published_session(posts=posts, seats=7)
    Session.objects.filter(pk=session.pk).update(starts_on=timezone.localdate())
    withdrawal(Intention.objects.get(pk=leaving.pk))()
    first, second = waiting_intention(1), waiting_intention(1)
    request = SessionRequest.objects.get(pk=session.request_id)
    made = {row.intention_id: row for row in offers.offer(request, [first.pk, second.pk], request.created_by)}

    results = race(
        lambda: offers.accept(made[first.pk], first.filed_by),
        lambda: offers.accept(made[second.pk], second.filed_by),
        withdrawal(Intention.objects.get(pk=also.pk)),
    )

    refused = only_refusals(results)
    # One place, or two when the withdrawal came between the two answers; never more.
    assert cascade.standing(request).count() == 7 - 2 + (2 - len(refused))
    assert cascade.to_fill(request) == len(refused)
    keeps_its_promises()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [7, 44])
def test_whatever_comes_in_whatever_order_the_promises_hold(seed: int) -> None:
    chance, decider = random.Random(seed), hat("region")
    group = [waiting_intention(count) for count in (3, 2, 2)]
    session = published_session(posts=[p for one in group for p in one.posts.all()], seats=7, decider=decider)
    organisme = session.request.created_by

    def someone(*states: str) -> Intention | None:
        rows = list(Intention.objects.filter(state__in=states).order_by("pk"))
        return chance.choice(rows) if rows else None

    def leave() -> None:
        if one := someone(IntentionState.ENGAGEE, IntentionState.COUVERTE):
            withdrawal(one)()

    def offer_fewer() -> None:
        if one := someone(IntentionState.ENGAGEE, IntentionState.COUVERTE):
            intentions_workflow.reduce_posts(one, (one.post_count or 1) - 1, hat=one.filed_by, reason="Moins.")

    def offer() -> None:
        offers.offer(request(), [row.intention.pk for row in cascade.candidates(request())], organisme)

    def accept() -> None:
        rows = list(request().offers.filter(state=OfferState.PROPOSEE).order_by("pk"))
        if rows:
            row = chance.choice(rows)
            offers.accept(row, row.intention.filed_by)

    def start() -> None:
        Session.objects.filter(state=SessionState.PUBLIEE).update(starts_on=timezone.localdate())

    def request() -> SessionRequest:
        return SessionRequest.objects.select_related("lot", "organisme").get(pk=session.request_id)

    acts: list[Callable[[], object]] = [
        leave,
        offer_fewer,
        lambda: waiting_intention(chance.randint(1, 2)),
        offer,
        accept,
        lambda: decisions.authorise(request(), decider),
        lambda: reexamination.keep(request(), decider, cascade.standing(request()).count()),
        start,
    ]
    done: set[int] = set()
    for _step in range(24):
        at = chance.randrange(len(acts))
        try:
            acts[at]()
            done.add(at)
        except Refused:
            pass  # said in words: nothing has changed
        check_promises()
        keeps_its_promises()
    assert len(done) >= 5  # the walk went somewhere
