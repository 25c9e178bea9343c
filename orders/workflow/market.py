"""The acts on the market's records. The Région keeps them; the mandataire alone lets a subcontractor in (R114).

Every function raises `Refused`, in French, when the act is not lawful.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.reference.models import Certification
from core.ui.french import euros, jour
from orders import ledger
from orders.enums import LotRole
from orders.models import Lot, LotCertification, LotMember, LotPlace, LotPrice, Marche
from orders.notices import MemberEntered, PriceChanged
from orders.queries import live_requests, mandataire_of, may_edit, period_shown, role_on
from orders.rules import departure_refusal
from orders.workflow.people import members_of, region_of

_MARCHE_TAKEN = {"orders_marche_number": "Un marché porte déjà ce numéro."}
_LOT_TAKEN = {"lot_number_unique": "Ce marché a déjà un lot de ce numéro."}


def save_marche(marche: Marche, hat: Membership) -> Marche:
    """Keep a marché, new or changed. Raises Refused when its number has just been taken."""
    _must_keep_records(hat)
    with transaction.atomic():
        new = marche.pk is None
        with lost_race(_MARCHE_TAKEN):
            marche.save()
        label = f"Marché {marche.number} créé" if new else f"Marché {marche.number} modifié"
        events.record(marche, "marche.tenu", label, hat=hat)
    return marche


def save_lot(
    lot: Lot,
    hat: Membership,
    *,
    departements: Iterable[Any],
    certifications: Mapping[Certification, bool],
    mini: Decimal,
    maxi: Decimal,
) -> Lot:
    """Keep a lot with its départements and its list of certifications (`True` for an obligatory one, R45).

    `mini` and `maxi` (heures-stagiaires) are those of the period that runs; a new lot's first period is that of its
    marché. Raises Refused when its number has just been taken in the marché, or when more than `maxi` is used.
    """
    _must_keep_records(hat)
    with transaction.atomic():
        new = lot.pk is None
        with lost_race(_LOT_TAKEN):
            lot.save()
        lot.departements.set(departements)
        kept = {row.certification_id: row for row in lot.lot_certifications.all()}
        for certification, obligatory in certifications.items():
            row = kept.pop(certification.pk, None)
            if row is None:
                LotCertification.objects.create(lot=lot, certification=certification, obligatoire=obligatory)
            elif row.obligatoire != obligatory:
                row.obligatoire = obligatory
                row.save()
        lot.lot_certifications.filter(pk__in=[row.pk for row in kept.values()]).delete()
        _keep_terms(lot, mini, maxi, hat)
        events.record(lot, "lot.tenu", "Lot créé" if new else "Lot modifié", hat=hat)
    return lot


def _keep_terms(lot: Lot, mini: Decimal, maxi: Decimal, hat: Membership) -> None:
    if not lot.periods.exists():
        days = DateRange(lot.marche.starts_on, lot.marche.ends_on + timedelta(days=1))
        ledger.open_period(lot, days, mini, maxi, hat)
        return
    period = period_shown(lot)
    if period and (period.mini, period.maxi) != (mini, maxi):
        ledger.set_terms(period, mini, maxi, hat)


def may_add_member(lot: Lot, hat: Membership, role: str) -> bool:
    """The Région names the group; the mandataire, and nobody else, lets a subcontractor in (R114)."""
    if role == LotRole.SOUS_TRAITANT:
        return may_edit(hat) or role_on(lot, hat.organisation) == LotRole.MANDATAIRE
    return may_edit(hat)


def add_member(
    lot: Lot,
    organisation: Organisation,
    role: str,
    hat: Membership,
    *,
    lack_stated_on: date | None = None,
    mandataire_agreed_on: date | None = None,
) -> LotMember:
    """Let an organisme into the group. A subcontractor enters with his two statements (R113).

    The Région records a subcontractor only with the mandataire's dated agreement: the decision stays his.
    """
    with transaction.atomic():
        locked = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
        if not may_add_member(locked, hat, role):
            raise Refused(
                "L’entrée d’un sous-traitant est décidée par le mandataire du lot, et par lui seul."
                if role == LotRole.SOUS_TRAITANT
                else "Seule la Région tient la composition du groupement."
            )
        if organisation.kind != OrganisationKind.ORGANISME:
            raise Refused("Seul un organisme de formation entre dans un groupement.")
        present = locked.members.filter(is_active=True)
        if present.filter(organisation=organisation).exists():
            raise Refused(f"{organisation} est déjà membre du groupement.")
        if role == LotRole.MANDATAIRE and present.filter(role=LotRole.MANDATAIRE).exists():
            raise Refused("Le lot a déjà un mandataire : retirez-le d’abord.")
        if role == LotRole.SOUS_TRAITANT and not (lack_stated_on and mandataire_agreed_on):
            raise Refused(
                "Un sous-traitant entre avec deux pièces : l’attestation qu’aucun membre du groupement ne peut faire "
                "cette formation, et l’accord du mandataire."
            )
        subcontractor = role == LotRole.SOUS_TRAITANT
        member = LotMember.objects.create(
            lot=locked,
            organisation=organisation,
            role=role,
            lack_stated_on=lack_stated_on if subcontractor else None,
            mandataire_agreed_on=mandataire_agreed_on if subcontractor else None,
            entered_by=hat,
        )
        word = member.get_role_display().lower()
        events.record(locked, "lot.membre_entre", f"{organisation} entre dans le groupement ({word})", hat=hat)
        text = f"{organisation} entre comme {word} dans le groupement du lot {locked.number}"
        told = {*members_of(organisation), *region_of(locked)}
        if mandataire := mandataire_of(locked):
            told |= set(members_of(mandataire))
        notify(MemberEntered, told, locked, text, reverse("lot_detail", args=[locked.pk]), dedupe_key=str(member.pk))
    return member


def remove_member(member: LotMember, hat: Membership) -> LotMember:
    """An organisme leaves the group; its decided requests and its sessions stay as they are.

    Raises Refused while one of its requests on the lot waits for an answer: only a member may ask (R112).
    """
    with transaction.atomic():
        locked = LotMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
        if not may_add_member(locked.lot, hat, locked.role):
            raise Refused("Vous ne tenez pas la composition de ce groupement.")
        if not locked.is_active:
            raise Refused(f"{locked.organisation} a déjà quitté le groupement.")
        if refusal := departure_refusal(str(locked.organisation), live_requests(locked.lot, locked.organisation)):
            raise Refused(refusal)
        locked.is_active = False
        locked.save()
        events.record(locked.lot, "lot.membre_sort", f"{locked.organisation} quitte le groupement", hat=hat)
    return locked


def set_price(lot: Lot, amount: Decimal, starts_on: date, hat: Membership, *, reason: str = "") -> LotPrice:
    """The first price of a lot, from a day on (R123): one for the whole group.

    Raises Refused when the lot has one already: it changes by a price request that the Région decides (R124).
    """
    _must_keep_records(hat)
    with transaction.atomic():
        Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
        if lot.prices.exists():
            raise Refused("Le prix d’un lot change par une demande que la Région décide, pas autrement (R124).")
        return date_price(lot, amount, starts_on, hat, reason=reason)


def date_price(lot: Lot, amount: Decimal, starts_on: date, hat: Membership, *, reason: str = "") -> LotPrice:
    """Write a price that is decided: the one before ends that day, and the group is told.

    Raises Refused when a later price stands already: prices are dated one after the other.
    """
    with transaction.atomic():
        locked = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
        prices = list(locked.prices.order_by("period"))
        if any(price.period.lower is None or price.period.lower >= starts_on for price in prices):
            raise Refused(
                f"Un prix est déjà daté du {jour(starts_on, weekday=False)} ou d’un jour d’après. "
                "Un nouveau prix vient après les autres."
            )
        for price in prices:
            if price.period.upper is None or price.period.upper > starts_on:
                price.period = DateRange(price.period.lower, starts_on)
                price.save()
        made = LotPrice.objects.create(lot=locked, amount=amount, period=DateRange(starts_on, None))
        label = f"Prix de l’heure-stagiaire : {euros(amount)} à partir du {jour(starts_on, weekday=False)}"
        events.record(locked, "lot.prix", label, hat=hat, reason=reason)
        group = Membership.objects.filter(
            organisation__lot_memberships__lot=locked, organisation__lot_memberships__is_active=True, is_active=True
        ).select_related("user")
        url = reverse("lot_detail", args=[locked.pk])
        notify(PriceChanged, group, locked, f"Lot {locked.number} · {label}", url, dedupe_key=str(made.pk))
    return made


def add_place(place: LotPlace, hat: Membership) -> LotPlace:
    """A training place that the Région agrees for the lot (R44)."""
    _must_keep_records(hat)
    with transaction.atomic():
        if role_on(place.lot, place.organisme) is None:
            raise Refused(f"{place.organisme} n’est pas membre du groupement de ce lot.")
        place.save()
        events.record(place.lot, "lot.lieu", f"Lieu accepté : {place.name}, {place.commune.name}", hat=hat)
    return place


def retire_place(place: LotPlace, hat: Membership) -> LotPlace:
    """A place leaves the lot's list; sessions that already use it keep it."""
    _must_keep_records(hat)
    with transaction.atomic():
        locked = LotPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
        if not locked.is_active:
            raise Refused(f"{locked.name} n’est déjà plus dans la liste.")
        locked.is_active = False
        locked.save()
        events.record(locked.lot, "lot.lieu_retire", f"Lieu retiré de la liste : {locked.name}", hat=hat)
    return locked


def _must_keep_records(hat: Membership) -> None:
    if not may_edit(hat):
        raise Refused("Les marchés et les lots sont tenus par les gestionnaires et les administrateurs de la Région.")
