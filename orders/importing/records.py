"""The market as the file tells it: each record in words, so that what comes in is compared with what is there."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from orders.importing.columns import BY_KEY, TABLE, Kind
from orders.models import Lot, LotCertification, LotMember, LotPeriod, LotPlace, LotPrice, Marche, Renewal
from orders.workflow.terms import DAY

Values = dict[str, Any]


def of_marche(marche: Marche) -> Values:
    """Its end is the one before any renewal."""
    renewals = sorted(marche.renewals.all(), key=lambda one: one.rank)
    end = renewals[0].starts_on - DAY if renewals else marche.ends_on
    return {
        "intitule": marche.title,
        "debut": marche.starts_on,
        "fin": end,
        "reconductions": marche.renewals_planned,
    }


def of_renewal(renewal: Renewal) -> Values:
    return {"debut": renewal.starts_on, "fin": renewal.ends_on, "decidee": renewal.decided_on}


def of_lot(lot: Lot) -> Values:
    """Départements are told when the lot is not in a finer territory."""
    epcis, territoires = names(lot.epcis.all()), names(lot.territoires.all())
    departements = "" if epcis or territoires else ", ".join(sorted(one.pk for one in lot.departements.all()))
    return {
        "intitule": lot.title,
        "filiere": lot.filiere.name,
        "departements": departements,
        "epcis": epcis,
        "territoires": territoires,
        "gestionnaire": lot.gestionnaire.email if lot.gestionnaire else "",
        "coordinateur": lot.coordinateur,
        "actif": lot.is_active,
    }


def names(zones: Any) -> str:
    """« Cholet Agglomération; Nantes Métropole »."""
    return "; ".join(sorted(zone.name for zone in zones))


def of_period(period: LotPeriod) -> Values:
    days = period.period
    return {"debut": days.lower, "fin": days.upper - DAY, "mini": period.mini, "maxi": period.maxi}


def of_certification(row: LotCertification) -> Values:
    return {"certification": row.certification_id, "obligatoire": row.obligatoire, "actif": True}


def of_member(member: LotMember) -> Values:
    return {
        "role": str(member.get_role_display()),
        "carence": member.lack_stated_on,
        "accord": member.mandataire_agreed_on,
        "actif": member.is_active,
    }


def of_place(place: LotPlace) -> Values:
    return {
        "intitule": place.name,
        "adresse": place.address,
        "code_postal": place.postcode,
        "commune": place.commune.name,
        "siret_lieu": place.siret,
        "actif": place.is_active,
    }


def of_price(price: LotPrice) -> Values:
    return {"debut": price.period.lower, "prix": price.amount}


def said(key: str, value: Any) -> str:
    """A value as people read it; « rien » when there is none."""
    return BY_KEY[key].write(value) or "rien"


def market() -> Iterator[Values]:
    """Every marché with its lots, as rows of the file. Ten queries, whatever their number."""
    lots = (
        Lot.objects.select_related("filiere", "gestionnaire")
        .prefetch_related(
            "departements",
            "epcis",
            "territoires",
            Prefetch("periods", LotPeriod.objects.order_by("period")),
            Prefetch("lot_certifications", LotCertification.objects.order_by("certification_id")),
            Prefetch("members", LotMember.objects.filter(is_active=True).select_related("organisation").order_by("pk")),
            Prefetch(
                "places",
                LotPlace.objects.filter(is_active=True).select_related("organisme", "commune").order_by("name", "pk"),
            ),
            Prefetch("prices", LotPrice.objects.order_by("period")),
        )
        .order_by("number")
    )
    renewals = Prefetch("renewals", Renewal.objects.order_by("rank"))
    for marche in Marche.objects.prefetch_related(renewals, Prefetch("lots", lots)).order_by("starts_on", "number"):
        head = {"marche": marche.number}
        yield _row(Kind.MARCHE, head, of_marche(marche))
        for renewal in marche.renewals.all():
            yield _row(Kind.RECONDUCTION, head, of_renewal(renewal))
        for lot in marche.lots.all():
            yield from _lot({**head, "lot": str(lot.number)}, lot)


def _lot(head: Values, lot: Lot) -> Iterator[Values]:
    yield _row(Kind.LOT, head, of_lot(lot))
    for period in lot.periods.all():
        yield _row(Kind.PERIODE, head, of_period(period))
    for row in lot.lot_certifications.all():
        yield _row(Kind.CERTIFICATION, head, of_certification(row))
    for member in lot.members.all():
        yield _row(Kind.MEMBRE, {**head, **_who(member.organisation)}, of_member(member))
    for place in lot.places.all():
        yield _row(Kind.LIEU, {**head, **_who(place.organisme)}, of_place(place))
    for price in lot.prices.all():
        yield _row(Kind.PRIX, head, of_price(price))


def _who(organisation: Any) -> Values:
    return {"siret": organisation.siret, "organisme": organisation.name}


def _row(kind: Kind, head: Values, values: Values) -> Values:
    blank = dict.fromkeys((column.key for column in TABLE.columns), None)
    return {**blank, "type": kind.label, **head, **values}
