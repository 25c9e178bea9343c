"""The proof of the books: entries replayed and compared with balances, terms of the lots, documents and hours done."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from orders.enums import Account

# What stands beside the books, and how to find where they contradict it: name, what it says, what they say.
_QUESTIONS = {
    ("période", "maxi"): """
        SELECT p.id, p.maxi, b.maxi FROM orders_lotperiod p
        LEFT JOIN orders_lotbalance b ON b.period_id = p.id
        WHERE p.maxi IS DISTINCT FROM b.maxi ORDER BY p.id
    """,
    ("bon de commande", "commande"): """
        SELECT o.number, (o.content->>'total_hours')::numeric, coalesce(sum(e.hours), 0)
        FROM orders_bondecommande o LEFT JOIN orders_ledgerentry e
            ON e.document_type = 'bondecommande' AND e.document_id = o.id AND e.to_account = 'commande'
        WHERE o.number <> '' GROUP BY o.id
        HAVING (o.content->>'total_hours')::numeric <> coalesce(sum(e.hours), 0) ORDER BY o.id
    """,
    # What an avenant adds to its own order: a transfer toward another order takes hours away from this one.
    ("avenant", "commande"): """
        SELECT o.number || ' n° ' || a.number, said.hours, coalesce(booked.hours, 0)
        FROM orders_avenant a
        JOIN orders_bondecommande o ON o.id = a.order_id
        CROSS JOIN LATERAL (
            SELECT (a.content->>'total_hours')::numeric - (a.content->>'total_hours_before')::numeric AS hours
        ) said
        CROSS JOIN LATERAL (
            SELECT sum(e.hours * ((e.to_account = 'commande' AND arrives.order_id = o.id)::int
                - (e.from_account = 'commande' AND leaves.order_id = o.id)::int)) AS hours
            FROM orders_ledgerentry e
            LEFT JOIN orders_composante arrives ON arrives.id = e.to_composante_id
            LEFT JOIN orders_composante leaves ON leaves.id = e.from_composante_id
            WHERE e.document_type = 'avenant' AND e.document_id = a.id
        ) booked
        WHERE a.number IS NOT NULL AND said.hours <> coalesce(booked.hours, 0) ORDER BY a.id
    """,
    ("composante", "à commander"): """
        SELECT c.number, CASE WHEN c.state = 'engagee' THEN c.hours_asked ELSE 0 END, b.engage
        FROM orders_composante c JOIN orders_composantebalance b ON b.composante_id = c.id
        WHERE b.engage <> CASE WHEN c.state = 'engagee' THEN c.hours_asked ELSE 0 END ORDER BY c.id
    """,
    # What no order holds, or none any more, has no hours left to do.
    ("composante", "commandé"): """
        SELECT c.number, 0, b.commande
        FROM orders_composante c JOIN orders_composantebalance b ON b.composante_id = c.id
        WHERE c.state <> 'commandee' AND b.commande <> 0 ORDER BY c.id
    """,
    ("composante", "réalisé"): """
        SELECT c.number, coalesce(done.hours, 0), b.realise + b.facture
        FROM orders_composante c
        JOIN orders_composantebalance b ON b.composante_id = c.id
        LEFT JOIN LATERAL (
            SELECT sum(latest.hours) AS hours FROM (
                SELECT DISTINCT ON (h.month) h.hours FROM orders_hoursdone h
                WHERE h.composante_id = c.id
                ORDER BY h.month, (h.source = 'émargement') DESC, h.version DESC
            ) latest
        ) done ON true
        WHERE coalesce(done.hours, 0) <> b.realise + b.facture ORDER BY c.id
    """,
}


@dataclass(frozen=True)
class Disagreement:
    """Where the books and what stands beside them (balance, document, statement) do not say the same thing."""

    where: str
    account: str
    kept: Decimal
    booked: Decimal

    def __str__(self) -> str:
        return f"{self.where}, {self.account}\u00a0: {self.kept} h, {self.booked} h aux écritures"


def disagreements() -> Iterator[Disagreement]:
    """Everything that the books contradict: balances, terms of the lots, documents, hours done. Nothing is expected."""
    yield from _balances()
    for (where, account), question in _QUESTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute(question)
            for name, said, booked in cursor.fetchall():
                yield Disagreement(f"{where} {name}", account, said, booked)


def _balances() -> Iterator[Disagreement]:
    """Replay all the entries and compare with the balances."""
    yield from _compare(
        "SELECT b.period_id, b.disponible, b.engage, b.commande, b.realise, b.facture FROM orders_lotbalance b",
        "period_id",
        "période",
        Account.held(),
    )
    accounts = [account for account in Account.held() if account != Account.DISPONIBLE]
    yield from _compare(
        "SELECT b.composante_id, b.engage, b.commande, b.realise, b.facture FROM orders_composantebalance b",
        "composante",
        "composante",
        accounts,
    )


def _compare(kept: str, holder: str, word: str, accounts: list[str]) -> Iterator[Disagreement]:
    source, target = (holder, holder) if holder == "period_id" else ("from_composante_id", "to_composante_id")
    booked: dict[tuple[int, str], Decimal] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT holder, account, sum(hours) FROM ("  # noqa: S608 names of our own columns
            f"SELECT {target} AS holder, to_account AS account, hours FROM orders_ledgerentry "
            f"UNION ALL SELECT {source}, from_account, -hours FROM orders_ledgerentry) AS moved "
            f"WHERE holder IS NOT NULL AND account <> 'marche' GROUP BY holder, account"
        )
        for one, account, hours in cursor.fetchall():
            booked[one, account] = hours
        cursor.execute(kept)
        for one, *values in cursor.fetchall():
            for account, value in zip(accounts, values, strict=True):
                said = booked.pop((one, str(account)), Decimal(0))
                if said != value:
                    yield Disagreement(f"{word} {one}", str(account), value, said)
    for (one, account), hours in booked.items():
        if hours:
            yield Disagreement(f"{word} {one}", account, Decimal(0), hours)
