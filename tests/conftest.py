"""The test run is also a linter: whatever a careful reader would refuse stops the test that does it."""

import gc
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.query import ModelIterable, QuerySet
from django.template import Engine
from django.template import base as template_base
from django.test import TransactionTestCase
from xdist.scheduler import LoadScopeScheduling

from tests.chromium import browser  # noqa: F401 one browser for all the rooms

# Live-server tests read the database from the browser's requests while Playwright's loop runs.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


class ByModule(LoadScopeScheduling):
    """A module goes to one process, and so does the whole of `access`: what their tests share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        path = Path(nodeid.split("::", 1)[0])
        return str(path.parent if path.parent.name == "access" else path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByModule(config, log)


def pytest_collection_finish() -> None:
    """What was loaded stays until the end: to look through it for garbage again and again costs a tenth of the run."""
    gc.set_threshold(50_000, 20, 100)


# A machine that does something else at the same time is slow, and is no fault of the code.
hypothesis.settings.register_profile("portail", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portail")

# What the migrations leave in an empty database, and nothing writes afterwards.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def _empty_what_was_written(case: TransactionTestCase) -> None:
    """Delete the rows of the tables that hold some, whatever guards them.

    To truncate two hundred tables, and to write again what the migrations leave, costs more than most of the tests
    that commit. Only a superuser may go past the guards of the tables; for another user all is truncated.
    """
    quote = connection.ops.quote_name
    tables = set(connection.introspection.table_names()) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM {quote(table)} LIMIT 1)" for table in tables))  # noqa: S608
        orders = [f"DELETE FROM {quote(table)}" for (table,) in cursor.fetchall()]  # noqa: S608
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            flush(case)
        elif orders:
            with transaction.atomic():
                cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *orders]))


flush = TransactionTestCase._fixture_teardown


@pytest.fixture(scope="session", autouse=True)
def tests_that_commit_are_undone_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_what_was_written)
        yield


@pytest.fixture(autouse=True)
def undefined_template_variables_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that a template of ours names and nobody gives is a defect, unless a filter or a test handles it.

    The framework asks its engine what to write in such a place, and nothing else costs more than without this.
    """
    looking = template_base.FilterExpression.resolve.__code__

    def instead(engine: Engine) -> str:
        frame = sys._getframe(1)
        if frame.f_code is looking:
            expression, context = frame.f_locals["self"], frame.f_locals["context"]
            origin = str(getattr(getattr(context.template, "origin", None), "name", ""))
            handled = any(f.__name__ in ("default", "default_if_none") for f, _ in expression.filters)
            if "/templates/" in origin and "site-packages" not in origin and not handled:
                pytest.fail(f"{origin} : la variable « {expression.var} » n’existe pas ({sys.exception()})")
        return ""

    def keep(engine: Engine, said: str) -> None:
        vars(engine)["string_if_invalid"] = said

    monkeypatch.setattr(Engine, "string_if_invalid", property(instead, keep), raising=False)


@pytest.fixture(autouse=True)
def unordered_slices_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice of a queryset without order gives other rows another day."""
    getitem = QuerySet.__getitem__

    def ordered(self: QuerySet[Any], k: Any) -> Any:
        if isinstance(k, slice) and not self.ordered and issubclass(self._iterable_class, ModelIterable):
            pytest.fail(f"Tranche d’un queryset sans ordre : {self.model.__name__}")
        return getitem(self, k)

    monkeypatch.setattr(QuerySet, "__getitem__", ordered)


@pytest.fixture(autouse=True)
def locks_name_their_table() -> Iterator[None]:
    """`FOR UPDATE` over a join locks every table of it: say which one is meant (`of=`)."""

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (
            "UPDATE" in sql
            and "JOIN" in sql
            and re.search(r"\bFOR (NO KEY )?UPDATE\b", sql)
            and " OF " not in sql.split("FOR ")[-1]
        ):
            pytest.fail(f"Verrou sans `of` sur une jointure : {sql[:200]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


@pytest.fixture(autouse=True)
def no_outbound_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests speak to this machine alone: sockets of the machine, or loopback."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"Connexion sortante vers {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def empty_cache(request: pytest.FixtureRequest) -> None:
    """No test reads what another one left in the cache."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        cache.clear()
