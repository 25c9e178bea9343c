"""The door of the ledger: the only code that writes entries (`orders.proof` checks them).

Quantities are heures-stagiaires. The database keeps the balances and refuses a negative one; this module turns such
a refusal into a French sentence.
"""

from decimal import Decimal

from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.accounts.models import Membership
from core.journal.events import subject_of
from core.journal.refusals import Refused, lost_race
from core.ui.french import heures
from orders.enums import Account
from orders.models import Composante, ComposanteBalance, LedgerEntry, Lot, LotBalance, LotPeriod

Place = tuple[Account, Composante | None]
APART = {"lot_periods_apart": "Une autre période du lot couvre déjà une partie de ces dates."}


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
        f"Il reste {heures(free)} sur le lot {period.lot.number}, pour un maxi de {heures(period.maxi)}\u00a0: "
        f"{heures(hours)} de plus le dépasseraient. Rien n’a été engagé."
    )


def _refusal(error: IntegrityError, hours: Decimal, composante: Composante | None) -> str:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "ledger_same_lot":
        return "Des heures ne passent pas d’un lot à l’autre\u00a0: la fongibilité s’arrête au lot (R122)."
    if name == "composante_balance_positive" and composante is not None:
        return f"La composante {composante.number} n’a plus {heures(hours)} à déplacer."
    if name in ("lot_maxi_kept", "lot_balance_positive"):
        return "Le lot n’a plus assez d’heures pour ce mouvement."
    raise error


def open_period(lot: Lot, period: DateRange, mini: Decimal, maxi: Decimal, hat: Membership | None = None) -> LotPeriod:
    """A new period of a lot, with its balances and the entry that brings its maxi into the books.

    Raises Refused when another period of the lot covers some of these days.
    """
    with lost_race(APART):
        made = LotPeriod.objects.create(lot=lot, period=period, mini=mini, maxi=maxi)
        LotBalance.objects.create(period=made)
    _bring_to(made, maxi, hat)
    return made


def set_terms(period: LotPeriod, mini: Decimal, maxi: Decimal, hat: Membership | None = None) -> LotPeriod:
    """Change the mini and the maxi of a period. Raises Refused when more than the new maxi is used already."""
    locked = LotPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    balance = lock(locked)
    used = balance.maxi - balance.disponible
    if maxi < used:
        raise Refused(
            f"{heures(used)} sont déjà autorisées ou commandées\u00a0: le maxi ne peut pas descendre plus bas."
        )
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


def open_balance(composante: Composante) -> ComposanteBalance:
    """The empty balances of a new composante."""
    return ComposanteBalance.objects.create(composante=composante)
