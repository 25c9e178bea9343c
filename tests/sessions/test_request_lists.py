"""The organisation's lists: what they cost, how they are narrowed, how they leave as a file."""

import pytest
from django.urls import reverse

from intentions.workflow import consult
from tests.factories.orders import LotFactory
from tests.factories.sessions import SessionRequestFactory, waiting_intention

pytestmark = pytest.mark.django_db


REQUEST_LIST_QUERIES = 7
WAITING_LIST_QUERIES = 16


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_requests_costs_the_same_whatever_their_number(client, me, django_assert_num_queries, count):
    lot = LotFactory(mandataire=me.organisation)
    for _ in range(count):
        SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me, lot=lot)
    client.get(reverse("demande_liste"))
    with django_assert_num_queries(REQUEST_LIST_QUERIES):
        page = client.get(reverse("demande_liste"))
    assert len(page.context["page"].rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_intentions_that_wait_cost_the_same_whatever_their_number(client, me, django_assert_num_queries, count):
    LotFactory(mandataire=me.organisation)
    for _ in range(count):
        waiting_intention(posts=2)
    client.get(reverse("demande_intentions"))
    with django_assert_num_queries(WAITING_LIST_QUERIES):
        page = client.get(reverse("demande_intentions"))
    assert len(page.context["page"].rows) == count


def test_the_organisme_s_own_intentions_come_first(client, me):
    LotFactory(mandataire=me.organisation)
    waiting_intention(posts=1)
    brought = waiting_intention(posts=1)
    consult(brought, me.organisation, hat=None)
    rows = client.get(reverse("demande_intentions")).context["page"].rows
    assert rows[0] == brought


def test_filters_narrow_both_lists_and_an_empty_one_says_what_to_do(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    found = client.get(reverse("demande_liste"), {"q": asked.number, "etat": "complete"})
    assert found.context["page"].rows == [asked]
    assert "Aucune demande ne correspond" in client.get(reverse("demande_liste"), {"q": "zzz"}).content.decode()
    waiting = waiting_intention(posts=1, job_title="Chaudronnier")
    page = client.get(reverse("demande_intentions"), {"q": "chaudro"})
    assert page.context["page"].rows == [waiting]
    assert "Aucune intention ne correspond" in client.get(reverse("demande_intentions"), {"q": "zz"}).content.decode()


def test_the_list_leaves_as_a_file_with_french_figures(client, me):
    asked = SessionRequestFactory(in_queue=True, organisme=me.organisation, created_by=me)
    answer = client.get(reverse("demande_export", args=["csv"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert asked.number in text
    assert ";665,00;" in text
    sheet = client.get(reverse("demande_export", args=["xlsx"]))
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert client.get(reverse("demande_export", args=["pdf"])).status_code == 404
