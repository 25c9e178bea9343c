"""The two sides of every wall, built once for all the tests of a module: each test undoes what it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from tests.access import world as worlds
from tests.access.world import World


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    feed = tmp_path_factory.mktemp("flux")
    with django_db_blocker.unblock(), override_settings(FEED_DIR=feed), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)
