"""A lot of 2 000 hours, who keeps it at the Région, and its mandataire."""

import pytest

from orders.queries import mandataire_of
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import ordered
from tests.factories.orders import LotFactory
from tests.orders.screens import signed


@pytest.fixture
def keeper():
    return hat_of("region", "gestionnaire")


@pytest.fixture
def lot():
    return LotFactory(period=("0", "2000"))


@pytest.fixture
def mandataire(lot):
    return hat_of("organisme", organisation=mandataire_of(lot))


@pytest.fixture
def region(keeper):
    return signed(keeper)


@pytest.fixture
def order(lot, keeper):
    return ordered(lot, keeper, {"title": "A"}, {"title": "B"})
