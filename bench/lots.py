"""The page of a lot that has 50,000 composantes, and the proof of its books, each beside the same rows read bare."""

import json
import os
import statistics
import time
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.rows import Row
from core.accounts.enums import OrganisationKind, Role
from core.accounts.queries import active_hats
from orders import ledger, proof
from orders.models import Composante, Lot

COMPOSANTES = int(os.environ.get("BENCH_COMPOSANTES", "50000"))
HOURS = 1000  # of each
TURN = 500  # composantes by transaction: the balances of the lot are one row, written at each entry
ROUNDS = 15
MARK = "BENCH"
# Composantes of one lot and what their authorisation writes, by the tables and the triggers that all others go through.
_COMPOSANTES = """
    INSERT INTO orders_composante (number, state, kind, lot_id, period_id, organisme_id, title, reference, origin_type,
        places, hours_each, hours_asked, price, starts_on, ends_on, reason, to_withdraw, created_at)
    SELECT %(mark)s || n, 'engagee', 'socle', %(lot)s, %(period)s, %(organisme)s, 'Formation ' || n, '', '', 10,
        %(each)s, %(hours)s, 9.35, current_date + n %% 300, current_date + n %% 300 + 60, '', '', now()
    FROM generate_series(%(first)s, %(last)s) AS n
"""
_BALANCES = """
    INSERT INTO orders_composantebalance (composante_id, engage, commande, realise, facture)
    SELECT c.id, 0, 0, 0, 0 FROM orders_composante c
    WHERE c.lot_id = %(lot)s AND NOT EXISTS (SELECT 1 FROM orders_composantebalance b WHERE b.composante_id = c.id)
"""
_ENTRIES = """
    INSERT INTO orders_ledgerentry (period_id, from_account, to_account, to_composante_id, hours, document,
        document_type, document_id, key, at)
    SELECT c.period_id, 'disponible', 'engage', c.id, c.hours_asked, c.number, 'composante', c.id, 'engage:' || c.id,
        now() FROM orders_composante c
    WHERE c.lot_id = %(lot)s AND NOT EXISTS (SELECT 1 FROM orders_ledgerentry e WHERE e.to_composante_id = c.id)
"""
# What the page says of the lot, by the bare driver.
_FLOOR = """
    SELECT to_jsonb(l), to_jsonb(b), (
        SELECT jsonb_agg(to_jsonb(c)) FROM (
            SELECT number, title, hours_asked, starts_on FROM orders_composante
            WHERE lot_id = l.id AND state = 'engagee' AND order_id IS NULL ORDER BY starts_on, id LIMIT 26
        ) c
    ) FROM orders_lot l JOIN orders_lotperiod p ON p.lot_id = l.id JOIN orders_lotbalance b ON b.period_id = p.id
    WHERE l.id = %s
"""


def prepare() -> Lot:
    """A lot of its own with `COMPOSANTES` composantes to order, all of them in its books; made once."""
    source = Lot.objects.filter(members__role="mandataire", members__is_active=True).order_by("pk")[:1].get()
    lot, made = Lot.objects.get_or_create(
        marche=source.marche, number=999, defaults={"title": "Lot de mesure", "filiere": source.filiere}
    )
    if made:
        today = timezone.localdate()
        with transaction.atomic():
            days = DateRange(today - timedelta(days=300), today + timedelta(days=300))
            ledger.open_period(lot, days, Decimal(0), Decimal(HOURS) * COMPOSANTES)
    known = Composante.objects.filter(lot=lot).count()
    given: dict[str, int | str] = {
        "mark": MARK,
        "lot": lot.pk,
        "period": lot.periods.get().pk,
        "organisme": source.members.get(role="mandataire", is_active=True).organisation_id,
        "hours": HOURS,
        "each": HOURS // 10,
    }
    for first in range(known + 1, COMPOSANTES + 1, TURN):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COMPOSANTES, {**given, "first": first, "last": min(first + TURN - 1, COMPOSANTES)})
            cursor.execute(_BALANCES, given)
            cursor.execute(_ENTRIES, given)
    if known < COMPOSANTES:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return lot


def rows() -> list[Row]:
    """The page of the lot, its trajectory, and the proof of the books."""
    lot = prepare()
    return [_page(lot, "lot_detail", "Page d’un lot"), _page(lot, "lot_trajectoire", "Sa trajectoire"), _proof()]


def _page(lot: Lot, name: str, label: str) -> Row:
    keeper = active_hats(organisation__kind=OrganisationKind.REGION, role=Role.GESTIONNAIRE).order_by("pk")[0]
    client = Client()
    client.force_login(keeper.user)
    address = reverse(name, args=[lot.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    queries = len(asked)  # the next page empties the log
    ours, bare, worked = [], [], []
    for _ in range(ROUNDS):  # turn by turn, so that a busy minute weighs on both
        start, busy = time.perf_counter(), time.thread_time()
        client.get(address)
        ours.append(time.perf_counter() - start)
        worked.append(time.thread_time() - busy)
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR, [lot.pk])
            json.dumps(cursor.fetchall(), default=str)
        bare.append(time.perf_counter() - start)
    mine, low = statistics.median(ours) * 1000, statistics.median(bare) * 1000
    computing = statistics.median(worked) * 1000
    said = f"{mine:.0f} ms (au mieux {min(ours) * 1000:.0f}), {computing:.0f} ms de calcul, {queries} requêtes"
    return (f"{label}, {COMPOSANTES} composantes", said, f"{low:.1f} ms", f"{low / mine:.2f}")


def _proof() -> Row:
    """Replay all the entries, against reading them."""
    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT period_id, from_account, to_account, hours FROM orders_ledgerentry ORDER BY id")
        count = sum(len(batch) for batch in iter(lambda: cursor.fetchmany(2000), []))
        floor = time.perf_counter() - start
    start = time.perf_counter()
    found = sum(1 for _ in proof.disagreements())
    seconds = time.perf_counter() - start
    said = f"{seconds:.1f} s, {f'{found} désaccords' if found else 'tout concorde'}"
    return (f"Preuve des comptes, {count} écritures", said, f"lecture {floor:.1f} s", f"{floor / seconds:.2f}")
