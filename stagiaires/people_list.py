"""A list of persons as advisors keep it: pasted cells, CSV, TSV or a workbook, with columns under many names.

Nothing here knows a session nor the database: `read_text` and `read_file` give lines that any form can take.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from core.journal.refusals import Refused
from core.reference.text import normalise
from core.ui import spreadsheets
from stagiaires.enums import Level

MAX_LINES = 100

# What each answer is called: our own title, then the names that it bears elsewhere, compared without accents nor signs.
COLUMNS: dict[str, tuple[str, ...]] = {
    "last_name": ("Nom", "nom d usage", "nom usuel", "nom de famille", "nom du candidat", "nom beneficiaire", "nom de"),
    "first_name": ("Prénom", "prenoms", "prenom du candidat", "prenom beneficiaire", "prenom de"),
    "birth_name": ("Nom de naissance", "nom patronymique"),
    "birth_on": ("Date de naissance", "date naissance", "naissance", "ne le", "nee le", "ne e le", "ddn"),
    "email": ("Courriel", "adresse electronique", "email", "e mail", "mail", "adresse email", "adresse e mail",
              "adresse mail"),
    "phone": ("Téléphone", "tel", "portable", "mobile", "numero de telephone", "telephone portable"),
    "ft_identifier": ("Identifiant France Travail", "identifiant ft", "identifiant pole emploi", "identifiant pe",
                      "identifiant", "id france travail", "id ft", "numero france travail", "identifiant de",
                      "numero de demandeur"),
    "category": ("Catégorie", "categorie d inscription", "categorie inscription", "categorie de"),
    "level": ("Niveau", "niveau d etudes", "niveau de formation", "niveau de qualification"),
    "sex": ("Sexe", "genre", "civilite"),
    "postcode": ("Code postal", "cp"),
    "city": ("Ville", "commune", "commune de residence"),
    "note": ("Présentation", "commentaire", "commentaires", "observation", "observations", "note"),
}  # fmt: skip
NEEDED = ("last_name", "first_name", "birth_on")


@dataclass(frozen=True)
class ListLine:
    """One person of a list: `values` are what a form would have received, by name of its fields."""

    line: int
    values: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.values.get('first_name', '')} {self.values.get('last_name', '')}".strip()


def read_text(text: str, columns: Mapping[str, Sequence[str]] = COLUMNS) -> list[ListLine]:
    """Read pasted cells (tabulations), or lines with semicolons or commas. Raises Refused, in French."""
    content = text.strip("\n\r").encode()
    return read_file(io.BytesIO(content), len(content), columns)


def read_file(file: IO[bytes], size: int, columns: Mapping[str, Sequence[str]] = COLUMNS) -> list[ListLine]:
    """Read a CSV or a workbook. `columns`: the names that each answer may bear. Raises Refused, in French.

    Raises too when the titles are missing or when the list is longer than `MAX_LINES`.
    """
    headers, rows = spreadsheets.read(file, size, "personne")
    found = columns_of(headers, columns)
    missing = [columns[name][0] for name in NEEDED if name not in found]
    if missing:
        raise Refused(
            "La première ligne porte les titres des colonnes. Il manque : "
            f"{', '.join(f'« {title} »' for title in missing)}."
        )
    if len(rows) > MAX_LINES:
        raise Refused(f"Cette liste compte {len(rows)} personnes : envoyez-en {MAX_LINES} au plus à la fois.")
    return [
        ListLine(line, {name: READERS.get(name, _same)(cells[at]) for name, at in found.items()})
        for line, cells in rows
    ]


def columns_of(headers: Sequence[str], columns: Mapping[str, Sequence[str]] = COLUMNS) -> dict[str, int]:
    """Where each answer stands; the first column that bears one of its names."""
    names = {normalise(name): answer for answer, names in columns.items() for name in names}
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        answer = names.get(normalise(header))
        if answer and answer not in found:
            found[answer] = at
    return found


def as_text(lines: Sequence[ListLine]) -> str:
    """The list as cells to paste, under our own titles: what was read from a file can be corrected in place."""
    names = [name for name in COLUMNS if any(line.values.get(name) for line in lines) or name in NEEDED]
    titles = [COLUMNS[name][0] for name in names]
    rows = [[" ".join(line.values.get(name, "").split()) for name in names] for line in lines]
    return "\n".join("\t".join(cells) for cells in (titles, *rows))


def _same(text: str) -> str:
    return text


def _sex(text: str) -> str:
    plain = normalise(text)
    if plain in ("f", "femme", "mme", "madame", "feminin", "mlle"):
        return "femme"
    if plain in ("h", "m", "homme", "mr", "monsieur", "masculin"):
        return "homme"
    return text


def _category(text: str) -> str:
    letter = re.search(r"\b([a-e])\b", normalise(text).removeprefix("categorie"))
    return letter[1] if letter else text


_LEVELS = {
    "vi": Level.SANS, "sans diplome": Level.SANS, "aucun": Level.SANS,
    "v bis": Level.AVANT_CAP, "brevet": Level.AVANT_CAP, "clea": Level.AVANT_CAP,
    "v": Level.CAP, "cap": Level.CAP, "bep": Level.CAP, "cap bep": Level.CAP,
    "iv": Level.BAC, "bac": Level.BAC, "baccalaureat": Level.BAC, "bp": Level.BAC,
    "iii": Level.BAC_2, "bac 2": Level.BAC_2, "bts": Level.BAC_2, "dut": Level.BAC_2,
    "ii": Level.BAC_3, "bac 3": Level.BAC_3, "licence": Level.BAC_3, "bac 4": Level.BAC_3,
    "i": Level.BAC_5, "bac 5": Level.BAC_5, "master": Level.BAC_5, "doctorat": Level.DOCTORAT,
}  # fmt: skip


def _level(text: str) -> str:
    """Levels in figures are the frame's own since 2019; Roman ones are the labels in use before."""
    plain = normalise(text).removeprefix("niveau").strip()
    if plain in _LEVELS:
        return str(_LEVELS[plain].value)
    return plain if plain.isdecimal() else text


READERS: dict[str, Callable[[str], str]] = {"sex": _sex, "category": _category, "level": _level}
