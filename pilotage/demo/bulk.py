"""Many sessions from a lived year: PostgreSQL copies its files, with numbers of their own.

A copy has all that its original has to be coherent: intentions and their posts, request, coverage, decision with a
sealed receipt in the chain, session, published record, composante with its hours engaged on the lot. It is made by
`INSERT … SELECT`, so that every constraint applies to it as to any other. What triggers do row by row (history, the
count of posts and places) is done for the whole copy at once, before it is committed: twice as fast, and nothing false
is ever kept.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pgtrigger
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Max

from core.accounts.models import Organisation
from core.journal.models import Counter
from core.rulebook.models import Receipt
from intentions.models import Intention, IntentionDerogation, Post
from orders.models import Composante
from pilotage.demo import bulk_orders
from pilotage.demo.chain import COLUMNS, Chain, Link
from sessions.models import (
    Coverage,
    Decision,
    PublicationRecord,
    RequestDerogation,
    Session,
    SessionRequest,
)

_SERIES = ("intention", "demande", "session", "composante")  # numbers that copies take; the others have no hole
TURN = 1000  # sessions copied by one round of statements: fewer cost as much, more gain nothing
# The rows that are copied, each with the rank of the session that it belongs to.
_SESSIONS = f"""
    SELECT row_number() OVER (ORDER BY s.id) AS rank, s.id, s.request_id, s.decision_id, d.receipt_id, s.number
    FROM training_sessions_session s
    JOIN training_sessions_decision d ON d.id = s.decision_id
    JOIN training_sessions_sessionrequest r ON r.id = s.request_id AND r.state = 'autorisee'
    ORDER BY s.id LIMIT {TURN}
"""  # noqa: S608
_HELD = "FROM demo_session s JOIN training_sessions_coverage c ON c.request_id = s.request_id AND c.is_live"
_POSTS = f"{_HELD} JOIN intentions_post p ON p.id = c.post_id"
_NEEDS = f"SELECT min(s.rank) AS rank, p.intention_id AS id {_POSTS} GROUP BY p.intention_id"


def multiply(wanted: int) -> int:
    """Copy the lived year until there are `wanted` sessions. Returns how many were copied.

    A stop in the middle leaves whole copies only.
    """
    return _multiply(min(wanted, TURN)) + _multiply(wanted)


def _multiply(wanted: int) -> int:
    missing = wanted - Session.objects.count()
    if missing <= 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS demo_session")
        cursor.execute(f"CREATE TEMP TABLE demo_session AS {_SESSIONS}")
        cursor.execute("SELECT count(*) FROM demo_session")
        lived = cursor.fetchone()[0]
    copier = _Copier()
    whole, rest = divmod(missing, lived)
    sizes = [lived] * whole + [rest] * bool(rest)
    bulk_orders.raise_terms(_kept(Composante), sizes)
    with ThreadPoolExecutor(max_workers=1) as beside:  # Python seals a copy while PostgreSQL writes the one before
        sealed = beside.submit(copier.chain.links, 1, sizes[0])
        for turn, most in enumerate(sizes, start=1):
            links = sealed.result()
            if turn < len(sizes):
                sealed = beside.submit(copier.chain.links, turn + 1, sizes[turn])
            with transaction.atomic():
                copier.copy(turn, most, links)
    copier.finish(len(sizes))
    return missing


class _Copier:
    """Knows by how much to shift the keys and the numbers of each copy."""

    def __init__(self) -> None:
        self.shift: dict[type[models.Model], int] = {}
        for model, ranked in _ROWS.items():
            rows = model._default_manager  # noqa: SLF001 Django's own name for it
            self.shift[model] = rows.aggregate(top=Max("pk"))["top"] or 0
            self._keep(model, ranked)
        given = Counter.objects.filter(series__in=_SERIES).order_by("last")
        self.counters = dict(given.values_list("series", "last"))
        self.chain = Chain(
            _ranks(),
            receipts=self.shift[Receipt],
            requests=self.shift[SessionRequest],
            numbers=self.counters["intention"],
        )
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS demo_link")
            cursor.execute(f"CREATE TEMP TABLE demo_link ({', '.join(map(' '.join, COLUMNS.items()))})")

    def _keep(self, model: type[models.Model], ranked: str) -> None:
        """Set aside the rows to be copied, so that a copy costs the same whatever the base has grown to."""
        kept, table = _kept(model), model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {kept}")
            cursor.execute(
                f"CREATE TEMP TABLE {kept} AS SELECT t.*, chosen.rank AS demo_rank FROM {table} t "  # noqa: S608
                f"JOIN ({ranked}) chosen USING (id)"
            )

    def copy(self, turn: int, most: int, links: list[Link]) -> None:
        """Copy the first `most` sessions of the lived year for the `turn`-th time, in the caller's transaction.

        Raises IntegrityError when a copy breaks a promise of the database.
        """
        values = {"turn": turn, "most": most}
        with _rows_alone():
            self._rows(values, links)
        for model in _ROWS:
            self._tell_history(model, values)
        self._prove(values)

    def _rows(self, values: Mapping[str, int], links: list[Link]) -> None:
        self._insert_receipts(links)
        self._insert(Organisation, {"siret": "''", "name": "left(t.name, 240) || ' ' || %(turn)s + 1"}, values)
        need = {
            "number": self._number("number", "I", "intention"),
            "employer_id": self._key("employer_id", Organisation),
        }
        self._insert(Intention, need, values)
        of_need = {"intention_id": self._key("intention_id", Intention)}
        self._insert(IntentionDerogation, of_need, values)
        self._insert(Post, of_need, values)
        self._insert(SessionRequest, {"number": self._number("number", "", "demande")}, values)
        of_request = {"request_id": self._key("request_id", SessionRequest)}
        self._insert(RequestDerogation, of_request, values)
        self._insert(Coverage, {**of_request, "post_id": self._key("post_id", Post)}, values)
        self._insert(Decision, {**of_request, "receipt_id": self._key("receipt_id", Receipt)}, values)
        session = {"number": self._number("number", "S", "session"), "decision_id": self._key("decision_id", Decision)}
        self._insert(Session, {**of_request, **session, "seats_taken": "0"}, values)  # people are not copied
        self._records(values)
        composante = {
            "number": self._number("number", "C", "composante"),
            "reference": self._number("reference", "S", "session"),
            "origin_id": self._key("origin_id", Session),
        }
        self._insert(Composante, {**bulk_orders.FRESH, **composante}, values)
        bulk_orders.book(self._made("c.id", Composante), values)

    def finish(self, turns: int) -> None:
        """Let the next keys and numbers follow the last ones given; and let PostgreSQL know the sizes."""
        with connection.cursor() as cursor:
            for model in self.shift:
                table = model._meta.db_table
                top = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
                cursor.execute(top)
        for series, last in self.counters.items():
            Counter.objects.filter(series=series).update(last=last * (turns + 1))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _key(self, column: str, model: type[models.Model]) -> str:
        return f"t.{column} + %(turn)s * {self.shift[model]}"

    def _number(self, column: str, prefix: str, series: str) -> str:
        """« S2026-0012 » moved on by as many numbers as the lived year gave."""
        year = f"substr(t.{column}, 1, {len(prefix) + 5})"
        moved = f"(substr(t.{column}, {len(prefix) + 6})::int + %(turn)s * {self.counters[series]})::text"
        return f"{year} || lpad({moved}, greatest(4, length({moved})), '0')"

    def _insert(self, model: type[models.Model], changed: Mapping[str, str], values: Mapping[str, int]) -> None:
        columns = [field.column for field in model._meta.concrete_fields if not field.generated]
        given = {"id": self._key("id", model), **changed}
        select = ", ".join(given.get(str(column)) or f't."{column}"' for column in columns)
        into = ", ".join(f'"{column}"' for column in columns)
        copied = f"SELECT {select} FROM {_kept(model)} t WHERE t.demo_rank <= %(most)s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {model._meta.db_table} ({into}) {copied}", values)

    def _records(self, values: Mapping[str, int]) -> None:
        """The published record and card of each copy speak of its own number."""
        new, old = self._number("number", "S", "session"), "substr(t.number, 2)"
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                INSERT INTO training_sessions_publicationrecord
                    (id, session_id, version, xml, card, words, sha256, updated_at)
                SELECT p.id + %(turn)s * {self.shift[PublicationRecord]},
                    p.session_id + %(turn)s * {self.shift[Session]}, p.version, made.xml,
                    replace(p.card::text, {old}, made.number)::jsonb, p.words,
                    encode(sha256(convert_to(made.xml, 'UTF8')), 'hex'), p.updated_at
                FROM demo_session t JOIN {_kept(PublicationRecord)} p ON p.session_id = t.id
                CROSS JOIN LATERAL (SELECT substr({new}, 2) AS number) AS said
                CROSS JOIN LATERAL (SELECT said.number, replace(p.xml, {old}, said.number) AS xml) AS made
                WHERE t.rank <= %(most)s
                """,  # noqa: S608
                values,
            )

    def _insert_receipts(self, links: list[Link]) -> None:
        """The receipts of the decisions: what was sealed in Python, and the rest as it stands."""
        columns = [field.column for field in Receipt._meta.concrete_fields if not field.generated]
        select = ", ".join(f'made."{column}"' if column in COLUMNS else f't."{column}"' for column in columns)
        into = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE demo_link")
            with cursor.copy(f"COPY demo_link ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for link in links:
                    copy.write_row(link)
            cursor.execute(
                f"INSERT INTO {Receipt._meta.db_table} ({into}) "  # noqa: S608
                f"SELECT {select} FROM demo_link made JOIN {_kept(Receipt)} t ON t.id = made.original"
            )

    def _tell_history(self, model: type[models.Model], values: Mapping[str, int]) -> None:
        """One row of history for each row made, as the table's trigger would write it."""
        event = _EVENTS.get(model)
        if event is None:
            return
        own = {"pgh_created_at": "now()", "pgh_label": "'insert'", "pgh_obj_id": "t.id", "pgh_context_id": "NULL"}
        columns = [field.column for field in event._meta.concrete_fields if not field.primary_key]
        select = ", ".join(own.get(str(column)) or f't."{column}"' for column in columns)
        into = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {event._meta.db_table} ({into}) "  # noqa: S608
                f"SELECT {select} FROM {model._meta.db_table} t WHERE {self._made('t.id', model)}",
                values,
            )

    def _prove(self, values: Mapping[str, int]) -> None:
        """The promises of the triggers left aside, for the whole copy: R11, on the intention and on the request."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT count(*) FROM intentions_intention i
                WHERE {self._made("i.id", Intention)} AND i.state IN ('deposee', 'qualifiee', 'engagee', 'couverte')
                AND i.post_count IS DISTINCT FROM (
                    SELECT count(*) FROM intentions_post p WHERE p.intention_id = i.id AND p.state = 'ouvert'
                )
                """,  # noqa: S608
                values,
            )
            intentions = cursor.fetchone()[0]
            cursor.execute(
                f"""
                SELECT count(*) FROM training_sessions_sessionrequest r
                WHERE {self._made("r.id", SessionRequest)} AND r.access_mode <> 'socle' AND coalesce(r.seats, 0) > (
                    SELECT count(*) FROM training_sessions_coverage c WHERE c.request_id = r.id AND c.is_live
                )
                """,  # noqa: S608
                values,
            )
            requests = cursor.fetchone()[0]
        if intentions or requests:
            raise IntegrityError(f"Copies break R11: {intentions} intentions, {requests} requests")

    def _made(self, column: str, model: type[models.Model]) -> str:
        """Which rows this copy made: their keys follow one another."""
        shift = self.shift[model]
        return f"{column} > %(turn)s * {shift} AND {column} <= (%(turn)s + 1) * {shift}"


@contextmanager
def _rows_alone() -> Iterator[None]:
    """Without the triggers that `_Copier.copy` stands in for; foreign keys and constraints are checked on leaving."""
    registered = pgtrigger.registered()
    aside = {trigger.get_pgid(model) for model, trigger in registered if model in _ROWS and _is_aside(trigger)}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{','.join(sorted(aside))}}}"])
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")


def _is_aside(trigger: pgtrigger.Trigger) -> bool:
    """History of insertions, and the counts that wait for the end of the transaction."""
    return trigger.name == "insert_insert" or trigger.timing == pgtrigger.Deferred


def _ranks() -> dict[int, int]:
    """The receipts to be copied, each with the rank of its session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT receipt_id, rank FROM demo_session")
        return dict(cursor.fetchall())


def _kept(model: type[models.Model]) -> str:
    return f"demo_kept_{model._meta.model_name}"


_BY_NEED = f"JOIN ({_NEEDS}) n"
_ROWS: dict[type[models.Model], str] = {
    Organisation: (
        f"SELECT min(n.rank) AS rank, i.employer_id AS id FROM intentions_intention i {_BY_NEED} ON i.id = n.id "  # noqa: S608
        "GROUP BY i.employer_id"
    ),
    Intention: _NEEDS,
    IntentionDerogation: (
        f"SELECT n.rank, d.id FROM intentions_intentionderogation d {_BY_NEED} ON n.id = d.intention_id"  # noqa: S608
    ),
    Post: f"SELECT n.rank, p.id FROM intentions_post p {_BY_NEED} ON n.id = p.intention_id",  # noqa: S608
    SessionRequest: "SELECT rank, request_id AS id FROM demo_session",
    RequestDerogation: (
        "SELECT s.rank, d.id FROM training_sessions_requestderogation d JOIN demo_session s USING (request_id)"
    ),
    Coverage: f"SELECT s.rank, c.id {_HELD}",
    Receipt: "SELECT rank, receipt_id AS id FROM demo_session",
    Decision: "SELECT rank, decision_id AS id FROM demo_session",
    Session: "SELECT rank, id FROM demo_session",
    Composante: bulk_orders.RANKED,
    PublicationRecord: (
        "SELECT s.rank, p.id FROM training_sessions_publicationrecord p JOIN demo_session s ON s.id = p.session_id"
    ),
}
_EVENTS: dict[type[models.Model], type[models.Model]] = {
    event.pgh_tracked_model: event for event in apps.get_models() if hasattr(event, "pgh_tracked_model")
}
