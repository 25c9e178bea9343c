"""The hours of copied sessions: one composante each, authorised on its lot, by the ledger's own tables and triggers.

The lots of the lived year are too small for thousands of sessions: their maxi is raised first, by entries as well.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction

from orders import ledger
from orders.enums import Account, ComposanteState
from orders.models import Composante, LotPeriod

# What is copied: what a session was authorised with, whatever became of it since.
RANKED = """
    SELECT s.rank, c.id FROM orders_composante c
    JOIN demo_session s ON c.origin_type = 'session' AND c.origin_id = s.id
    WHERE c.kind IN ('socle', 'intention') AND c.state <> 'annulee'
"""
FRESH = {"state": f"'{ComposanteState.ENGAGEE}'", "order_id": "NULL", "to_withdraw": "''"}
CENT = Decimal("0.01")


def raise_terms(kept: str, sizes: Sequence[int]) -> None:
    """Raise the maxi of each period by what the copies will take, and its mini as much in proportion.

    `kept`: the table of what is copied; `sizes`: how many sessions each copy has.
    """
    taken: dict[int, Decimal] = {}
    with connection.cursor() as cursor:
        for most, turns in {size: sizes.count(size) for size in sizes}.items():
            cursor.execute(
                f"SELECT period_id, sum(hours_asked) FROM {kept} WHERE demo_rank <= %s GROUP BY period_id",  # noqa: S608
                [most],
            )
            for period, hours in cursor.fetchall():
                taken[period] = taken.get(period, Decimal(0)) + hours * turns
    with transaction.atomic():
        for period in LotPeriod.objects.filter(pk__in=taken).order_by("pk"):
            maxi = period.maxi + taken[period.pk]
            mini = (period.mini * maxi / period.maxi).quantize(CENT, ROUND_HALF_UP) if period.maxi else period.mini
            ledger.set_terms(period, mini, maxi)


def book(made: str, values: Mapping[str, int]) -> None:
    """Open the balances of the composantes just made and engage their hours. `made`: which ones, by their key."""
    table = Composante._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_composantebalance (composante_id, engage, commande, realise, facture) "  # noqa: S608
            f"SELECT c.id, 0, 0, 0, 0 FROM {table} c WHERE {made}",
            values,
        )
        cursor.execute(
            f"INSERT INTO orders_ledgerentry (period_id, from_account, to_account, to_composante_id, hours, document, "  # noqa: S608
            f"document_type, document_id, key, at) SELECT c.period_id, '{Account.DISPONIBLE}', '{Account.ENGAGE}', "
            f"c.id, c.hours_asked, left(c.number || ' · ' || c.title, 120), 'composante', c.id, 'engage:' || c.id, "
            f"c.created_at FROM {table} c WHERE {made} ORDER BY c.period_id, c.id",
            values,
        )
