"""A line of the file: its cells read as what they mean, or every fault found, each with its cell."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.reference.models import Departement, Epci, TerritoireEfop
from core.reference.text import normalise
from core.ui.french import parse_jour, parse_nombre
from orders.enums import LotRole
from orders.importing import records
from orders.importing.columns import BY_KEY, SHAPES, WHO, Kind, reference_of
from orders.importing.lists import Lists, NotNamed

_FORMULA = re.compile(r"'(?=[\s\u00a0]*[=+\-@＝＋－＠])")
_LENGTHS = {"marche": 40, "intitule": 250, "coordinateur": 160, "adresse": 250}
_ROLES = {normalise(role.label): role for role in LotRole} | {normalise(role.value): role for role in LotRole}
_YES, _NO = {"oui", "o", "x", "vrai", "1"}, {"non", "n", "faux", "0"}


class Fault(Exception):
    """Why a line cannot be written: the column that is meant, and the rest of a French sentence."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key, self.text = key, text


@dataclass
class Line:
    """What a line says. `values`: in the words of `records`, the columns that the file has; `found`: what they name."""

    kind: Kind
    number: int
    cells: Mapping[str, str]
    at: Mapping[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def marche(self) -> str:
        return self.cells.get("marche", "")

    @property
    def lot(self) -> int:
        number: int = self.values["lot"]
        return number

    @property
    def active(self) -> bool:
        return bool(self.values.get("actif", True))

    def say(self, fault: Fault) -> str:
        """« C12 (Lot), « 1000 » : … »."""
        place = f"{reference_of(self.at[fault.key], self.number)} " if fault.key in self.at else ""
        written = self.cells.get(fault.key, "")[:60]
        told = f"\u00a0: «\u00a0{written}\u00a0» " if written else "\u00a0: "
        return f"{place}({BY_KEY[fault.key].label}){told}{fault.text}"

    def subject(self) -> str:
        """What the line is about, for the list of lines."""
        told = [self.marche and f"Marché {self.marche}", self.cells.get("lot") and f"lot {self.cells['lot']}"]
        names = {
            Kind.PERIODE: ("debut", "fin"),
            Kind.CERTIFICATION: ("certification",),
            Kind.MEMBRE: ("organisme", "siret"),
            Kind.LIEU: ("intitule",),
            Kind.PRIX: ("debut",),
            Kind.RECONDUCTION: ("debut",),
        }.get(self.kind, ("intitule",))
        named = [self.cells[key] for key in names if self.cells.get(key)]
        return ", ".join([*filter(None, told), *named[: 2 if self.kind == Kind.PERIODE else 1]])[:300]


def read_line(kind: Kind, number: int, row: list[str], at: Mapping[str, int], lists: Lists) -> Line:
    """Read a line. `at`: where each column stands (`columns.places`). Every fault is found, not only the first."""
    cells = {key: _FORMULA.sub("", row[place], count=1) for key, place in at.items()}
    line = Line(kind, number, cells, at)
    shape = SHAPES[kind]
    for key in (*shape.needed, *shape.optional):
        if key not in at:
            if key in shape.needed:
                line.faults.append(f"Il manque la colonne «\u00a0{BY_KEY[key].label}\u00a0».")
            continue
        try:
            line.values[key] = _read(line, key, lists)
        except Fault as fault:
            line.faults.append(line.say(fault))
    beside = [key for key in cells if cells[key] and key not in ("type", *shape.columns)]
    for key in beside:
        line.faults.append(line.say(Fault(key, f"ne se dit pas sur une ligne «\u00a0{kind.label}\u00a0»")) + ".")
    if not line.faults:
        try:
            _together(line, lists)
        except Fault as fault:
            line.faults.append(line.say(fault))
    return line


def _read(line: Line, key: str, lists: Lists) -> Any:
    text = line.cells[key]
    if not text:
        if key in SHAPES[line.kind].needed:
            raise Fault(key, "cette cellule est vide, elle est nécessaire ici.")
        return _BLANK.get(key, "")
    try:
        return _READERS.get(key, _text)(line, key, text, lists)
    except NotNamed as not_named:
        raise Fault(key, f"{not_named}.") from None


_BLANK: dict[str, Any] = {"reconductions": 0, "obligatoire": False, "actif": True, "carence": None, "accord": None}


def _text(_line: Line, key: str, text: str, _lists: Lists) -> str:
    if len(text) > _LENGTHS.get(key, 160):
        raise Fault(key, f"est trop long\u00a0: {_LENGTHS.get(key, 160)} signes au plus.")
    return text


def _day(_line: Line, key: str, text: str, _lists: Lists) -> date:
    try:
        return parse_jour(text)
    except ValueError:
        raise Fault(key, "n’est pas une date (attendu\u00a0: 31/12/2026).") from None


def _whole(_line: Line, key: str, text: str, _lists: Lists) -> int:
    most = 999 if key == "lot" else 20
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or int(text) > most or (key == "lot" and not int(text)):
        raise Fault(key, f"n’est pas un nombre entier de {1 if key == 'lot' else 0} à {most}.")
    return int(text)


def _amount(_line: Line, key: str, text: str, _lists: Lists) -> Decimal:
    try:
        value = parse_nombre(text)
    except (ValueError, InvalidOperation):
        raise Fault(key, "n’est pas un nombre (attendu\u00a0: 84000 ou 9,35).") from None
    most = Decimal(10_000) if key == "prix" else Decimal(10_000_000_000)
    if value < 0 or value >= most or (key == "prix" and not value):
        raise Fault(key, "n’est pas un nombre possible ici.")
    if value != round(value, 2):
        raise Fault(key, "a plus de deux décimales.")
    return round(value, 2)


def _yes_no(_line: Line, key: str, text: str, _lists: Lists) -> bool:
    word = normalise(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Fault(key, "n’est ni «\u00a0oui\u00a0» ni «\u00a0non\u00a0».")


def _filiere(line: Line, key: str, text: str, lists: Lists) -> str:
    line.found[key] = lists.filiere(text)
    return str(line.found[key].name)


def _departements(line: Line, key: str, text: str, lists: Lists) -> str:
    line.found[key] = lists.zones(Departement, text)
    return ", ".join(sorted(one.pk for one in line.found[key]))


def _zones(line: Line, key: str, text: str, lists: Lists) -> str:
    line.found[key] = lists.zones(Epci if key == "epcis" else TerritoireEfop, text)
    return records.names(line.found[key])


def _certification(line: Line, key: str, text: str, lists: Lists) -> str:
    line.found[key] = lists.certification(text)
    return str(line.found[key].pk)


def _role(line: Line, key: str, text: str, _lists: Lists) -> str:
    role = _ROLES.get(normalise(text))
    if role is None:
        raise Fault(key, "n’est pas un rôle (attendu\u00a0: mandataire, co-traitant ou sous-traitant).")
    line.found[key] = role
    return str(role.label)


def _postcode(_line: Line, key: str, text: str, _lists: Lists) -> str:
    code = text.replace(" ", "")
    if not re.fullmatch(r"\d{5}", code, re.ASCII):
        raise Fault(key, "n’est pas un code postal\u00a0: il compte cinq chiffres.")
    return code


def _siret(_line: Line, key: str, text: str, _lists: Lists) -> str:
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"\d{14}", digits, re.ASCII):
        raise Fault(key, "n’est pas un SIRET\u00a0: il compte 14 chiffres.")
    return digits


_READERS: dict[str, Callable[[Line, str, str, Lists], Any]] = {
    **dict.fromkeys(("debut", "fin", "decidee", "carence", "accord"), _day),
    **dict.fromkeys(("lot", "reconductions"), _whole),
    **dict.fromkeys(("mini", "maxi", "prix"), _amount),
    **dict.fromkeys(("obligatoire", "actif"), _yes_no),
    **dict.fromkeys(("epcis", "territoires"), _zones),
    "filiere": _filiere,
    "departements": _departements,
    "certification": _certification,
    "role": _role,
    "code_postal": _postcode,
    "siret_lieu": _siret,
}


def _together(line: Line, lists: Lists) -> None:
    """What several cells say together."""
    values = line.values
    if "debut" in values and "fin" in values and values["fin"] <= values["debut"]:
        raise Fault("fin", "ne vient pas après le début.")
    if "maxi" in values and values["maxi"] < values["mini"]:
        raise Fault("maxi", "est plus petit que le mini.")
    if line.kind in (Kind.MEMBRE, Kind.LIEU):
        line.found["organisme"] = _who(line, lists)
    if line.kind == Kind.LIEU:
        try:
            line.found["commune"] = lists.commune(values["commune"], values["code_postal"])
        except NotNamed as not_named:
            raise Fault("commune", f"{not_named}.") from None
        values["commune"] = line.found["commune"].name
    if line.kind == Kind.LOT and values.get("departements") and (values.get("epcis") or values.get("territoires")):
        raise Fault("departements", "un lot couvre des départements ou un territoire plus fin, pas les deux.")
    if line.kind == Kind.MEMBRE:
        _statements(line)


def _who(line: Line, lists: Lists) -> Any:
    siret, name = (line.cells.get(key, "") for key in WHO)
    key = "siret" if siret else "organisme"
    if not siret and not name:
        raise Fault(key, "donnez le SIRET ou le nom de l’organisme.")
    try:
        return lists.organisme(siret, name)
    except NotNamed as not_named:
        raise Fault(key, f"{not_named}.") from None


def _statements(line: Line) -> None:
    """A subcontractor has two dated statements (R113); nobody else has any."""
    subcontractor = line.found["role"] == LotRole.SOUS_TRAITANT
    for key, word in (("carence", "l’attestation de carence du groupement"), ("accord", "l’accord du mandataire")):
        if subcontractor and line.active and not line.values.get(key):
            raise Fault(key, f"un sous-traitant entre avec {word}, à sa date.")
        if not subcontractor and line.values.get(key):
            raise Fault(key, "ne se dit que d’un sous-traitant.")
