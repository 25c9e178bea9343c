"""The terms of the market in time: renewals of a marché, periods of a lot with their mini and their maxi.

Every function raises `Refused`, in French, when the act is not lawful.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.ui.french import heures, jour, periode
from orders import ledger
from orders.models import Lot, LotPeriod, Marche, Renewal
from orders.notices import MarcheRenewed
from orders.queries import mandataire_of, may_edit
from orders.workflow.people import members_of, region_of

DAY = timedelta(days=1)
_RENEWED = {"renewal_rank_once": "Ce marché vient d’être reconduit."}


def must_keep_records(hat: Membership) -> None:
    """Raises Refused for those who do not keep the market's records."""
    if not may_edit(hat):
        raise Refused("Les marchés et les lots sont tenus par les gestionnaires et les administrateurs de la Région.")


def renew(marche: Marche, ends_on: date, decided_on: date, hat: Membership, *, quiet: bool = False) -> Renewal:
    """Renew a marché from the day after its end to `ends_on`, and tell those who keep and head its lots.

    Raises Refused when as many renewals as were planned are made already.
    """
    must_keep_records(hat)
    with transaction.atomic():
        locked = Marche.objects.select_for_update(of=("self",)).get(pk=marche.pk)
        rank = locked.renewals.count() + 1
        if rank > locked.renewals_planned:
            raise Refused(
                "Aucune reconduction n’est prévue au marché."
                if rank == 1
                else f"Le marché prévoit {locked.renewals_planned} reconduction(s), toutes faites."
            )
        starts_on = locked.ends_on + DAY
        _must_follow(starts_on, ends_on)
        with lost_race(_RENEWED):
            made = Renewal.objects.create(
                marche=locked, rank=rank, starts_on=starts_on, ends_on=ends_on, decided_on=decided_on
            )
        locked.ends_on = ends_on
        locked.save()
        label = f"Marché reconduit jusqu’au {jour(ends_on, weekday=False)} ({rank} sur {locked.renewals_planned})"
        events.record(locked, "marche.reconduit", label, hat=hat)
        if not quiet:
            _tell_renewal(locked, made)
    marche.ends_on = ends_on
    return made


def _tell_renewal(marche: Marche, renewal: Renewal) -> None:
    end = jour(renewal.ends_on, weekday=False)
    for lot in marche.lots.filter(is_active=True).order_by("number"):
        head = mandataire_of(lot)
        hats = [*region_of(lot), *(members_of(head) if head else [])]
        text = f"Le marché {marche.number} est reconduit jusqu’au {end}\u00a0: lot {lot.number}"
        notify(MarcheRenewed, hats, lot, text, reverse("lot_detail", args=[lot.pk]), dedupe_key=str(renewal.pk))


def correct_renewal(renewal: Renewal, ends_on: date, decided_on: date, hat: Membership) -> Renewal:
    """Put right the last renewal of a marché. Raises Refused for another, or when a period of a lot ends later."""
    must_keep_records(hat)
    with transaction.atomic():
        marche = Marche.objects.select_for_update(of=("self",)).get(pk=renewal.marche_id)
        locked = Renewal.objects.select_for_update(of=("self",)).get(pk=renewal.pk)
        if marche.renewals.filter(rank__gt=locked.rank).exists():
            raise Refused("Seule la dernière reconduction se corrige.")
        _must_follow(locked.starts_on, ends_on)
        must_hold_periods(marche, marche.starts_on, ends_on)
        locked.ends_on, locked.decided_on = ends_on, decided_on
        locked.save()
        marche.ends_on = ends_on
        marche.save()
        label = f"Reconduction {locked.rank} corrigée\u00a0: jusqu’au {jour(ends_on, weekday=False)}"
        events.record(marche, "marche.reconduit", label, hat=hat)
    return locked


def _must_follow(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Refused(f"La reconduction commence le {jour(starts_on, weekday=False)}\u00a0: elle finit après ce jour.")


def must_hold_periods(marche: Marche, starts_on: date, ends_on: date) -> None:
    """Raises Refused when a period of one of its lots goes beyond these dates of a marché."""
    within = DateRange(starts_on, ends_on + DAY)
    outside = LotPeriod.objects.filter(lot__marche=marche).exclude(period__contained_by=within)
    if first := outside.select_related("lot").order_by("lot__number", "period").first():
        raise Refused(
            f"Le lot {first.lot.number} a une période {periode(first.period.lower, first.period.upper - DAY)}\u00a0: "
            "le marché la contient."
        )


def open_period(lot: Lot, first: date, last: date, mini: Decimal, maxi: Decimal, hat: Membership) -> LotPeriod:
    """Open a period of a lot, from its first day to its last, with the least and the most to order on it (R118)."""
    must_keep_records(hat)
    with transaction.atomic():
        _must_hold(lot, first, last, mini, maxi)
        made = ledger.open_period(lot, DateRange(first, last + DAY), mini, maxi, hat)
        label = f"Période ouverte, {periode(first, last)}\u00a0: mini {heures(mini)}, maxi {heures(maxi)}"
        events.record(lot, "lot.periode", label, hat=hat)
    return made


def change_period(period: LotPeriod, last: date, mini: Decimal, maxi: Decimal, hat: Membership) -> LotPeriod:
    """Change the last day, the mini or the maxi of a period. The maxi never goes below what is used."""
    must_keep_records(hat)
    with transaction.atomic():
        locked = LotPeriod.objects.select_for_update(of=("self",)).select_related("lot__marche").get(pk=period.pk)
        first, before = locked.period.lower, (locked.period.upper - DAY, locked.mini, locked.maxi)
        if before == (last, mini, maxi):
            return locked
        _must_hold(locked.lot, first, last, mini, maxi)
        if last != before[0]:
            locked.period = DateRange(first, last + DAY)
            with lost_race(ledger.APART):
                locked.save()
        if (mini, maxi) != before[1:]:
            locked = ledger.set_terms(locked, mini, maxi, hat)
        label = f"Période modifiée, {periode(first, last)}\u00a0: mini {heures(mini)}, maxi {heures(maxi)}"
        events.record(period.lot, "lot.periode", label, hat=hat)
    return locked


def _must_hold(lot: Lot, first: date, last: date, mini: Decimal, maxi: Decimal) -> None:
    if last <= first:
        raise Refused("Une période finit après avoir commencé.")
    if mini > maxi:
        raise Refused("Le maxi est au moins égal au mini.")
    marche = lot.marche
    if first < marche.starts_on or last > marche.ends_on:
        raise Refused(
            f"Le marché {marche.number} va {periode(marche.starts_on, marche.ends_on)}\u00a0: "
            "une période de ses lots n’en sort pas."
        )
