"""A line put into the market, by the same acts as the screens; a line that says what is there already changes nothing.

Each writer gives back what changes, in words, or None when nothing does. It raises Fault or Refused.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.accounts.models import Membership
from core.journal.refusals import Refused
from orders.enums import LotRole
from orders.importing import records
from orders.importing.columns import BY_KEY, Kind
from orders.importing.lines import Fault, Line
from orders.importing.lists import Lists, NotNamed
from orders.models import Lot, LotCertification, LotPlace, Marche
from orders.workflow import market, terms

Changes = list[str] | None
# The cell that is meant when the act is refused as a whole.
MEANT = {
    Kind.MARCHE: "marche",
    Kind.RECONDUCTION: "debut",
    Kind.LOT: "lot",
    Kind.PERIODE: "debut",
    Kind.CERTIFICATION: "certification",
    Kind.MEMBRE: "role",
    Kind.LIEU: "intitule",
    Kind.PRIX: "prix",
}


class Writer:
    """Writes lines for a hat. `quiet`: the organismes are not told."""

    def __init__(self, hat: Membership, lists: Lists, *, quiet: bool) -> None:
        self.hat, self.lists, self.quiet = hat, lists, quiet
        self._acts: dict[Kind, Callable[[Line], Changes]] = {
            Kind.MARCHE: self._marche,
            Kind.RECONDUCTION: self._renewal,
            Kind.LOT: self._lot,
            Kind.PERIODE: self._period,
            Kind.CERTIFICATION: self._certification,
            Kind.MEMBRE: self._member,
            Kind.LIEU: self._place,
        }

    def write(self, line: Line) -> tuple[bool, Changes]:
        """(whether the record is new, what changes). Raises Fault; prices are written together, by `write_prices`."""
        try:
            changes = self._acts[line.kind](line)
        except Refused as refused:
            raise Fault(MEANT[line.kind], refused.message) from refused
        return changes == [], changes

    def write_prices(self, lines: Sequence[Line]) -> dict[int, Changes | Fault]:
        """The prices of one lot, by line: the first ones only; then, a price is asked and decided (R124)."""
        told: dict[int, Changes | Fault] = {}
        try:
            lot = self._find_lot(lines[0])
        except Fault as fault:
            return dict.fromkeys((line.number for line in lines), fault)
        known = {price.period.lower: price.amount for price in lot.prices.all()}
        for line in sorted(lines, key=lambda one: one.values["debut"]):
            start, amount = line.values["debut"], line.values["prix"]
            if known.get(start) == amount:
                told[line.number] = None
            elif known:
                why = "le prix d’un lot change par une demande que la Région décide, pas par un tableau (R124)."
                told[line.number] = Fault("prix", why)
            else:
                told[line.number] = self._date_price(lot, amount, start)
        return told

    def _date_price(self, lot: Lot, amount: Decimal, start: date) -> Changes | Fault:
        try:
            market.date_price(lot, amount, start, self.hat, quiet=self.quiet)
        except Refused as refused:
            return Fault("debut", refused.message)
        return []

    def _find_marche(self, line: Line) -> Marche:
        marche = Marche.objects.filter(number=line.marche).first()
        if marche is None:
            raise Fault("marche", "n’est ni un marché du portail, ni celui d’une ligne acceptée de ce tableau.")
        return marche

    def _find_lot(self, line: Line) -> Lot:
        marche = self._find_marche(line)
        lot = marche.lots.filter(number=line.lot).first()
        if lot is None:
            raise Fault("lot", "n’est ni un lot de ce marché, ni celui d’une ligne acceptée de ce tableau.")
        return lot

    def _marche(self, line: Line) -> Changes:
        marche = Marche.objects.filter(number=line.marche).prefetch_related("renewals").first()
        changes = _differences(line, records.of_marche(marche)) if marche else []
        if marche is None:
            marche = Marche(number=line.marche)
        elif not changes:
            return None
        elif marche.renewals.all() and line.values["fin"] != records.of_marche(marche)["fin"]:
            raise Fault("fin", "ne change plus\u00a0: le marché est reconduit.")
        marche.title, marche.starts_on = line.values["intitule"], line.values["debut"]
        marche.renewals_planned = line.values.get("reconductions", marche.renewals_planned)
        if not (marche.pk and marche.renewals.all()):
            marche.ends_on = line.values["fin"]
        market.save_marche(marche, self.hat)
        return changes

    def _renewal(self, line: Line) -> Changes:
        marche = self._find_marche(line)
        renewal = marche.renewals.filter(starts_on=line.values["debut"]).first()
        if renewal is None:
            if line.values["debut"] != marche.ends_on + terms.DAY:
                after = records.said("debut", marche.ends_on + terms.DAY)
                raise Fault("debut", f"une reconduction commence le lendemain de la fin du marché, le {after}.")
            terms.renew(marche, line.values["fin"], line.values["decidee"], self.hat, quiet=self.quiet)
            return []
        changes = _differences(line, records.of_renewal(renewal))
        if changes:
            terms.correct_renewal(renewal, line.values["fin"], line.values["decidee"], self.hat)
        return changes or None

    def _lot(self, line: Line) -> Changes:
        marche = self._find_marche(line)
        lot = marche.lots.filter(number=line.lot).select_related("filiere", "gestionnaire", "marche").first()
        before = records.of_lot(lot) if lot else {}
        changes = _differences(line, before) if lot else []
        if lot is None:
            lot = Lot(marche=marche, number=line.lot)
        elif not changes:
            return None
        lot.title, lot.filiere = line.values["intitule"], line.found["filiere"]
        lot.coordinateur = line.values.get("coordinateur", lot.coordinateur)
        lot.is_active = line.values.get("actif", lot.is_active)
        email = line.values.get("gestionnaire")
        if email is not None and email.lower() != before.get("gestionnaire", "").lower():
            lot.gestionnaire = self._gestionnaire(email)
        market.save_lot(lot, self.hat, where=_where(line, lot))
        return changes

    def _gestionnaire(self, email: str) -> Any:
        if not email:
            return None
        try:
            return self.lists.gestionnaire(email)
        except NotNamed as not_named:
            raise Fault("gestionnaire", f"{not_named}.") from None

    def _period(self, line: Line) -> Changes:
        lot, said = self._find_lot(line), line.values
        period = lot.periods.filter(period__startswith=said["debut"]).first()
        if period is None:
            terms.open_period(lot, said["debut"], said["fin"], said["mini"], said["maxi"], self.hat)
            return []
        changes = _differences(line, records.of_period(period))
        if changes:
            terms.change_period(period, said["fin"], said["mini"], said["maxi"], self.hat)
        return changes or None

    def _certification(self, line: Line) -> Changes:
        lot, certification = self._find_lot(line), line.found["certification"]
        row = LotCertification.objects.filter(lot=lot, certification=certification).first()
        if not line.active:
            if row is None:
                return None
            market.unlist_certification(row, self.hat)
            return ["Ôtée de la liste du lot"]
        changes = _differences(line, records.of_certification(row)) if row else []
        if row and not changes:
            return None
        obligatory = line.values.get("obligatoire", row.obligatoire if row else False)
        market.list_certification(lot, certification, obligatory, self.hat)
        return changes

    def _member(self, line: Line) -> Changes:
        lot, organisme = self._find_lot(line), line.found["organisme"]
        member = lot.members.filter(organisation=organisme, is_active=True).first()
        if not line.active:
            if member is None:
                return None
            market.remove_member(member, self.hat)
            return ["Quitte le groupement"]
        if member is None:
            market.add_member(
                lot,
                organisme,
                line.found["role"],
                self.hat,
                lack_stated_on=line.values.get("carence"),
                mandataire_agreed_on=line.values.get("accord"),
                quiet=self.quiet,
            )
            return []
        changes = _differences(line, records.of_member(member))
        if not changes:
            return None
        if member.role == LotRole.SOUS_TRAITANT == line.found["role"]:
            market.correct_statements(member, line.values["carence"], line.values["accord"], self.hat)
            return changes
        was = member.get_role_display().lower()
        raise Fault(
            "role",
            f"{organisme} est {was} dans ce groupement. Un rôle change en deux lignes\u00a0: l’ancienne, "
            "«\u00a0non\u00a0» dans «\u00a0Actif\u00a0», puis la nouvelle.",
        )

    def _place(self, line: Line) -> Changes:
        lot, organisme, said = self._find_lot(line), line.found["organisme"], line.values
        known = lot.places.filter(organisme=organisme, name=said["intitule"], is_active=True)
        place = known.select_related("commune").first()
        if not line.active:
            if place is None:
                return None
            market.retire_place(place, self.hat)
            return ["Retiré de la liste du lot"]
        changes = _differences(line, records.of_place(place)) if place else []
        if place is None:
            place = LotPlace(lot=lot, organisme=organisme, name=said["intitule"])
        elif not changes:
            return None
        place.address, place.postcode, place.commune = said["adresse"], said["code_postal"], line.found["commune"]
        place.siret = said.get("siret_lieu", place.siret)
        market.add_place(place, self.hat)
        return changes


def _differences(line: Line, before: records.Values) -> list[str]:
    """« Maxi\u00a0: 84 000 → 90 000 » for each column that says something else than what is there."""
    return [
        f"{BY_KEY[key].label}\u00a0: {records.said(key, old)} → {records.said(key, line.values[key])}"
        for key, old in before.items()
        if key in line.values and not _same(line.values[key], old)
    ]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold() if "@" in one else one == other
    return bool(one == other)


def _where(line: Line, lot: Lot) -> market.Where:
    """Where the line says that the lot is; where it was when the file has none of these columns."""
    kept = {"departements", "epcis", "territoires"}
    if not kept & line.values.keys():
        if lot.pk is None:
            raise Fault("departements", "dites où est le lot\u00a0: ses départements, ou un territoire plus fin.")
        return market.Where(lot.departements.all(), lot.epcis.all(), lot.territoires.all())
    return market.Where(*(line.found.get(key, ()) for key in ("departements", "epcis", "territoires")))
