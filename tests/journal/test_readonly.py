"""A page that is read does not write, however the statement is put."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from core.accounts.models import Organisation
from core.journal.readonly import WriteInReadError, read_only, writes
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_a_write_while_reading_is_stopped() -> None:
    OrganisationFactory()
    with read_only(), pytest.raises(WriteInReadError):
        Organisation.objects.update(name="Autre nom")


def test_reading_goes_on() -> None:
    OrganisationFactory()
    with read_only():
        assert Organisation.objects.count() == 1
        assert Organisation.objects.filter(name="INSERT INTO x").select_for_update().first() is None


@pytest.mark.parametrize(
    "sql",
    [
        "WITH made AS (UPDATE accounts_organisation SET name = 'x' RETURNING id) SELECT id FROM made",
        "/* looks harmless */ UPDATE accounts_organisation SET name = 'x'",
        "-- looks harmless\nDELETE FROM\n  accounts_organisation",
        "EXPLAIN ANALYZE UPDATE \"accounts_organisation\" SET name = 'django_session'",
        "WITH one AS (SELECT 1 FROM django_session) UPDATE ONLY accounts_organisation SET name = 'x'",
        "SELECT 1 INTO copied",
        "CREATE TABLE copied (id int)",
        "COPY accounts_organisation FROM PROGRAM 'true'",
        "DO $$ BEGIN END $$",
    ],
)
def test_a_write_in_disguise_is_stopped_too(sql: str) -> None:
    with read_only(), connection.cursor() as cursor, pytest.raises(WriteInReadError):
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT updated_at, 'DELETE FROM x' FROM t WHERE a = %s FOR NO KEY UPDATE SKIP LOCKED",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH near AS (SELECT 1) SELECT * FROM near FOR UPDATE OF near",
        'SAVEPOINT "s1"',
        'SELECT "update" FROM "insert_into"',
    ],
)
def test_what_only_resembles_a_write_is_read(sql: str) -> None:
    assert not writes(sql)


def test_the_session_of_the_reader_is_kept() -> None:
    with read_only():
        session = SessionStore()
        session["hat"] = 1
        session.save()
        session["hat"] = 2
        session.save()
        session.delete()
