"""Two people at once: the database lets one of them through, and the other is told in words."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.journal.refusals import Refused
from sessions.models import Coverage, SessionRequest
from sessions.workflow import requests as workflow
from tests.factories.accounts import hat
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.factories.sessions import SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db(transaction=True)


def race(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment; the results, or the exceptions, in the order of the acts."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(at: int, act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            results[at] = act()
        except Exception as error:  # noqa: BLE001 handed back to the test
            results[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def check_now() -> None:
    """Count places against posts now, as the end of the transaction will."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_organismes_take_the_last_post_and_one_has_it():
    one, other = hat("organisme"), hat("organisme")
    lot = LotFactory(mandataire=one.organisation)
    LotMemberFactory(lot=lot, organisation=other.organisation)
    intention = waiting_intention(posts=1)

    results = race(lambda: workflow.create(one, {intention.pk: 1}), lambda: workflow.create(other, {intention.pk: 1}))

    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == 1, results
    assert "vient de prendre ces postes" in refusals[0].message
    assert Coverage.objects.filter(is_live=True).count() == 1
    assert SessionRequest.objects.count() == 1


def test_a_double_sending_gives_one_number():
    request = SessionRequestFactory(complete=True)
    me = request.organisme.memberships.get()

    results = race(lambda: workflow.send(request, me), lambda: workflow.send(request, me))

    assert len([result for result in results if isinstance(result, Refused)]) == 1, results
    request.refresh_from_db()
    assert request.number.endswith("-0001")


def test_a_post_freed_while_a_place_is_added_cannot_both_pass():
    """Each transaction is right alone: six posts for six places, or five places for five posts."""
    request = SessionRequestFactory(in_queue=True, posts=list(waiting_intention(posts=6).posts.order_by("rank")))
    place_added = threading.Event()

    def add_a_place() -> None:
        with transaction.atomic():
            SessionRequest.objects.filter(pk=request.pk).update(seats=6)
            check_now()
            place_added.set()
            time.sleep(1)  # the other one counts while this is not yet committed

    def free_a_post() -> None:
        with transaction.atomic():
            assert place_added.wait(timeout=10)
            last = Coverage.objects.filter(request=request).latest("id")
            Coverage.objects.filter(pk=last.pk).update(is_live=False, released_at=timezone.now())
            check_now()

    results = race(add_a_place, free_a_post)

    failures = [result for result in results if isinstance(result, IntegrityError)]
    assert len(failures) == 1, results
    assert "request_seats_within_posts" in str(failures[0].__cause__.diag.constraint_name)
    request.refresh_from_db()
    assert request.seats <= request.coverages.filter(is_live=True).count()
