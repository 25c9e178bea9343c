"""The gestionnaire's word to those whom the month waits for: once a day for an order's month."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.months import last_of
from core.ui.french import liste, mois
from invoices.notices import MonthNudged
from invoices.queries.month_end import month_ends, month_orders
from orders.models import BonDeCommande
from orders.queries.market import may_edit
from orders.workflow.people import members_of


def nudge(order: BonDeCommande, month: date, hat: Membership) -> list[str]:
    """Tell every organisme what an order's month (its first day) still waits for from it. Returns who is told.

    Raises Refused: not a keeper of the lots, month not over, nothing waited from an organisme, told today already.
    """
    if not may_edit(hat):
        raise Refused("Les relances sont faites par les gestionnaires de la Région.")
    today = timezone.localdate()
    if last_of(month) >= today:
        raise Refused(f"{mois(month).capitalize()} n’est pas terminé : rien n’est encore en retard.")
    found = next(iter(month_ends(list(month_orders(hat, month).filter(pk=order.pk)), month, hat)), None)
    if found is None or not found.to_nudge:
        raise Refused("Rien n’est attendu d’un organisme pour ce mois.")
    url = reverse("service_fait", args=[order.pk, f"{month:%Y-%m}"])
    key, told, names = f"{month:%Y-%m}:{today}", 0, []
    with transaction.atomic():
        for organisme in found.to_nudge:
            what = liste(one.text for one in found.missing if one.organisme == organisme)
            text = f"{order.number}, {mois(month)} : {what}"
            at = (
                url
                if organisme == order.addressee
                else next(one.url for one in found.missing if one.organisme == organisme)
            )
            told += notify(MonthNudged, members_of(organisme), order, text, at, dedupe_key=key)
            names.append(organisme.name)
        if not told:
            raise Refused("Une relance est déjà partie aujourd’hui pour ce mois.")
        events.record(order, "facture.relance", f"Relance de {liste(names)} pour {mois(month)}", hat=hat)
    return names
