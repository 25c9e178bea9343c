"""The set that comes with the portal, loaded once per module; each test works in its own savepoint above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from core.reference import default


@pytest.fixture(scope="module")
def shipped_set(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        default.load()
        yield
        transaction.set_rollback(True)
