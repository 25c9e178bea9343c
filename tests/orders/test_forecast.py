"""The forecast of a lot: plain arithmetic that one can do again by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.forecast import Terms, forecast, penalty_of

TERMS = Terms(
    mini=Decimal(600),
    maxi=Decimal(1200),
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    price=Decimal("10.00"),
    penalty_share=Decimal("0.10"),
)
STEADY = [Decimal(100)] * 6


def test_at_a_steady_pace_the_end_is_where_the_line_goes() -> None:
    said = forecast(TERMS, STEADY, Decimal(500), date(2026, 7, 1))

    assert said is not None
    assert said.pace == Decimal(100)
    assert said.expected == Decimal("1101.23")  # 183 days are 6.0123 months
    assert said.below_mini == 0
    assert said.penalty == 0


def test_the_day_when_the_maxi_is_reached() -> None:
    fast = forecast(TERMS, [Decimal(200)] * 4, Decimal(800), date(2026, 5, 1))
    slow = forecast(TERMS, [Decimal(50)] * 4, Decimal(200), date(2026, 5, 1))

    assert fast is not None
    assert slow is not None
    assert fast.exhausted_on == date(2026, 6, 30)  # 400 hours left at 200 a month
    assert slow.exhausted_on is None


def test_uneven_months_leave_a_doubt_about_the_mini() -> None:
    uneven = [Decimal(n) for n in (0, 100, 0, 110, 20, 70)]
    said = forecast(TERMS, uneven, Decimal(300), date(2026, 7, 1))

    assert said is not None
    assert 0.3 < said.below_mini < 0.6
    assert said.penalty > 0


def test_the_mini_once_ordered_cannot_be_missed() -> None:
    said = forecast(TERMS, [Decimal(0), Decimal(600), Decimal(0)], Decimal(600), date(2026, 4, 1))
    assert said is not None
    assert (said.below_mini, said.penalty) == (0.0, Decimal("0.00"))


@pytest.mark.parametrize(("months", "today"), [([Decimal(1)] * 2, date(2026, 3, 1)), (STEADY, date(2027, 1, 1))])
def test_nothing_is_foretold_too_early_or_after_the_end(months: list[Decimal], today: date) -> None:
    assert forecast(TERMS, months, Decimal(10), today) is None


def test_a_pace_of_almost_nothing_never_reaches_the_maxi() -> None:
    slow = forecast(
        replace(TERMS, maxi=Decimal(84_000)), [Decimal("0.5"), Decimal(0), Decimal(0)], Decimal("0.5"), date(2026, 4, 1)
    )

    assert slow is not None
    assert slow.exhausted_on is None


def test_the_penalty_of_a_period_that_ended_under_its_mini() -> None:
    assert penalty_of(TERMS, Decimal("599.50")) == Decimal("0.50")
    assert penalty_of(TERMS, Decimal(600)) == 0


hours = st.decimals(min_value=0, max_value=500, places=2)


@given(months=st.lists(hours, min_size=3, max_size=11), used=hours, more=hours)
def test_ordering_more_never_makes_missing_the_mini_likelier(
    months: list[Decimal], used: Decimal, more: Decimal
) -> None:
    before = forecast(TERMS, months, used, date(2026, 9, 1))
    after = forecast(TERMS, months, used + more, date(2026, 9, 1))
    richer = forecast(replace(TERMS, maxi=TERMS.maxi * 2), months, used, date(2026, 9, 1))

    assert before is not None
    assert after is not None
    assert richer is not None
    assert 0 <= after.below_mini <= before.below_mini <= 1
    assert after.penalty <= before.penalty
    assert richer.below_mini <= before.below_mini
