"""The two sides of every wall, built once for all the tests of this folder: each request undoes what it does."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from tests.access import world as worlds
from tests.access.planting import plant_all
from tests.access.reading import Reader
from tests.access.world import ROLES, World

Readers = dict[str, Reader]


@pytest.fixture(scope="package")
def built(
    django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Readers]]:
    feed = tmp_path_factory.mktemp("flux")
    with django_db_blocker.unblock(), override_settings(FEED_DIR=feed), transaction.atomic():
        world = worlds.build()
        plant_all(world)
        logging.disable()  # twenty thousand requests that nobody will read about
        yield world, {role: Reader(world, role) for role in ROLES}
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


@pytest.fixture
def world(built: tuple[World, Readers], db: None) -> World:
    return built[0]


@pytest.fixture
def readers(built: tuple[World, Readers], db: None) -> Readers:
    """`readers[role]`: that role before the world, the same for all the tests."""
    return built[1]
