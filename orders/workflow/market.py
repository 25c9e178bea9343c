"""The acts on the market's records. The Région keeps them; the mandataire alone lets a subcontractor in (R114).

Every function raises `Refused`, in French, when the act is not lawful.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership, Organisation
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.reference.models import Certification, Departement, Epci, TerritoireEfop
from core.ui.french import euros, jour
from orders.enums import LotRole
from orders.models import BonDeCommande, Lot, LotCertification, LotMember, LotPlace, LotPrice, Marche
from orders.notices import MemberEntered, PriceChanged
from orders.queries import live_requests, mandataire_of, may_edit, role_on
from orders.queries.territory import touched
from orders.rules import departure_refusal
from orders.workflow import terms
from orders.workflow.people import members_of, region_of

_MARCHE_TAKEN = {"orders_marche_number": "Un marché porte déjà ce numéro."}
_LOT_TAKEN = {"lot_number_unique": "Ce marché a déjà un lot de ce numéro."}


def save_marche(marche: Marche, hat: Membership) -> Marche:
    """Keep a marché, new or changed. Its end moves by a renewal once there is one.

    Raises Refused when its number has just been taken, when a period of a lot would stand outside, or when its first
    year would change under orders that are numbered.
    """
    terms.must_keep_records(hat)
    with transaction.atomic():
        new = marche.pk is None
        if not new:
            kept = Marche.objects.select_for_update(of=("self",)).get(pk=marche.pk)
            renewed = marche.renewals.count()
            if renewed and kept.ends_on != marche.ends_on:
                raise Refused("La fin d’un marché reconduit est celle de sa dernière reconduction.")
            if renewed > marche.renewals_planned:
                raise Refused(f"Le marché est déjà reconduit {renewed} fois.")
            if kept.starts_on.year != marche.starts_on.year and _has_numbered_orders(kept):
                raise Refused(
                    "Ses bons de commande sont numérotés depuis l’année de son début\u00a0: elle ne change plus."
                )
            terms.must_hold_periods(marche, marche.starts_on, marche.ends_on)
        with lost_race(_MARCHE_TAKEN):
            marche.save()
        label = f"Marché {marche.number} créé" if new else f"Marché {marche.number} modifié"
        events.record(marche, "marche.tenu", label, hat=hat)
    return marche


def _has_numbered_orders(marche: Marche) -> bool:
    """Their series goes by the year when the marché begins: another year would give the same numbers again."""
    return BonDeCommande.objects.filter(lot__marche=marche).exclude(number="").exists()


@dataclass(frozen=True)
class Where:
    """Where a lot is: départements or, finer, intercommunalités and territories, which then alone count (R43)."""

    departements: Iterable[Departement] = ()
    epcis: Iterable[Epci] = ()
    territoires: Iterable[TerritoireEfop] = ()


def save_lot(
    lot: Lot,
    hat: Membership,
    *,
    where: Where,
    certifications: Mapping[Certification, bool] | None = None,
    first_terms: tuple[Decimal, Decimal] | None = None,
    first_ends_on: date | None = None,
) -> Lot:
    """Keep a lot with where it is and its list of certifications (`True` for an obligatory one, R45).

    `first_terms`: mini and maxi (heures-stagiaires) of the first period of a lot that has none, from the beginning of
    its marché to `first_ends_on`, or to the end of the marché. What is None stays as it is. Raises Refused when its
    number has just been taken in the marché.
    """
    terms.must_keep_records(hat)
    with transaction.atomic():
        new = lot.pk is None
        epcis, territoires = list(where.epcis), list(where.territoires)
        departements = touched(epcis, territoires) if epcis or territoires else list(where.departements)
        if not departements:
            raise Refused("Un lot couvre au moins un département ou un territoire.")
        with lost_race(_LOT_TAKEN):
            lot.save()
        lot.departements.set(departements)
        lot.epcis.set(epcis)
        lot.territoires.set(territoires)
        if certifications is not None:
            _keep_certifications(lot, certifications)
        if first_terms is not None and not lot.periods.exists():
            terms.open_period(lot, lot.marche.starts_on, first_ends_on or lot.marche.ends_on, *first_terms, hat)
        events.record(lot, "lot.tenu", "Lot créé" if new else "Lot modifié", hat=hat)
        if not new:
            events.announce("lot.tenu", lot=lot)  # who follows it may be known from now on
    return lot


def _keep_certifications(lot: Lot, certifications: Mapping[Certification, bool]) -> None:
    kept = {row.certification_id: row for row in lot.lot_certifications.all()}
    for certification, obligatory in certifications.items():
        row = kept.pop(certification.pk, None)
        if row is None:
            LotCertification.objects.create(lot=lot, certification=certification, obligatoire=obligatory)
        elif row.obligatoire != obligatory:
            row.obligatoire = obligatory
            row.save()
    lot.lot_certifications.filter(pk__in=[row.pk for row in kept.values()]).delete()


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
    quiet: bool = False,
) -> LotMember:
    """Let an organisme into the group. A subcontractor enters with his two statements (R113).

    The Région records a subcontractor only with the mandataire's dated agreement: the decision stays his. `quiet`:
    nobody is told.
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
        if quiet:
            return member
        text = f"{organisation} entre comme {word} dans le groupement du lot {locked.number}"
        told = {*members_of(organisation), *region_of(locked)}
        if mandataire := mandataire_of(locked):
            told |= set(members_of(mandataire))
        notify(MemberEntered, told, locked, text, reverse("lot_detail", args=[locked.pk]), dedupe_key=str(member.pk))
    return member


def correct_statements(
    member: LotMember, lack_stated_on: date, mandataire_agreed_on: date, hat: Membership
) -> LotMember:
    """Put right the dates of a subcontractor’s two statements (R113); the history of the lot keeps those before.

    Raises Refused for a hat that does not let subcontractors in, and for another member, who has no statement.
    """
    with transaction.atomic():
        locked = (
            LotMember.objects.select_for_update(of=("self",)).select_related("lot", "organisation").get(pk=member.pk)
        )
        if not may_add_member(locked.lot, hat, LotRole.SOUS_TRAITANT):
            raise Refused("Vous ne tenez pas la composition de ce groupement.")
        if locked.role != LotRole.SOUS_TRAITANT or not locked.is_active:
            raise Refused(f"{locked.organisation} n’est pas sous-traitant de ce groupement.")
        before = {"carence": str(locked.lack_stated_on), "accord": str(locked.mandataire_agreed_on)}
        locked.lack_stated_on, locked.mandataire_agreed_on = lack_stated_on, mandataire_agreed_on
        locked.save()
        label = (
            f"Pièces de {locked.organisation}\u00a0: carence attestée le {jour(lack_stated_on, weekday=False)}, "
            f"accord du mandataire le {jour(mandataire_agreed_on, weekday=False)}"
        )
        events.record(locked.lot, "lot.membre_pieces", label[:300], hat=hat, detail={"avant": before})
    return locked


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
    terms.must_keep_records(hat)
    with transaction.atomic():
        Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
        if lot.prices.exists():
            raise Refused("Le prix d’un lot change par une demande que la Région décide, pas autrement (R124).")
        return date_price(lot, amount, starts_on, hat, reason=reason)


def date_price(
    lot: Lot, amount: Decimal, starts_on: date, hat: Membership, *, reason: str = "", quiet: bool = False
) -> LotPrice:
    """Write a price that is decided: the one before ends that day, and the group is told unless `quiet`.

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
        if quiet:
            return made
        group = Membership.objects.filter(
            organisation__lot_memberships__lot=locked, organisation__lot_memberships__is_active=True, is_active=True
        ).select_related("user")
        url = reverse("lot_detail", args=[locked.pk])
        notify(PriceChanged, group, locked, f"Lot {locked.number} · {label}", url, dedupe_key=str(made.pk))
    return made


def list_certification(lot: Lot, certification: Certification, obligatoire: bool, hat: Membership) -> LotCertification:
    """Put a certification on the lot's list, or say whether the group must be able to offer it (R42, R45)."""
    terms.must_keep_records(hat)
    with transaction.atomic():
        row, _made = LotCertification.objects.update_or_create(
            lot=lot, certification=certification, defaults={"obligatoire": obligatoire}
        )
        label = f"Certification de la liste\u00a0: {certification.pk}{', obligatoire' if obligatoire else ''}"
        events.record(lot, "lot.certification", label, hat=hat)
    return row


def unlist_certification(row: LotCertification, hat: Membership) -> None:
    """Take a certification off the lot's list."""
    terms.must_keep_records(hat)
    with transaction.atomic():
        events.record(
            row.lot, "lot.certification", f"Certification ôtée de la liste\u00a0: {row.certification_id}", hat=hat
        )
        row.delete()


def add_place(place: LotPlace, hat: Membership) -> LotPlace:
    """A training place that the Région agrees for the lot (R44), or one put right."""
    terms.must_keep_records(hat)
    with transaction.atomic():
        if role_on(place.lot, place.organisme) is None:
            raise Refused(f"{place.organisme} n’est pas membre du groupement de ce lot.")
        place.save()
        events.record(place.lot, "lot.lieu", f"Lieu accepté : {place.name}, {place.commune.name}", hat=hat)
    return place


def retire_place(place: LotPlace, hat: Membership) -> LotPlace:
    """A place leaves the lot's list; sessions that already use it keep it."""
    terms.must_keep_records(hat)
    with transaction.atomic():
        locked = LotPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
        if not locked.is_active:
            raise Refused(f"{locked.name} n’est déjà plus dans la liste.")
        locked.is_active = False
        locked.save()
        events.record(locked.lot, "lot.lieu_retire", f"Lieu retiré de la liste : {locked.name}", hat=hat)
    return locked
