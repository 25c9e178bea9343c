"""Distances between communes, as the crow flies."""

from decimal import Decimal

import pytest

from core.reference.geography import distance_km
from tests.factories.reference import CommuneFactory

pytestmark = pytest.mark.django_db


def test_nantes_to_angers() -> None:
    assert distance_km(CommuneFactory(), CommuneFactory(angers=True)) == Decimal("79.6")


def test_a_commune_is_nowhere_from_itself() -> None:
    assert distance_km(CommuneFactory(), CommuneFactory()) == Decimal("0.0")


def test_an_unknown_centre_gives_no_distance() -> None:
    assert distance_km(CommuneFactory(), CommuneFactory(cholet=True, latitude=None)) is None


def test_a_centre_on_the_meridian_is_known() -> None:
    assert distance_km(CommuneFactory(longitude=Decimal(0)), CommuneFactory(longitude=Decimal(0))) == Decimal("0.0")
