"""Many sessions from a lived year: PostgreSQL copies its files, with numbers of their own.

A copy has all that its original has to be coherent: intentions and their posts, request, coverage, decision with a
sealed receipt in the chain, session, published record. It is made by `INSERT … SELECT`, so that every constraint,
trigger and history row applies to it as to any other.
"""

import json
import re
from collections.abc import Mapping
from copy import copy

from django.db import connection, models, transaction
from django.db.models import Max

from core.accounts.models import Organisation
from core.journal.models import Counter
from core.rulebook.models import Receipt
from core.rulebook.receipts import seal
from intentions.models import Intention, IntentionDerogation, Post
from sessions.models import (
    Coverage,
    Decision,
    PublicationRecord,
    RequestDerogation,
    Session,
    SessionRequest,
)

BATCH = 1000  # receipts written together
_INTENTION = re.compile(r"\bI(20\d\d)-(\d{4,})\b")
# The rows of the lived year that are copied, each with the rank of the session that it belongs to.
_SESSIONS = """
    SELECT row_number() OVER (ORDER BY s.id) AS rank, s.id, s.request_id, s.decision_id, d.receipt_id, s.number
    FROM training_sessions_session s
    JOIN training_sessions_decision d ON d.id = s.decision_id
    JOIN training_sessions_sessionrequest r ON r.id = s.request_id AND r.state = 'autorisee'
"""
_HELD = "FROM demo_session s JOIN training_sessions_coverage c ON c.request_id = s.request_id AND c.is_live"
_POSTS = f"{_HELD} JOIN intentions_post p ON p.id = c.post_id"
_NEEDS = f"SELECT min(s.rank) AS rank, p.intention_id AS id {_POSTS} GROUP BY p.intention_id"


def multiply(wanted: int) -> int:
    """Copy the lived year until there are `wanted` sessions. Returns how many were copied.

    A stop in the middle leaves whole copies only.
    """
    missing = wanted - Session.objects.count()
    if missing <= 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS demo_session")
        cursor.execute(f"CREATE TEMP TABLE demo_session AS {_SESSIONS}")
        cursor.execute("SELECT count(*) FROM demo_session")
        lived = cursor.fetchone()[0]
    copier = _Copier()
    done, turn = 0, 0
    while done < missing:
        turn += 1
        with transaction.atomic():  # one copy: the deferred checks of a longer transaction cost more and more
            done += copier.copy(turn, min(lived, missing - done))
    copier.finish(turn)
    return done


class _Copier:
    """Knows by how much to shift the keys and the numbers of each copy."""

    def __init__(self) -> None:
        self.shift: dict[type[models.Model], int] = {}
        for model, ranked in _ROWS.items():
            rows = model._default_manager  # noqa: SLF001 Django's own name for it
            self.shift[model] = rows.aggregate(top=Max("pk"))["top"] or 0
            self._keep(model, ranked)
        self.counters = dict(Counter.objects.order_by("last").values_list("series", "last"))
        self.receipts = self._lived_receipts()
        self.head = Receipt.objects.order_by("-id").values_list("hash", flat=True).first() or ""

    def _keep(self, model: type[models.Model], ranked: str) -> None:
        """Set aside the rows to be copied, so that a copy costs the same whatever the base has grown to."""
        kept, table = _kept(model), model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {kept}")
            cursor.execute(
                f"CREATE TEMP TABLE {kept} AS SELECT t.*, chosen.rank AS demo_rank FROM {table} t "  # noqa: S608
                f"JOIN ({ranked}) chosen USING (id)"
            )

    def copy(self, turn: int, most: int) -> int:
        """Copy the first `most` sessions of the lived year for the `turn`-th time."""
        self._receipts(turn, most)
        values = {"turn": turn, "most": most}
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
        self._insert(Session, {**of_request, **session}, values)
        self._records(values)
        return most

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

    def _receipts(self, turn: int, most: int) -> None:
        """The receipts of the decisions, sealed one after the other at the end of the chain."""
        moved = self.counters["intention"] * turn

        def renumber(match: re.Match[str]) -> str:
            return f"I{match[1]}-{int(match[2]) + moved:04d}"

        rows = []
        for rank, kept, facts in self.receipts:
            if rank > most:
                continue
            receipt = copy(kept)
            receipt.pk = kept.pk + turn * self.shift[Receipt]
            receipt.subject_id = kept.subject_id + turn * self.shift[SessionRequest]
            receipt.facts = json.loads(_INTENTION.sub(renumber, facts))
            receipt.previous_hash = self.head
            receipt.hash = self.head = seal(receipt)
            rows.append(receipt)
        Receipt.objects.bulk_create(rows, batch_size=BATCH)

    def _lived_receipts(self) -> list[tuple[int, Receipt, str]]:
        """The receipts to be copied, oldest first: the rank of their session, the receipt, its facts as text."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT receipt_id, rank FROM demo_session")
            ranks = dict(cursor.fetchall())
        lived = Receipt.objects.filter(pk__in=ranks).order_by("pk")
        return [(ranks[one.pk], one, json.dumps(one.facts, ensure_ascii=False)) for one in lived]


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
    PublicationRecord: (
        "SELECT s.rank, p.id FROM training_sessions_publicationrecord p JOIN demo_session s ON s.id = p.session_id"
    ),
}
