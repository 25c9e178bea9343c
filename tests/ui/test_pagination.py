"""Pages of 25 that keep the filters, and never count a whole table."""

import pytest
from django.db.models import QuerySet
from django.test import RequestFactory

from core.reference.models import Commune
from core.ui import pagination
from core.ui.pagination import paginate, paginate_by_key
from tests.factories.reference import CommuneFactory

NB = "\u00a0"


def at(query: str = ""):
    return RequestFactory().get(f"/liste/{query}")


@pytest.fixture
def communes(db) -> QuerySet[Commune]:
    """Sixty rows; many share one population, so that an order by it alone would be no order."""
    first = CommuneFactory(code="49000", population=0)
    Commune.objects.bulk_create(
        Commune(
            code=str(49000 + n),
            name=f"Commune {n}",
            search=f"commune {n}",
            departement=first.departement,
            population=n // 7,
            **({"edition": first.edition} if hasattr(first, "edition") else {}),
        )
        for n in range(1, 60)
    )
    return Commune.objects.order_by("-population", "code")


def codes(page) -> list[str]:
    return [commune.code for commune in page.rows]


def test_a_page_has_twenty_five_rows_and_its_neighbours(communes):
    page = paginate(communes, at("?q=soudeur&page=2"))
    everything = [commune.code for commune in communes]
    assert codes(page) == everything[25:50]
    assert (page.first, page.last, page.total, page.capped) == (26, 50, 60, False)
    assert (page.previous_query, page.next_query) == ("?q=soudeur", "?q=soudeur&page=3")
    assert [(link.number, link.current) for link in page.numbers] == [(1, False), (2, True), (3, False)]
    assert page.shown_text == "26 à 50 sur 60"
    assert page.total_text("commune") == f"60{NB}communes"


def test_the_last_page_has_no_next(communes):
    page = paginate(communes, at("?page=3"))
    assert (len(page), page.next_query) == (10, "")


@pytest.mark.parametrize(
    ("asked", "number"),
    [("0", 1), ("-3", 1), ("deux", 1), ("", 1), ("99", 3), ("²", 1), ("9" * 30, 1), ("1.5", 1)],
)
def test_an_unreadable_page_is_the_first_and_one_too_far_the_last(communes, asked, number):
    assert paginate(communes, at(f"?page={asked}")).number == number


def test_nothing_to_show(db):
    page = paginate(Commune.objects.order_by("code"), at())
    assert (bool(page), page.total, page.shown_text, page.numbers) == (False, 0, "", [])


def test_beyond_the_cap_the_count_stops(communes, monkeypatch):
    monkeypatch.setattr(pagination, "COUNT_CAP", 40)
    page = paginate(communes, at())
    assert (page.total, page.capped) == (40, True)
    assert page.shown_text == f"1 à 25 sur plus de{NB}40"
    assert paginate(communes, at("?page=3")).rows


def test_two_queries_whatever_the_number_of_rows(communes, django_assert_num_queries):
    for rows in (communes.filter(code="49000"), communes.filter(code__lte="49002"), communes):
        with django_assert_num_queries(2):
            paginate(rows, at())


def test_the_count_reads_no_more_than_the_cap(communes, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        paginate(communes, at())
    assert "LIMIT 1001" in queries[0]["sql"]


def test_an_unordered_list_is_refused(db):
    with pytest.raises(ValueError, match="Unordered"):
        paginate(Commune.objects.order_by(), at())


def test_keyset_pages_go_through_everything_and_back(communes, django_assert_num_queries):
    everything = [commune.code for commune in communes]
    seen, query = [], "?q=x"
    for _ in range(3):
        with django_assert_num_queries(1):
            page = paginate_by_key(communes, at(query), order=["-population", "code"])
        seen += codes(page)
        query = page.next_query
    assert (seen, query) == (everything, "")
    page = paginate_by_key(communes, at(page.previous_query), order=["-population", "code"])
    assert codes(page) == everything[25:50]
    page = paginate_by_key(communes, at(page.previous_query), order=["-population", "code"])
    assert codes(page) == everything[:25]
    assert page.previous_query == ""
    assert page.next_query.startswith("?q=x&apres=")


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwiYiJd", "bnVsbA", "%C3%A9", "WzEsMiwzXQ"])
def test_a_broken_cursor_gives_the_first_page(communes, cursor):
    page = paginate_by_key(communes, at(f"?apres={cursor}"), order=["-population", "code"])
    assert codes(page) == [commune.code for commune in communes[:25]]
    assert page.previous_query == ""
