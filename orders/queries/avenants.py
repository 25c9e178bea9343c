"""What the operations of an avenant do to the hours, before anything is done: both sides of each composante."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.ui.french import heures
from orders.enums import ComposanteState, OperationKind
from orders.models import Avenant, AvenantOperation, BonDeCommande, Composante


@dataclass(frozen=True)
class Side:
    """One composante of an avenant: its ordered hours before the operations and after them."""

    composante: Composante
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    @property
    def lost(self) -> Decimal:
        return -self.change


def operations_of(avenant: Avenant) -> list[AvenantOperation]:
    """The operations of an avenant in their order, with what they touch."""
    rows = avenant.operations.select_related(
        "composante__balance", "composante__period", "composante__completes", "other__balance", "other__order"
    )
    return list(rows.order_by("rank"))


def reading_of(operations: Iterable[AvenantOperation]) -> str:
    """What somebody who reads these operations has seen of an avenant: it is another one once it does anything else."""
    return "-".join(str(one.pk) for one in operations)


def touched_by(operations: Iterable[AvenantOperation]) -> dict[int, Composante]:
    """Each composante that the operations name, by its key."""
    return {one.pk: one for op in operations for one in (op.composante, op.other) if one is not None}


def changes(operations: Iterable[AvenantOperation]) -> "defaultdict[int, Decimal]":
    """Composante → hours that its ordered account gains or loses."""
    change: defaultdict[int, Decimal] = defaultdict(Decimal)
    for operation in operations:
        one, hours = operation.composante, operation.hours or Decimal(0)
        if operation.kind == OperationKind.AJOUTER:
            change[one.pk] += one.balance.engage
        elif operation.kind == OperationKind.RETIRER:
            change[one.pk] -= one.balance.commande
        elif operation.kind == OperationKind.AUGMENTER:
            change[one.pk] += hours
        else:
            change[one.pk] -= hours
            if operation.other is not None:
                change[operation.other.pk] += hours
    return change


def living(order: BonDeCommande) -> list[Composante]:
    """The composantes that an order holds still."""
    rows = order.composantes.exclude(state=ComposanteState.ANNULEE).select_related("balance", "organisme", "period")
    return list(rows.order_by("number"))


def before_and_after(avenant: Avenant) -> list[Side]:
    """Each composante of the order, and those that the operations touch, with both sides."""
    operations = operations_of(avenant)
    touched = {one.pk: one for one in living(avenant.order)}
    for pk, one in touched_by(operations).items():
        touched.setdefault(pk, one)
    change = changes(operations)
    rows = sorted(touched.values(), key=lambda composante: composante.number)
    return [Side(one, one.balance.ordered, one.balance.ordered + change[one.pk]) for one in rows]


def free_before_and_after(avenant: Avenant, sides: list[Side]) -> tuple[Decimal, Decimal]:
    """The free hours of the lot before the operations and after them; those of an added composante are held already."""
    held = sum((one.composante.balance.engage for one in sides if one.change), Decimal(0))
    free = avenant.order.period.balance.disponible
    return free, free - sum((one.change for one in sides), Decimal(0)) + held


def giving(order: BonDeCommande) -> QuerySet[Composante]:
    """What an operation may begin from: composantes of the order, and those that wait to be ordered on its lot."""
    held = Q(order=order, state=ComposanteState.COMMANDEE)
    ready = Q(lot=order.lot_id, period=order.period_id, state=ComposanteState.ENGAGEE, order=None)
    return _shown(held | ready)


def receiving(order: BonDeCommande) -> QuerySet[Composante]:
    """Where hours may go: ordered composantes of the same lot and period, whatever their order."""
    return _shown(Q(lot=order.lot_id, period=order.period_id, state=ComposanteState.COMMANDEE))


def all_ordered() -> QuerySet[Composante]:
    """Every ordered composante of the portal."""
    return _shown(Q(state=ComposanteState.COMMANDEE))


def _shown(which: Q) -> QuerySet[Composante]:
    return Composante.objects.filter(which).select_related("balance", "order").order_by("number")


def matching(rows: QuerySet[Composante], words: str) -> QuerySet[Composante]:
    """Those whose number, session or title hold these words."""
    for word in words.split():
        rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word) | Q(reference__icontains=word))
    return rows


def named(rows: QuerySet[Composante], said: str) -> Composante | None:
    """The one that a key, a number or words name; None when they name nothing, or several."""
    if said.isascii() and said.isdigit() and len(said) < 19:
        return rows.filter(pk=int(said)).first()
    exact = rows.filter(number__iexact=said.partition(" ")[0]).first()
    found = [exact] if exact else list(matching(rows, said)[:2])
    return found[0] if len(found) == 1 else None


def label_of(rows: QuerySet[Composante], key: str) -> str:
    """The words of a composante in a list of proposals, found by its key."""
    one = named(rows, key)
    return str(one) if one else key


def hint_of(one: Composante) -> str:
    """What stands beside its name: whether it is to be ordered, or how many of its hours are not done."""
    if one.state == ComposanteState.ENGAGEE:
        return f"À commander, {heures(one.hours_asked)}"
    return f"{one.order}, {heures(one.balance.commande)} à réaliser"
