"""Many sessions from a lived year: PostgreSQL copies its files, with numbers of their own.

A copy has all that its original has to be coherent: intentions and their posts, request, coverage, decision with a
sealed receipt in the chain, session, published record. It is made by `INSERT … SELECT`, so that every constraint,
trigger and history row applies to it as to any other.
"""

import json
import re
from collections.abc import Mapping

from django.db import connection, models, transaction
from django.db.models import Max

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
COPIES = 4  # times the lived year, in one transaction
_INTENTION = re.compile(r"\bI(20\d\d)-(\d{4,})\b")
_CHOSEN = """
    CREATE TEMP TABLE demo_base AS
    SELECT row_number() OVER (ORDER BY s.id) AS rank, s.id AS session, s.request_id AS request,
           s.decision_id AS decision, d.receipt_id AS receipt, s.number
    FROM training_sessions_session s
    JOIN training_sessions_decision d ON d.id = s.decision_id
    JOIN training_sessions_sessionrequest r ON r.id = s.request_id AND r.state = 'autorisee'
"""
_OF_REQUEST = "SELECT request FROM demo_base WHERE rank <= %(most)s"
_OF_INTENTION = (  # S608: our own text
    "SELECT p.intention_id FROM intentions_post p JOIN training_sessions_coverage c ON c.post_id = p.id AND c.is_live "  # noqa: S608
    f"WHERE c.request_id IN ({_OF_REQUEST})"
)


def multiply(wanted: int) -> int:
    """Copy the lived year until there are `wanted` sessions. Returns how many were copied.

    A stop in the middle leaves whole copies only.
    """
    missing = wanted - Session.objects.count()
    if missing <= 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS demo_base")
        cursor.execute(_CHOSEN)
        cursor.execute("SELECT count(*) FROM demo_base")
        lived = cursor.fetchone()[0]
    copier = _Copier()
    done, copy = 0, 0
    while done < missing:
        with transaction.atomic():
            for _ in range(COPIES):
                copy += 1
                done += copier.copy(copy, min(lived, missing - done))
                if done >= missing:
                    break
    copier.finish(copy)
    return done


class _Copier:
    """Knows by how much to shift the keys and the numbers of each copy."""

    tables = (
        *(Intention, IntentionDerogation, Post, SessionRequest, RequestDerogation, Coverage),
        *(Receipt, Decision, Session, PublicationRecord),
    )

    def __init__(self) -> None:
        self.shift: dict[type[models.Model], int] = {}
        for model in self.tables:
            rows = model._default_manager  # noqa: SLF001 Django's own name for it
            self.shift[model] = rows.aggregate(top=Max("pk"))["top"] or 0
        self.counters = dict(Counter.objects.order_by("last").values_list("series", "last"))
        self.head = Receipt.objects.order_by("-id").values_list("hash", flat=True).first() or ""

    def copy(self, turn: int, most: int) -> int:
        """Copy the first `most` sessions of the lived year for the `turn`-th time."""
        self._receipts(turn, most)
        values = {"turn": turn, "most": most}
        intention = {"number": self._number("number", "I", "intention")}
        self._insert(Intention, intention, f"t.id IN ({_OF_INTENTION})", values)
        post = {"intention_id": self._key("intention_id", Intention)}
        self._insert(Post, post, f"t.intention_id IN ({_OF_INTENTION})", values)
        request = {"number": self._number("number", "", "demande"), "complements_id": "t.complements_id"}
        self._insert(SessionRequest, request, f"t.id IN ({_OF_REQUEST})", values)
        held = {"request_id": self._key("request_id", SessionRequest), "post_id": self._key("post_id", Post)}
        self._insert(Coverage, held, f"t.is_live AND t.request_id IN ({_OF_REQUEST})", values)
        granted = {"request_id": self._key("request_id", SessionRequest)}
        self._insert(RequestDerogation, granted, f"t.request_id IN ({_OF_REQUEST})", values)
        eased = {"intention_id": self._key("intention_id", Intention)}
        self._insert(IntentionDerogation, eased, f"t.intention_id IN ({_OF_INTENTION})", values)
        decided = {
            "request_id": self._key("request_id", SessionRequest),
            "receipt_id": self._key("receipt_id", Receipt),
        }
        chosen = "t.id IN (SELECT decision FROM demo_base WHERE rank <= %(most)s)"
        self._insert(Decision, decided, chosen, values)
        session = {
            "number": self._number("number", "S", "session"),
            "request_id": self._key("request_id", SessionRequest),
            "decision_id": self._key("decision_id", Decision),
        }
        self._insert(Session, session, "t.id IN (SELECT session FROM demo_base WHERE rank <= %(most)s)", values)
        self._records(values)
        return most

    def finish(self, turns: int) -> None:
        """Let the next keys and numbers follow the last ones given; and let PostgreSQL know the sizes."""
        with connection.cursor() as cursor:
            for model in self.tables:
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

    def _insert(
        self, model: type[models.Model], changed: Mapping[str, str], where: str, values: Mapping[str, int]
    ) -> None:
        columns = [field.column for field in model._meta.concrete_fields if not field.generated]
        given = {"id": self._key("id", model), **changed}
        select = ", ".join(given.get(str(column)) or f't."{column}"' for column in columns)
        into = ", ".join(f'"{column}"' for column in columns)
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({into}) SELECT {select} FROM {table} t WHERE {where}", values)  # noqa: S608

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
                FROM demo_base t JOIN training_sessions_publicationrecord p ON p.session_id = t.session
                CROSS JOIN LATERAL (SELECT substr({new}, 2) AS number) AS said
                CROSS JOIN LATERAL (SELECT said.number, replace(p.xml, {old}, said.number) AS xml) AS made
                WHERE t.rank <= %(most)s
                """,  # noqa: S608
                values,
            )

    def _receipts(self, turn: int, most: int) -> None:
        """The receipts of the decisions, sealed one after the other at the end of the chain."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT receipt FROM demo_base WHERE rank <= %s ORDER BY receipt", [most])
            keys = [row[0] for row in cursor.fetchall()]
        moved = self.counters["intention"] * turn

        def renumber(match: re.Match[str]) -> str:
            return f"I{match[1]}-{int(match[2]) + moved:04d}"

        rows = []
        for receipt in Receipt.objects.filter(pk__in=keys).order_by("pk"):
            receipt.pk += turn * self.shift[Receipt]
            receipt.subject_id += turn * self.shift[SessionRequest]
            facts = json.dumps(receipt.facts, ensure_ascii=False)
            receipt.facts = json.loads(_INTENTION.sub(renumber, facts))
            receipt.previous_hash = self.head
            receipt.hash = self.head = seal(receipt)
            rows.append(receipt)
        Receipt.objects.bulk_create(rows, batch_size=BATCH)
