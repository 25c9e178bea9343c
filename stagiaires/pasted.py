"""A timetable pasted from a spreadsheet: cells between tabs or semicolons, with or without titles."""

import datetime as dt
import re
import unicodedata

from core.journal.refusals import Refused
from core.ui.french import parse_jour, parse_nombre
from stagiaires.enums import HourKind
from stagiaires.workflow.timetable import Slot, duration

MOST_LINES = 2_000
MOST_FAULTS = 12  # said at once
_ORDER = ("on_date", "starts_at", "ends_at", "kind", "subject", "room", "trainer")
_TITLES = {
    "date": "on_date", "jour": "on_date", "debut": "starts_at", "de": "starts_at", "fin": "ends_at", "a": "ends_at",
    "heures": "hours", "duree": "hours", "type": "kind", "type d'heures": "kind", "contenu": "subject",
    "matiere": "subject", "module": "subject", "salle": "room", "lieu": "room", "formateur": "trainer",
    "formatrice": "trainer",
}  # fmt: skip
_TIME = re.compile(r"(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?(?:\s*(?:min|mn))?$", re.IGNORECASE)
_KINDS = {
    "technique": HourKind.TECHNIQUE, "formation technique": HourKind.TECHNIQUE, "centre": HourKind.TECHNIQUE,
    "remise a niveau": HourKind.REMISE_A_NIVEAU, "module": HourKind.MODULE, "module complementaire": HourKind.MODULE,
    "distance": HourKind.DISTANCE, "a distance": HourKind.DISTANCE, "entreprise": HourKind.ENTREPRISE,
    "en entreprise": HourKind.ENTREPRISE, "stage": HourKind.ENTREPRISE,
}  # fmt: skip


def read(text: str) -> list[Slot]:
    """The half-days of a pasted table. Raises Refused with what is wrong, a line of text for each fault."""
    rows = [_cells(line) for line in text.splitlines()]
    lines = [(rank, cells) for rank, cells in enumerate(rows, start=1) if any(cells)]
    if len(lines) > MOST_LINES:
        raise Refused(f"Ce tableau a plus de {MOST_LINES} lignes : collez-le en plusieurs fois.")
    order = list(_ORDER)
    if lines and (titles := [_TITLES.get(_plain(cell), "") for cell in lines[0][1]]).count("on_date") == 1:
        order, lines = titles, lines[1:]
    slots, faults = [], []
    seen: set[tuple[dt.date, str]] = set()
    for rank, cells in lines:
        try:
            slot = _slot({name: cell for name, cell in zip(order, cells, strict=False) if name})
            if (slot.on_date, slot.part) in seen:
                raise ValueError("cette demi-journée est déjà plus haut")
            seen.add((slot.on_date, slot.part))
            slots.append(slot)
        except ValueError as error:
            faults.append(f"Ligne {rank} : {error}.")
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [f"… et {len(faults) - MOST_FAULTS} autres lignes à revoir."]
    if faults:
        raise Refused("\n".join(faults))
    if not slots:
        raise Refused("Aucune demi-journée dans ce texte.")
    return slots


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in re.split(r"\t|;", line)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.strip().lower().replace("’", "'"))
    return "".join(one for one in folded if not unicodedata.combining(one))


def _slot(said: dict[str, str]) -> Slot:
    try:
        day = parse_jour(said.get("on_date", ""))
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"« {said.get('on_date', '')} » n’est pas une date, par exemple 10/11/2026")
    start, end = (_time(said.get(name, ""), name) for name in ("starts_at", "ends_at"))
    if end <= start:
        raise ValueError("la fin vient après le début")
    hours = duration(start, end)
    if said.get("hours"):
        try:
            hours = parse_nombre(said["hours"].lower().removesuffix("h"))
        except ValueError:
            raise ValueError(f"« {said['hours']} » n’est pas un nombre d’heures") from None
    kind = _KINDS.get(_plain(said.get("kind", "")) or "technique")
    if kind is None:
        raise ValueError(f"« {said['kind']} » n’est pas un type d’heures connu")
    words = {name: said.get(name, "")[:most] for name, most in (("subject", 160), ("room", 120), ("trainer", 120))}
    return Slot(day, start, end, hours, kind, **words)


def _time(text: str, name: str) -> dt.time:
    found = _TIME.match(text.strip())
    try:
        return dt.time(int(found[1]), int(found[2] or 0)) if found else dt.time.fromisoformat(text.strip())
    except ValueError:
        which = "de début" if name == "starts_at" else "de fin"
        raise ValueError(f"« {text} » n’est pas une heure {which}, par exemple 9:00") from None
