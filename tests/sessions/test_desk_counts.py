"""What the Région's home page and queue count does not grow with the queue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.ui import pagination
from sessions.models import SessionRequest
from sessions.queries import desk
from sessions.queries.requests import queue, rank_of
from tests.factories.accounts import hat
from tests.factories.sessions import SessionRequestFactory

pytestmark = pytest.mark.django_db


def plan_of(act) -> str:
    """How the database does the one query of `act`."""
    with CaptureQueriesContext(connection) as asked:
        act()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of a test is too small for an index
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    "act",
    [
        desk.waiting_count,
        desk.late_count,
        lambda: queue()[:1].values_list("pk").get(),
        lambda: desk.ranks_of(SessionRequest.objects.order_by("pk")),
    ],
    ids=["how many wait", "how many are late", "the first", "places"],
)
def test_the_queue_is_read_from_its_own_index_alone(act) -> None:
    SessionRequestFactory(in_queue=True)
    plan = plan_of(act)
    assert "Index Only Scan using request_in_queue" in plan
    assert "Sort" not in plan


def test_past_the_cap_nothing_more_is_counted(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(pagination, "COUNT_CAP", 2)
    for _ in range(4):
        SessionRequestFactory(in_queue=True)

    assert (desk.waiting_count().number, desk.waiting_count().capped) == (2, True)
    assert "LIMIT 3" in last_query(desk.waiting_count)
    client.force_login(hat("region").user)
    assert "plus de 2" in client.get(reverse("region_file")).content.decode()
    assert "plus de 2\u00a0demandes attendent une décision" in client.get("/").content.decode()


def last_query(act) -> str:
    with CaptureQueriesContext(connection) as asked:
        act()
    return asked.captured_queries[-1]["sql"]


def test_a_place_is_that_of_the_whole_queue_and_the_queue_is_read_no_further() -> None:
    now = timezone.now()
    ordered = [SessionRequestFactory(in_queue=True, sent_at=now - timedelta(days=9 - n)) for n in range(4)]
    draft = SessionRequestFactory(complete=True)

    assert desk.ranks_of([ordered[2], draft, ordered[0]]) == {ordered[0].pk: 1, ordered[2].pk: 3}
    assert rank_of(ordered[2]) == 3
    assert desk.ranks_of([draft]) == {}


def test_late_is_by_the_day_and_not_by_the_hour() -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    limit = midnight - timedelta(days=(timezone.localdate() - desk.late_before()).days)
    SessionRequestFactory(in_queue=True, sent_at=limit)
    assert desk.late_count().number == 0
    SessionRequestFactory(in_queue=True, sent_at=limit - timedelta(seconds=1))
    assert desk.late_count().number == 1
