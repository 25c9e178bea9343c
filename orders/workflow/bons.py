"""A bon de commande: prepared, sent, acknowledged, closed. Sent, it never changes; a change is an avenant."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events, outbox
from core.journal.notices import notify
from core.journal.numbering import next_number
from core.journal.refusals import Refused
from core.rulebook import receipts
from core.ui.french import heures, pluriel
from orders.content import content_of_order
from orders.enums import ComposanteState, OrderMove, OrderState
from orders.facts import agreed, facts_of_order, granted_by, judged
from orders.models import BonDeCommande, Composante, Lot
from orders.notices import OrderAcknowledged, OrderIssued
from orders.queries import mandataire_of, may_edit
from orders.queries.orders import is_addressee
from orders.workflow.composantes import (
    at_price_of_the_lot,
    give_back_ordered,
    lock_composante,
    order_hours,
    waits_for_check,
)
from orders.workflow.lawful import cites, must_be_lawful
from orders.workflow.people import members_of, region_of

MAKE_FILE = "bon_de_commande.fichier"
ACT = "emission"


def prepare(
    lot: Lot, composantes: Iterable[Composante], hat: Membership, *, title: str = "", note: str = ""
) -> BonDeCommande:
    """A draft order that carries these composantes of one lot, engaged and in no other order."""
    must_order(hat)
    with transaction.atomic():
        chosen = list(composantes)
        if not chosen:
            raise Refused("Choisissez au moins une composante.")
        # What was engaged at the end of a period is ordered on its hours, even in the next one.
        period = chosen[0].period
        order = BonDeCommande.objects.create(lot=lot, period=period, title=title[:200], note=note, created_by=hat)
        carry(order, chosen)
        events.record(order, "commande.preparee", "Bon de commande préparé", hat=hat)
    return order


def revise(
    order: BonDeCommande, composantes: Iterable[Composante], hat: Membership, *, title: str, note: str
) -> BonDeCommande:
    """Change a draft: what it carries, its object, its note."""
    must_order(hat)
    with transaction.atomic():
        locked = locked_order(order, (OrderState.BROUILLON,))
        locked.title, locked.note = title[:200], note
        locked.save()
        # What leaves and what enters, locked in one order: two drafts that exchange a composante wait, no more.
        chosen = {one.pk for one in composantes}
        rows = {pk: lock_composante(Composante(pk=pk)) for pk in sorted({*_keys_of(locked), *chosen})}
        leaving = [one for pk, one in rows.items() if pk not in chosen and one.order_id == locked.pk]
        Composante.objects.filter(pk__in=[one.pk for one in leaving]).update(order=None)
        carry(locked, [rows[pk] for pk in chosen])
    return locked


def carry(order: BonDeCommande, composantes: Iterable[Composante]) -> list[Composante]:
    """Put composantes in a draft. Raises Refused for one that is elsewhere, of another lot, or no longer engaged."""
    kept = []
    for one in sorted(composantes, key=lambda composante: composante.pk):  # one order for everyone: no deadlock
        locked = lock_composante(one)
        if locked.lot_id != order.lot_id:
            raise Refused(
                f"La composante {locked.number} est d’un autre lot\u00a0: un bon de commande n’en porte qu’un."
            )
        if locked.state != ComposanteState.ENGAGEE or locked.order_id not in (None, order.pk):
            raise Refused(f"La composante {locked.number} n’est plus à commander.")
        if locked.period_id != order.period_id:
            raise Refused(f"La composante {locked.number} est d’une autre période du lot.")
        locked.order = order
        locked.save()
        kept.append(locked)
    if not kept:
        raise Refused("Choisissez au moins une composante.")
    return kept


def _keys_of(order: BonDeCommande) -> list[int]:
    return list(order.composantes.values_list("pk", flat=True))


def abandon(order: BonDeCommande, hat: Membership) -> BonDeCommande:
    """Give up a draft; its composantes wait again to be ordered."""
    must_order(hat)
    with transaction.atomic():
        locked = locked_order(order, OrderMove.ABANDONNER.sources)
        Composante.objects.filter(order=locked).update(order=None)
        locked.abandonner()
        locked.save()
        events.record(locked, "commande.abandonnee", "Préparation abandonnée", hat=hat)
    return locked


def issue(order: BonDeCommande, hat: Membership, *, granted: Collection[str] = ()) -> BonDeCommande:
    """Send the order to the mandataire of the lot, whoever asked: numbered, frozen, its hours ordered.

    The rules of the order judge it and a receipt keeps what they said (R117-R125). `granted`: the ids of the rules for
    which the Région gives its agreement with this act (R51); what it has agreed to already is not asked again.

    Raises Refused: not a draft any more, nothing in it, or what a rule says against it.
    """
    must_order(hat)
    with transaction.atomic():
        receipts.hold_chain()  # before any row, as every act that a receipt keeps
        locked = locked_order(order, OrderMove.EMETTRE.sources)
        carried = [lock_composante(one) for one in locked.composantes.order_by("pk")]
        if not carried:
            raise Refused("Ce bon de commande ne porte aucune composante.")
        for composante in carried:  # its training may have fallen away while its row was waited for
            if composante.order_id != locked.pk or composante.state != ComposanteState.ENGAGEE:
                raise Refused(f"La composante {composante.number} n’est plus à commander. Rien n’a été émis.")
        before = agreed(carried)
        judgement = judged(facts_of_order(locked, carried), {*granted, *granted_by(before)})
        must_be_lawful(judgement)
        mandataire = mandataire_of(locked.lot)
        assert mandataire is not None  # noqa: S101 judged with R117
        marche = locked.lot.marche
        rank = next_number(f"commande:{marche.pk}", marche.starts_on.year)
        locked.number = f"{marche.number}-BC-{rank:04d}"
        locked.addressee, locked.issued_by, locked.issued_at = mandataire, hat, timezone.now()
        ordered = Decimal(0)
        for composante in carried:
            ordered += order_hours(composante, locked, key=f"order:{locked.pk}:{composante.pk}", hat=hat)
            composante.commander()
            composante.save()
        locked.content = content_of_order(locked, carried)
        locked.emettre()
        locked.save()
        receipts.issue(locked, ACT, judgement, hat=hat, told=cites(before))
        outbox.enqueue(MAKE_FILE, locked, 1)
        count = pluriel(len(carried), "composante")
        events.record(locked, "commande.emise", f"{locked} émis\u00a0: {count}, {heures(ordered)}", hat=hat)
        tell(OrderIssued, members_of(mandataire), locked, f"{locked} à accuser\u00a0: {count}, {heures(ordered)}")
    return locked


def apply_price(order: BonDeCommande, hat: Membership) -> BonDeCommande:
    """Give to each composante of a draft the price of the lot at its date (R123): it is engaged anew at that price.

    Raises Refused: not a draft any more, or the lot's hours are not there any more.
    """
    must_order(hat)
    with transaction.atomic():
        locked = locked_order(order, (OrderState.BROUILLON,))
        rows = [lock_composante(one) for one in locked.composantes.order_by("pk")]  # all of them before the books
        carry(locked, [at_price_of_the_lot(one, hat=hat) for one in rows])
        events.record(locked, "commande.prix", "Prix du lot appliqué aux composantes", hat=hat)
    return locked


def acknowledge(order: BonDeCommande, hat: Membership) -> BonDeCommande:
    """The mandataire says that he has the order."""
    with transaction.atomic():
        locked = locked_order(order, OrderMove.ACCUSER.sources)
        must_be_addressee(locked, hat)
        locked.acknowledged_at, locked.acknowledged_by = timezone.now(), hat
        locked.accuser()
        locked.save()
        events.record(locked, "commande.accusee", "Réception accusée par le mandataire", hat=hat)
        tell(OrderAcknowledged, region_of(locked.lot), locked, f"{locked}\u00a0: réception accusée")
    return locked


def close(order: BonDeCommande, hat: Membership) -> BonDeCommande:
    """Close an order whose trainings are over: the hours that were not done go back to the lot.

    Raises Refused while hours that are done wait for their invoice, stated ones for their check, or a change that is
    prepared for its avenant.
    """
    must_order(hat)
    with transaction.atomic():
        locked = locked_order(order, OrderMove.SOLDER.sources)
        if locked.avenants.filter(state=OrderState.BROUILLON).exists():
            raise Refused(
                "Un avenant est en préparation sur ce bon de commande\u00a0: émettez-le ou abandonnez-le d’abord."
            )
        given, living = Decimal(0), locked.composantes.exclude(state=ComposanteState.ANNULEE)
        for composante in [lock_composante(one) for one in living.order_by("pk")]:
            if composante.ends_on >= timezone.localdate():
                raise Refused(f"La formation «\u00a0{composante.title}\u00a0» n’est pas finie.")
            composante.balance.refresh_from_db()
            if composante.balance.realise:
                raise Refused(
                    f"La composante {composante.number} a {heures(composante.balance.realise)} réalisées qui ne sont "
                    "pas facturées."
                )
            if waits_for_check(composante):
                raise Refused(f"Un relevé d’heures de la composante {composante.number} attend votre réponse.")
            given += give_back_ordered(composante, locked, key=f"close:{locked.pk}:{composante.pk}", hat=hat)
            composante.solder()
            composante.save()
        locked.closed_at = timezone.now()
        locked.solder()
        locked.save()
        events.record(locked, "commande.soldee", f"Bon de commande soldé, {heures(given)} rendues au lot", hat=hat)
    return locked


def locked_order(order: BonDeCommande, states: Iterable[str]) -> BonDeCommande:
    """The row, locked (rows that only point to it are still written), in one of these states.

    Raises Refused when it has moved on.
    """
    rows = BonDeCommande.objects.select_for_update(of=("self",), no_key=True).select_related("lot__marche", "period")
    locked = rows.get(pk=order.pk)
    if locked.state not in states:
        raise Refused(
            f"{locked}\u00a0: il est devenu «\u00a0{locked.get_state_display().lower()}\u00a0». Rien n’a été changé."
        )
    return locked


def must_order(hat: Membership) -> None:
    """Orders are made by those who keep the lots. Raises Refused for the others."""
    if not may_edit(hat):
        raise Refused("Les bons de commande sont faits par les gestionnaires et les administrateurs de la Région.")


def must_be_addressee(order: BonDeCommande, hat: Membership) -> None:
    """The one to whom the order is sent, or who is the lot's mandataire today. Raises Refused for the others."""
    if not is_addressee(order, hat):
        raise Refused("La réception est accusée par le mandataire du lot.")


def tell(notice: Any, hats: Iterable[Membership], order: BonDeCommande, text: str, once: str = "") -> None:
    """News of an order, each told once per state."""
    notify(notice, hats, order, text, reverse("commande_detail", args=[order.pk]), dedupe_key=once or order.state)
