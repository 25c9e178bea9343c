"""The door of the ledger: the only code that writes entries, and the proof that books and balances agree.

Quantities are heures-stagiaires. The database keeps the balances and refuses a negative one; this module turns such
a refusal into a French sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.accounts.models import Membership
from core.journal.events import subject_of
from core.journal.refusals import Refused
from core.ui.french import heures
from orders.enums import Account
from orders.models import Composante, ComposanteBalance, LedgerEntry, Lot, LotBalance, LotPeriod

Place = tuple[Account, Composante | None]


def free_of(period: LotPeriod) -> Place:
    """The hours of the lot that nothing holds."""
    return (Account.DISPONIBLE, None)


def lock(period: LotPeriod) -> LotBalance:
    """The balances of a lot's period, locked until the transaction ends: movements of one lot come one by one."""
    return LotBalance.objects.select_for_update(of=("self",)).get(pk=period.pk)


def move(
    period: LotPeriod,
    hours: Decimal,
    origin: Place,
    target: Place,
    *,
    document: models.Model,
    key: str,
    hat: Membership | None = None,
) -> LedgerEntry:
    """Move hours from an account to another, on the strength of a document. Inside a transaction.

    `key` names the movement: asked twice, it is written once. Raises Refused when the hours are not there.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An entry is written with the act that it books")
    balance = lock(period)
    known = LedgerEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    account, composante = origin
    if account == Account.DISPONIBLE and hours > balance.disponible:
        raise Refused(too_much(period, hours, balance.disponible))
    document_type, document_id = subject_of(document)
    try:
        with transaction.atomic():
            return LedgerEntry.objects.create(
                period=period,
                from_account=account,
                from_composante=composante,
                to_account=target[0],
                to_composante=target[1],
                hours=hours,
                document=str(document)[:120],
                document_type=document_type,
                document_id=document_id,
                key=key,
                hat=hat,
            )
    except IntegrityError as error:
        raise Refused(_refusal(error, hours, composante)) from error


def too_much(period: LotPeriod, hours: Decimal, free: Decimal) -> str:
    """The sentence for someone who asks for more hours than a lot has left."""
    return (
        f"Il reste {heures(free)} sur le lot {period.lot.number}, pour un maxi de {heures(period.maxi)} : "
        f"{heures(hours)} de plus le dépasseraient. Rien n’a été engagé."
    )


def _refusal(error: IntegrityError, hours: Decimal, composante: Composante | None) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "ledger_same_lot":
        return "Des heures ne passent pas d’un lot à l’autre : la fongibilité s’arrête au lot (R122)."
    if name == "composante_balance_positive" and composante is not None:
        return f"La composante {composante.number} n’a plus {heures(hours)} à déplacer."
    if name in ("lot_maxi_kept", "lot_balance_positive"):
        return "Le lot n’a plus assez d’heures pour ce mouvement."
    raise error


def open_period(lot: Lot, period: DateRange, mini: Decimal, maxi: Decimal, hat: Membership | None = None) -> LotPeriod:
    """A new period of a lot, with its balances and the entry that brings its maxi into the books.

    Raises Refused when another period of the lot covers some of these days.
    """
    try:
        with transaction.atomic():
            made = LotPeriod.objects.create(lot=lot, period=period, mini=mini, maxi=maxi)
            LotBalance.objects.create(period=made)
    except IntegrityError as error:
        raise Refused("Une autre période du lot couvre déjà une partie de ces dates.") from error
    _bring_to(made, maxi, hat)
    return made


def set_terms(period: LotPeriod, mini: Decimal, maxi: Decimal, hat: Membership | None = None) -> LotPeriod:
    """Change the mini and the maxi of a period. Raises Refused when more than the new maxi is used already."""
    locked = LotPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    balance = lock(locked)
    used = balance.maxi - balance.disponible
    if maxi < used:
        raise Refused(f"{heures(used)} sont déjà autorisées ou commandées : le maxi ne peut pas descendre plus bas.")
    locked.mini, locked.maxi = mini, maxi
    locked.save()
    _bring_to(locked, maxi, hat)
    return locked


def _bring_to(period: LotPeriod, maxi: Decimal, hat: Membership | None) -> None:
    difference = maxi - lock(period).maxi
    outside, free = (Account.MARCHE, None), free_of(period)
    origin, target = (outside, free) if difference > 0 else (free, outside)
    if difference:
        rank = LedgerEntry.objects.filter(period=period, document_type="lotperiod").count()
        key = f"maxi:{period.pk}:{rank}"
        move(period, abs(difference), origin, target, document=period, key=key, hat=hat)


@dataclass(frozen=True)
class Disagreement:
    """Where the books and what the database keeps beside them do not say the same thing."""

    where: str
    account: str
    kept: Decimal
    booked: Decimal

    def __str__(self) -> str:
        return f"{self.where}, {self.account} : {self.kept} h gardées, {self.booked} h aux écritures"


def disagreements() -> Iterator[Disagreement]:
    """Replay all the entries and compare with the balances; nothing when they agree."""
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


def open_balance(composante: Composante) -> ComposanteBalance:
    """The empty balances of a new composante."""
    return ComposanteBalance.objects.create(composante=composante)


@dataclass(frozen=True)
class Unbooked:
    """An issued order whose hours are not those that the ledger took on its strength."""

    order: str
    written: Decimal
    booked: Decimal

    def __str__(self) -> str:
        return f"Bon de commande {self.order} : {self.written} h sur le document, {self.booked} h aux écritures"


def unbooked_orders() -> Iterator[Unbooked]:
    """Compare what each issued order says with the entries that name it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.number, (o.content->>'total_hours')::numeric, coalesce(sum(e.hours), 0) "
            "FROM orders_bondecommande o LEFT JOIN orders_ledgerentry e "
            "ON e.document_type = 'bondecommande' AND e.document_id = o.id AND e.to_account = 'commande' "
            "WHERE o.number <> '' GROUP BY o.id "
            "HAVING (o.content->>'total_hours')::numeric <> coalesce(sum(e.hours), 0) ORDER BY o.id"
        )
        for number, written, booked in cursor.fetchall():
            yield Unbooked(number, written, booked)
