"""The supporting sheets of an invoice: one for each line, within what Chorus Pro takes beside an invoice.

A sheet names nobody: hours stand under the number of each parcours, which the organisme and the Région find in the
attendance. It says neither why somebody was away nor anything else of a person.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.ui.french import taille
from core.ui.pdf import render_pdf
from invoices.document.checks import Fault
from invoices.document.files import STYLES

NAME_MAX, FILE_MAX, ALL_MAX = 50, 10_000_000, 120_000_000  # characters with the extension, bytes, bytes
_NAME = re.compile(r"[A-Za-z0-9_.-]+\.pdf", re.ASCII)


@dataclass(frozen=True)
class Weighed:
    """A file as Chorus Pro counts it."""

    name: str
    size: int


def file_name(composante: str, month: date) -> str:
    """« heures-C2026-0042-2026-10.pdf »."""
    return f"heures-{composante}-{month:%Y-%m}.pdf"


def faults(files: Collection[Weighed]) -> list[Fault]:
    """What Chorus Pro would refuse of these files together. Empty: they may be sent."""
    found: list[Fault] = []
    seen: set[str] = set()
    for one in files:
        if len(one.name) > NAME_MAX:
            found.append(Fault("sheet_name_long", f"« {one.name} » compte plus de {NAME_MAX} caractères."))
        if not _NAME.fullmatch(one.name):
            found.append(Fault("sheet_name_signs", f"« {one.name} » n’est pas un nom de fichier PDF sans accent."))
        if one.name.lower() in seen:
            found.append(Fault("sheet_twice", f"Deux pièces s’appellent « {one.name} »."))
        if not one.size:
            found.append(Fault("sheet_empty", f"« {one.name} » est vide."))
        if one.size >= FILE_MAX:
            said = f"« {one.name} » pèse {taille(one.size)} : moins de {taille(FILE_MAX)} chacune."
            found.append(Fault("sheet_heavy", said))
        seen.add(one.name.lower())
    total = sum(one.size for one in files)
    if total > ALL_MAX:
        said = f"Les pièces pèsent {taille(total)} : {taille(ALL_MAX)} au plus ensemble."
        found.append(Fault("sheets_heavy", said))
    return found


def pdf_of(kept: Mapping[str, Any]) -> bytes:
    """The file of a sheet from its frozen content: the same content gives the same bytes."""
    rows = [{**row, "hours": Decimal(row["hours"]), "absent": Decimal(row["absent"])} for row in kept["rows"]]
    said = {
        **kept,
        "rows": rows,
        "issued_on": date.fromisoformat(kept["issued_on"]),
        "month": date.fromisoformat(kept["month"]),
        "total": Decimal(kept["total"]),
        "billed": Decimal(kept["billed"]),
        "absent": sum((row["absent"] for row in rows), Decimal(0)),
        "seals": [{**one, "confirmed_on": date.fromisoformat(one["confirmed_on"])} for one in kept["seals"]],
        "booked_on": date.fromisoformat(kept["booked_on"]),
    }
    return render_pdf("invoices/pdf/piece.html", {"said": said}, *STYLES)
