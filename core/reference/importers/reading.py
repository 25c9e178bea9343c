"""A spreadsheet export, as offices really send it, made into rows with their line numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.reference.text import normalise, tidy

MAXIMUM_BYTES = 20_000_000
MAXIMUM_UNPACKED_BYTES = 80_000_000  # a small archive may unpack to gigabytes
MAXIMUM_ROWS = 200_000


class FileRefused(Exception):
    """The file as a whole cannot be read; its text is one French sentence for the person who sent it."""


class RowRefused(Exception):
    """One row cannot be loaded; its text is the reason, in French."""


@dataclass(frozen=True)
class Row:
    """One line of the file. Values are asked for by our column name; headers vary from one publisher to another."""

    line: int
    values: dict[str, str]

    def text(self, column: str) -> str:
        return tidy(self.values.get(column, ""))

    def required(self, column: str) -> str:
        value = self.text(column)
        if not value:
            raise RowRefused(f"« {column} » est vide.")
        return value

    def integer(self, column: str) -> int | None:
        value = self.text(column).replace(" ", "")
        if not value:
            return None
        try:
            return int(Decimal(value.replace(",", ".")))
        except (InvalidOperation, ValueError, OverflowError):
            raise RowRefused(f"« {column} » : « {value} » n’est pas un nombre.") from None

    def decimal(self, column: str) -> Decimal | None:
        value = self.text(column)
        if not value:
            return None
        try:
            number = Decimal(value.replace(",", "."))
        except InvalidOperation:
            raise RowRefused(f"« {column} » : « {value} » n’est pas un nombre.") from None
        if not number.is_finite():
            raise RowRefused(f"« {column} » : « {value} » n’est pas un nombre.")
        return number

    def date(self, column: str) -> dt.date | None:
        """Accepts 2029-12-31, 31/12/2029 and a spreadsheet's date with a time."""
        value = self.text(column)
        if not value:
            return None
        day = value.removesuffix(" 00:00:00")
        for shape in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return dt.datetime.strptime(day, shape).replace(tzinfo=dt.UTC).date()
            except ValueError:
                continue
        raise RowRefused(f"« {column} » : « {value} » n’est pas une date (attendu : 31/12/2029).")

    def several(self, column: str) -> list[str]:
        """A cell with several values, separated by | ; or a comma; each once, in their order."""
        cell = self.text(column).replace(";", "|").replace(",", "|")
        return list(dict.fromkeys(value.strip() for value in cell.split("|") if value.strip()))


def read(content: bytes, columns: dict[str, tuple[str, ...]], required: set[str]) -> tuple[set[str], Iterator[Row]]:
    """The rows of a CSV (comma, semicolon or tab; UTF-8 or Windows) or XLSX file.

    Args:
        content: the file as received.
        columns: our column name → the headers under which publishers give it (compared without case or accents).
        required: our names of the columns without which the file makes no sense.

    Returns:
        The columns found, and the rows, numbered as a spreadsheet shows them.

    Raises:
        FileRefused: too large, unreadable, or a compulsory column is missing.
    """
    if len(content) > MAXIMUM_BYTES:
        raise FileRefused("Le fichier dépasse 20 Mo.")
    if not content.strip():
        raise FileRefused("Le fichier est vide.")
    table = _spreadsheet(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    header = next(table, [])
    wanted = {normalise(alias): name for name, aliases in columns.items() for alias in (name, *aliases)}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        name = wanted.get(normalise(title))
        if name and name not in places:
            places[name] = place
    missing = sorted(required - places.keys())
    if missing:
        raise FileRefused(
            f"Colonne absente : {', '.join(missing)}. Colonnes lues dans le fichier : "
            f"{', '.join(title for title in header if title.strip())[:300] or 'aucune'}."
        )
    return set(places), _rows(table, places)


def _rows(table: Iterator[list[str]], places: dict[str, int]) -> Iterator[Row]:
    for line, cells in enumerate(table, start=2):
        if line > MAXIMUM_ROWS:
            raise FileRefused(f"Le fichier dépasse {MAXIMUM_ROWS} lignes.")
        if not any(cell.strip() for cell in cells):
            continue
        yield Row(line, {name: cells[place] for name, place in places.items() if place < len(cells)})


def _csv(content: bytes) -> Iterator[list[str]]:
    if b"\x00" in content:
        raise FileRefused("Le fichier n’est ni un CSV ni un classeur XLSX.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise FileRefused("Le fichier CSV est abîmé : une cellule est trop longue ou mal fermée.") from None


def _spreadsheet(content: bytes) -> Iterator[list[str]]:
    from python_calamine import CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAXIMUM_UNPACKED_BYTES:
                raise FileRefused("Le classeur est trop volumineux une fois ouvert.")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001  the reader has no common exception, and any of them means the same thing
        raise FileRefused("Le classeur ne s’ouvre pas. Enregistrez-le en XLSX ou en CSV.") from None
    for cells in sheet.iter_rows():
        yield [_cell(cell) for cell in cells]


def _cell(value: object) -> str:
    """A spreadsheet's number 44109.0 is the code 44109."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
