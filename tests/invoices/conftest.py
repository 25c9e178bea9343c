"""The day on which the tests of this room live: numbers and terms say its year."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

TODAY = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def on_that_day() -> Iterator[None]:
    with time_machine.travel(TODAY):
        yield
