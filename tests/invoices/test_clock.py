"""When an invoice is to be paid, and what lateness costs: figures by hand, then what holds of every life."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from core.rules import default_parameters
from invoices import clock
from invoices.clock import Figures, Life, Pace

DAY = dt.timedelta(days=1)
FIGURES = Figures(30, 30, Decimal(8), Decimal(40), 45, lambda _day: Decimal("2.15"))
LIFE = Life(Decimal("14484.43"), performed_on=dt.date(2026, 10, 31), received_on=dt.date(2026, 11, 5))


def read(today: dt.date, figures: Figures = FIGURES, **changes: object) -> clock.Clock:
    return clock.read(replace(LIFE, **changes), figures, today)


def test_thirty_days_from_the_reception():
    said = read(dt.date(2026, 11, 21))
    assert (said.pace, said.starts_on, said.due_on) == (Pace.RUNNING, dt.date(2026, 11, 5), dt.date(2026, 12, 5))
    assert (said.days_left, said.days_late, said.owed) == (14, 0, 0)
    assert [moment.article for moment in said.moments] == ["R2192-15", "R2192-10"]
    assert read(dt.date(2026, 12, 5)).pace == Pace.RUNNING, "the last day is in time"


def test_the_end_of_the_service_when_it_is_later():
    said = read(dt.date(2026, 10, 25), received_on=dt.date(2026, 10, 20))
    assert (said.starts_on, said.due_on) == (dt.date(2026, 10, 31), dt.date(2026, 11, 30))
    assert "R2192-13" in {moment.article for moment in said.moments}


def test_one_day_late_costs_forty_euros_and_a_day_of_interest():
    said = read(dt.date(2026, 12, 6))
    assert (said.pace, said.days_late, said.rate) == (Pace.LATE, 1, Decimal("10.15"))
    assert (said.interest, said.indemnity) == (Decimal("4.03"), Decimal(40))  # 14 484,43 × 10,15 % / 365
    words = [moment.how.replace("\xa0", " ") for moment in said.moments]
    assert any("14 484,43 € × 10,15 % × 1 / 365 jours" in how and "01/07/2026, 2,15 %" in how for how in words)


def test_the_rate_is_that_of_the_half_year_in_which_lateness_began():
    changing = replace(FIGURES, ecb_rate=lambda day: Decimal(3) if day < dt.date(2027, 1, 1) else Decimal(5))
    assert read(dt.date(2027, 3, 1), changing).rate == Decimal(11), "it began in December"
    assert read(dt.date(2027, 3, 1), changing, received_on=dt.date(2026, 12, 15)).rate == Decimal(13)


def test_a_suspension_opens_a_new_term_when_everything_is_there():
    held = {"suspended_on": dt.date(2026, 11, 20)}
    assert (read(dt.date(2027, 2, 1), **held).pace, read(dt.date(2027, 2, 1), **held).due_on) == (Pace.SUSPENDED, None)
    said = read(dt.date(2026, 12, 20), **held, resumed_on=dt.date(2026, 12, 10))
    assert said.due_on == dt.date(2027, 1, 9)
    assert [moment.article for moment in said.moments] == ["R2192-15", "R2192-27", "R2192-29", "R2192-29"]
    longer = replace(FIGURES, days=60)  # what was left of a longer term is not lost (art. R2192-29)
    assert read(dt.date(2026, 12, 20), longer, **held, resumed_on=dt.date(2026, 12, 10)).due_on == dt.date(2027, 1, 24)


def test_a_suspension_that_comes_after_the_term_stops_nothing():
    said = read(dt.date(2026, 12, 20), suspended_on=dt.date(2026, 12, 6))
    assert (said.due_on, said.days_late) == (dt.date(2026, 12, 5), 15)


def test_paid_late_the_interest_stops_and_is_due_within_forty_five_days():
    said = read(dt.date(2027, 6, 1), paid_on=dt.date(2026, 12, 15))
    assert (said.pace, said.days_late) == (Pace.PAID_LATE, 10)
    assert said.settle_by == dt.date(2027, 1, 29)
    assert said.moments[-1].amount == said.interest + said.indemnity
    assert read(dt.date(2027, 6, 1), paid_on=dt.date(2026, 12, 5)).pace == Pace.PAID


def test_nothing_runs_before_the_reception_nor_on_what_is_void():
    assert read(dt.date(2027, 1, 1), received_on=None).pace == Pace.WAITING
    assert read(dt.date(2027, 1, 1), is_void=True) == clock.Clock(Pace.STOPPED)


def test_the_figures_are_the_dated_parameters():
    said = Figures.read(lambda _day: default_parameters(), dt.date(2026, 11, 21))
    assert (said.days, said.new_days, said.points, said.indemnity, said.settle_days) == (30, 30, 8, 40, 45)
    assert said.ecb_rate(dt.date(2026, 7, 1)) == Decimal("2.40")
    on = {dt.date(2026, 7, 1): {"ecb_rate": Decimal(3)}}
    assert replace(said, ecb_rate=lambda day: on[day]["ecb_rate"]).ecb_rate(dt.date(2026, 7, 1)) == 3


# --- What holds of every life

days = st.integers(0, 700).map(lambda count: dt.date(2026, 1, 1) + count * DAY)
spans = st.integers(0, 120)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    performed, received = draw(days), draw(days)
    suspended = draw(st.none() | spans.map(lambda span: max(performed, received) + span * DAY))
    resumed = suspended + draw(spans) * DAY if suspended and draw(st.booleans()) else None
    total = draw(st.decimals(0, 1_000_000, places=2))
    return Life(total, performed, received, suspended, resumed)


figures = st.builds(
    Figures,
    st.integers(1, 60), st.integers(1, 60), st.decimals(0, 20, places=2), st.decimals(0, 100, places=2),
    st.integers(1, 90), st.decimals(0, 10, places=2).map(lambda rate: lambda _day: rate),
)  # fmt: skip


@given(lives(), figures, spans)
def test_a_later_reception_or_a_suspension_never_bring_the_end_nearer(life, said, span):
    plain = clock.due(replace(life, suspended_on=None, resumed_on=None), said)
    assert plain == max(life.received_on, life.performed_on) + said.days * DAY
    end = clock.due(life, said)
    if life.resumed_on is not None and life.suspended_on <= plain:
        assert end - life.resumed_on >= said.new_days * DAY
        assert end - life.resumed_on >= plain - life.suspended_on, "what was left is not lost"
        moved = clock.due(replace(life, resumed_on=life.resumed_on + DAY), said)
        assert moved == end + DAY
    elif end is not None:
        assert end == plain
    later = replace(life, received_on=life.received_on + span * DAY, suspended_on=None, resumed_on=None)
    assert clock.due(later, said) >= plain


@given(lives(), figures, spans, spans)
def test_lateness_costs_the_indemnity_once_and_interest_each_day(life, said, first, more):
    end = clock.due(life, said)
    assume(end is not None)
    before, after = (clock.read(life, said, end + span * DAY) for span in (first, first + more))
    assert before.is_late == (first > 0)
    assert before.days_late == first
    assert before.indemnity == (said.indemnity if first else 0), "the same whatever the delay"
    assert 0 <= before.interest <= after.interest
    exact = life.total * before.rate * first / (100 * clock.YEAR)
    assert abs(before.interest - exact) <= Decimal("0.005")
    for one in (before, after):
        assert all(moment.article and moment.how.endswith(".") for moment in one.moments)
        assert [moment.day for moment in one.moments] == sorted(moment.day for moment in one.moments)


@given(lives(), figures, spans)
def test_what_is_paid_does_not_grow_any_more(life, said, span):
    end = clock.due(life, said)
    assume(end is not None)
    paid = replace(life, paid_on=end + span * DAY)
    at_once, much_later = (clock.read(paid, said, paid.paid_on + wait * DAY) for wait in (0, 400))
    assert at_once == much_later
    assert at_once.pace == (Pace.PAID_LATE if span else Pace.PAID)
