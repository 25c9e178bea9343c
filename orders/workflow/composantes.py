"""A composante from the authorisation that engages its hours to its end.

Called in the transaction of the act that it follows from: if the lot has not enough hours, nothing has happened.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership, Organisation
from core.journal import events
from core.journal.events import subject_of
from core.journal.notices import notify
from core.journal.numbering import next_number
from core.journal.refusals import Refused
from core.ui.french import heures, jour
from orders import ledger
from orders.enums import Account, ComposanteKind, ComposanteState, StatementState
from orders.models import Composante, Lot
from orders.notices import ToWithdraw
from orders.queries import period_now, price_for
from orders.workflow.people import region_of


@dataclass(frozen=True)
class Training:
    """What is bought: so many parcours of so many hours (heures-stagiaires), by this organisme, between these days.

    `origin` is the file that it comes from (a session), `reference` how that is named on the documents.
    """

    organisme: Organisation
    title: str
    places: int
    hours_each: Decimal
    starts_on: date
    ends_on: date
    reference: str = ""
    origin: models.Model | None = None


def engage(
    lot: Lot,
    kind: str,
    training: Training,
    *,
    hat: Membership,
    completes: Composante | None = None,
    reason: str = "",
) -> Composante:
    """Engage the hours of a training on its lot: places × hours of each parcours, at the price of the lot (R123).

    Raises Refused: no period of the lot today, no price dated, or fewer hours left than are asked.
    """
    period = period_now(lot)
    if period is None:
        raise Refused(f"Aucune période du lot {lot.number} ne court aujourd’hui\u00a0: rien ne peut y être engagé.")
    price = price_for(lot, training.starts_on)
    if price is None:
        raise Refused(f"Le lot {lot.number} n’a pas de prix au {jour(training.starts_on, weekday=False)}.")
    if training.places < 1 or training.hours_each <= 0:
        raise Refused("Une composante a au moins une place et des heures.")
    hours, year = training.places * training.hours_each, timezone.localdate().year
    free = ledger.lock(period).disponible
    if hours > free:
        raise Refused(ledger.too_much(period, hours, free))
    origin_type, origin_id = subject_of(training.origin) if training.origin is not None else ("", None)
    composante = Composante.objects.create(
        number=f"C{year}-{next_number('composante', year):04d}",
        kind=kind,
        lot=lot,
        period=period,
        organisme=training.organisme,
        completes=completes,
        title=training.title[:255],
        reference=training.reference,
        origin_type=origin_type,
        origin_id=origin_id,
        places=training.places,
        hours_each=training.hours_each,
        hours_asked=hours,
        price=price,
        starts_on=training.starts_on,
        ends_on=training.ends_on,
        reason=reason,
    )
    balance = ledger.open_balance(composante)
    ledger.move(
        period,
        hours,
        (Account.DISPONIBLE, None),
        (Account.ENGAGE, composante),
        document=composante,
        key=f"engage:{composante.pk}",
        hat=hat,
    )
    balance.refresh_from_db()
    events.record(
        composante, "composante.engagee", f"Composante {composante.number} engagée\u00a0: {heures(hours)}", hat=hat
    )
    return composante


def release(composante: Composante, *, hat: Membership, reason: str) -> Composante:
    """Give back to the lot the hours of a composante that nobody has ordered yet.

    An ordered one changes by an avenant only: raises Refused.
    """
    locked = lock_composante(composante)
    if locked.state == ComposanteState.ANNULEE:
        return locked
    if locked.state != ComposanteState.ENGAGEE:
        raise Refused(
            f"La composante {locked.number} est au {locked.order}\u00a0: elle ne s’en retire que par un avenant."
        )
    if locked.order_id is not None:  # chosen for a draft that was never sent
        locked.order = None
    _give_back(locked, Account.ENGAGE, locked, key=f"release:{locked.pk}", hat=hat)
    locked.annuler()
    locked.save()
    events.record(locked, "composante.annulee", "Heures rendues au lot", hat=hat, reason=reason)
    return locked


def drop(composante: Composante, *, hat: Membership, reason: str) -> Composante:
    """Its training will not take place: hours that are not ordered go back to the lot at once.

    An order is changed by an avenant alone: the lot's gestionnaire is asked for one.
    """
    locked = lock_composante(composante)
    if locked.state == ComposanteState.SOLDEE:  # nothing of it is held any more
        return locked
    if locked.state != ComposanteState.COMMANDEE:
        return release(locked, hat=hat, reason=reason)
    locked.to_withdraw = reason or "La formation n’a plus lieu"
    locked.save()
    events.record(locked, "composante.a_retirer", "À retirer de la commande par un avenant", hat=hat, reason=reason)
    text = f"{locked.order}\u00a0: la composante {locked.number} est à retirer par un avenant"
    url = reverse("commande_detail", args=[locked.order_id])
    notify(ToWithdraw, region_of(locked.lot), locked, text, url, dedupe_key=str(locked.pk))
    return locked


def follow(composante: Composante, training: Training, *, hat: Membership) -> Composante:
    """A training looked at again: the same composante when hours and price are the same, else another in its place.

    It takes the new title and days; an order that was sent keeps its own words. Raises Refused when it is ordered
    already and the hours differ: an avenant comes first.
    """
    locked = lock_composante(composante)
    same_hours = (locked.places, locked.hours_each) == (training.places, training.hours_each)
    ordered = locked.state != ComposanteState.ENGAGEE
    if same_hours and (ordered or locked.price == price_for(locked.lot, training.starts_on)):
        locked.title, locked.starts_on, locked.ends_on = training.title[:255], training.starts_on, training.ends_on
        locked.save()
        return locked
    return _replace(locked, training, hat=hat, why="La demande a changé")


def at_price_of_the_lot(composante: Composante, *, hat: Membership) -> Composante:
    """The composante at the price of the lot at its date (R123): itself, or another in its place if that has changed.

    Raises Refused when the hours are not free any more, or no period of the lot runs.
    """
    locked = lock_composante(composante)
    if locked.state != ComposanteState.ENGAGEE or locked.price == price_for(locked.lot, locked.starts_on):
        return locked
    training = Training(
        organisme=locked.organisme,
        title=locked.title,
        places=locked.places,
        hours_each=locked.hours_each,
        starts_on=locked.starts_on,
        ends_on=locked.ends_on,
        reference=locked.reference,
    )
    return _replace(locked, training, hat=hat, why="Le prix du lot a changé")


def _replace(before: Composante, training: Training, *, hat: Membership, why: str) -> Composante:
    """Another composante in the place of one that is not ordered, for the same file; the rooms above are told."""
    release(before, hat=hat, reason=why)
    made = engage(before.lot, before.kind, training, hat=hat, completes=before.completes, reason=before.reason)
    _same_origin(made, before)
    events.announce("composante.remplacee", before=before, after=made)
    return made


def _same_origin(made: Composante, other: Composante) -> None:
    made.origin_type, made.origin_id = other.origin_type, other.origin_id
    made.save()


def lock_composante(composante: Composante) -> Composante:
    """The row, locked until the transaction ends.

    Rows that only point to it (an entry, a line of an invoice) are written meanwhile: whoever holds the books and
    ends his act does not wait for the one who waits for them.
    """
    return (
        Composante.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lot", "period", "order", "completes")
        .get(pk=composante.pk)
    )


def waits_for_check(composante: Composante) -> bool:
    """Whether hours that were stated on it wait for the gestionnaire: until then they are neither done nor free."""
    return composante.statements.filter(state=StatementState.PROPOSE).exists()


def order_hours(composante: Composante, document: models.Model, *, key: str, hat: Membership) -> Decimal:
    """All that was engaged becomes ordered, on the strength of an order or of an avenant. Returns the hours."""
    engaged: Decimal = composante.balance.engage
    ledger.move(
        composante.period,
        engaged,
        (Account.ENGAGE, composante),
        (Account.COMMANDE, composante),
        document=document,
        key=key,
        hat=hat,
    )
    return engaged


def give_back_ordered(composante: Composante, document: models.Model, *, key: str, hat: Membership) -> Decimal:
    """The ordered hours that were not done go back to the lot. Returns how many."""
    return _give_back(composante, Account.COMMANDE, document, key=key, hat=hat)


def _give_back(
    composante: Composante, account: Account, document: models.Model, *, key: str, hat: Membership
) -> Decimal:
    composante.balance.refresh_from_db()
    hours: Decimal = getattr(composante.balance, account.value)
    if hours:
        ledger.move(
            composante.period,
            hours,
            (account, composante),
            (Account.DISPONIBLE, None),
            document=document,
            key=key,
            hat=hat,
        )
    return hours


def complement(
    composante: Composante,
    *,
    kind: str,
    places: int,
    hours_each: Decimal,
    reason: str,
    hat: Membership,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Composante:
    """One more parcours on an ordered training (R72), or the hours that lead to the whole certification (R51).

    Both complete a composante of the same lot and the same domain. Raises Refused without a reason or when the
    composante is not ordered.
    """
    locked = lock_composante(composante)
    if kind not in (ComposanteKind.COMPLEMENTAIRE, ComposanteKind.SUPPLEMENTAIRE):
        raise Refused("Un complément est une commande complémentaire ou des heures supplémentaires.")
    if locked.state not in (ComposanteState.COMMANDEE, ComposanteState.SOLDEE):
        raise Refused(f"La composante {locked.number} n’est pas commandée\u00a0: il n’y a rien à compléter.")
    if not reason.strip():
        raise Refused("Écrivez le motif\u00a0: le mandataire le lira sur la commande.")
    training = Training(
        organisme=locked.organisme,
        title=locked.title,
        places=places,
        hours_each=hours_each,
        starts_on=starts_on or locked.starts_on,
        ends_on=ends_on or locked.ends_on,
        reference=locked.reference,
    )
    made = engage(locked.lot, kind, training, hat=hat, completes=locked, reason=reason.strip())
    _same_origin(made, locked)  # it goes with its session: given back when that one falls away
    return made
