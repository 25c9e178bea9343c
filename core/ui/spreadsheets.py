"""Open a spreadsheet that anybody may have sent: measured before it is parsed, read as text alone. Give back what
could not be taken in, to be corrected and sent again.

A spreadsheet is a zip whose few megabytes may unpack to gigabytes, hold one far cell that makes a reader allocate the
whole grid, or repeat one long text in a million cells: all are looked at first, by streaming.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.parsers import expat

import magic
import xlsxwriter
from django.core.files import File
from python_calamine import CalamineError, CalamineWorkbook

from core.journal.refusals import Refused
from core.ui.tables import escape_formula

REASON, LINE = "Motif", "Ligne"  # added to the refused rows that go back; read over when they return

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 4_000
MAX_GRID = 4_000_000  # cells, empty ones included, up to the farthest row and the farthest column
MAX_TEXT = 30_000_000  # characters, each text counted in every cell that repeats it
_XLSX = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "application/octet-stream",
)
_TEXT = ("text/plain", "text/csv", "application/csv")
_STRINGS, _LINKS = "xl/sharedstrings.xml", "xl/_rels/workbook.xml.rels"
_OTHER_BOOKS = {"content.xml", "xl/workbook.bin"}  # the same reader opens them too: they would not be measured
_PLACE = re.compile(r"([A-Z]{0,3})([0-9]{1,7})", re.ASCII)
_TOO_FAR = "Ce tableau a plus de 20 000 lignes ou trop de colonnes. Gardez les seules lignes utiles."
_NOT_A_TABLE = (
    "Ce fichier n’est ni un classeur XLSX, ni un fichier CSV. Enregistrez votre tableau dans l’un de ces formats."
)


def read(file: File | IO[bytes], size: int, thing: str = "besoin") -> tuple[list[str], list[tuple[int, list[str]]]]:
    """(headers, [(line, cells)]) of the first sheet, empty lines left out; every cell as trimmed text.

    `thing`: what a line describes. Raises Refused with a French sentence for whatever is too big, hostile, or no table.
    """
    if size > MAX_BYTES:
        raise Refused("Ce fichier dépasse 5 Mo. Coupez-le en plusieurs tableaux.")
    if not size:
        raise Refused("Ce fichier est vide.")
    file.seek(0)
    start = file.read(8192)
    file.seek(0)
    kind = magic.from_buffer(start, mime=True)
    if start.startswith(b"PK\x03\x04") and kind in _XLSX:
        rows = _xlsx_rows(file)
    elif kind in _TEXT:
        rows = _csv_rows(file.read())
    else:
        raise Refused(_NOT_A_TABLE)
    return _table(rows, thing)


def _table(rows: Iterator[list[str]], thing: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    headers: list[str] = []
    kept: list[tuple[int, list[str]]] = []
    for line, cells in enumerate(rows, start=1):
        if not any(cells):
            continue
        if not headers:
            if sum(map(bool, cells)) < 2:
                continue  # the title of the sheet, often in merged cells, above the titles of its columns
            headers = [cell or f"Colonne {at}" for at, cell in enumerate(_trimmed(cells), start=1)]
            if len(headers) > MAX_COLUMNS:
                raise Refused(f"Ce tableau a plus de {MAX_COLUMNS} colonnes. Ôtez celles qui ne servent pas.")
            continue
        if len(kept) >= MAX_ROWS:
            raise Refused("Ce tableau a plus de 20 000 lignes. Coupez-le en plusieurs fichiers.")
        kept.append((line, [*cells[: len(headers)], *[""] * (len(headers) - len(cells))]))
    if not headers or not kept:
        raise Refused(
            f"Ce tableau n’a pas de ligne à reprendre\u00a0: une ligne de titres, puis une ligne par {thing}."
        )
    return headers, kept


def _trimmed(cells: list[str]) -> list[str]:
    """The headers without the empty columns at their end."""
    last = max(at for at, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _xlsx_rows(file: File | IO[bytes]) -> Iterator[list[str]]:
    _measure(file)
    file.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [cell_text(cell) for cell in row]
    except (CalamineError, ValueError, IndexError) as error:
        raise Refused("Ce classeur ne s’ouvre pas. Enregistrez-le de nouveau, puis reprenez.") from error


def _measure(file: File | IO[bytes]) -> None:
    """Unpack everything once, counting, keeping nothing: sizes, checksums, the farthest cell, how much text it is."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Refused(
                    "Ce classeur est anormalement gros une fois ouvert. Gardez une seule feuille, sans image."
                )
            names = {_named(part) for part in parts}
            if "xl/workbook.xml" not in names or names & _OTHER_BOOKS or len(names) < len(parts):
                raise Refused(_NOT_A_TABLE)
            measure = _Measure()
            for part in sorted(parts, key=lambda one: _named(one) != _STRINGS):  # cells name the texts by their rank
                # Reading stops at the size announced and checks the sum: a part that lies is refused.
                with archive.open(part) as content:
                    measure.look_at(content, _named(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, expat.ExpatError) as error:
        raise Refused("Ce classeur ne s’ouvre pas. Enregistrez-le de nouveau, puis reprenez.") from error


def _named(part: zipfile.ZipInfo) -> str:
    """The name of a part as the reader of workbooks understands it, whatever case and slashes."""
    return part.filename.replace("\\", "/").lower()


class _Measure:
    """What reading the sheets of a workbook would take. Parsed as XML, so that no way of writing a cell escapes."""

    def __init__(self) -> None:
        self.texts: list[int] = []  # the length of each shared text
        self.written = 0  # characters of shared texts in all the cells

    def look_at(self, content: IO[bytes], name: str) -> None:
        """Read one part to its end. Raises Refused for a document type, a cell too far away, or too much text."""
        if not name.endswith((".xml", ".rels")):
            while content.read(1 << 20):
                pass
            return
        self.row = self.column = self.farthest_row = self.farthest_column = 0
        self.is_shared, self.rank = False, ""
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_type
        if name == _STRINGS:
            parser.StartElementHandler, parser.CharacterDataHandler = self._new_text, self._more_text
        else:
            parser.StartElementHandler = _check_link if name == _LINKS else self._cell
        parser.ParseFile(content)

    def _new_text(self, name: str, _said: dict[str, str]) -> None:
        if _local(name) == "si":
            self.texts.append(0)

    def _more_text(self, text: str) -> None:
        if self.texts:
            self.texts[-1] += len(text)

    def _cell(self, name: str, said: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self.row, self.column = int(_place(said["r"])[1]) if "r" in said else self.row + 1, 0
            case "c":
                self._go_to(said.get("r", ""))
                self.is_shared = said.get("t") == "s"
            case "v" if self.is_shared:
                self.rank = ""
                self._parser.CharacterDataHandler, self._parser.EndElementHandler = self._more_rank, self._end_rank

    def _go_to(self, place: str) -> None:
        """To the cell named, or to the next one of its row."""
        self.column += 1
        if place:
            letters, row = _place(place)
            self.row, self.column = int(row), 0
            for letter in letters:
                self.column = self.column * 26 + ord(letter) - 64
        self.farthest_row = max(self.farthest_row, self.row)
        self.farthest_column = max(self.farthest_column, self.column)
        if self.farthest_row > MAX_ROWS + 1000 or self.farthest_row * self.farthest_column > MAX_GRID:
            raise Refused(_TOO_FAR)

    def _more_rank(self, text: str) -> None:
        self.rank += text

    def _end_rank(self, _name: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
        rank = self.rank.strip()
        if rank.isdecimal() and len(rank) < 9 and int(rank) < len(self.texts):
            self.written += self.texts[int(rank)]
        if self.written > MAX_TEXT:
            raise Refused("Ce classeur est anormalement gros une fois ouvert. Raccourcissez ses textes.")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _place(name: str) -> tuple[str, str]:
    """« AB12 » → letters and digits. Raises Refused for a place that no sheet of ours has."""
    found = _PLACE.fullmatch(name.upper())
    if found is None:
        raise Refused(_TOO_FAR)
    return found[1], found[2]


def _refuse_type(*_said: object) -> None:
    raise Refused(_NOT_A_TABLE)


def _check_link(name: str, said: dict[str, str]) -> None:
    """What a workbook is made of is XML: a sheet under another name would not be measured."""
    if _local(name) == "Relationship" and not said.get("Target", "").lower().endswith(".xml"):
        raise Refused(_NOT_A_TABLE)


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Refused(_NOT_A_TABLE)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell_text(cell) for cell in row]
    except csv.Error as error:
        raise Refused("Ce fichier CSV ne se lit pas. Enregistrez-le de nouveau, puis reprenez.") from error


def cell_text(value: Any) -> str:
    """A cell as a person reads it: no trailing « ,0 », French dates, no sign that cannot be printed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, time | timedelta):
        return str(value)
    text = str(value)[:MAX_CELL]
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text).strip()


def to_correct(headers: Sequence[str], refused: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> IO[bytes]:
    """Refused rows as they came, each with its line and « Motif », in a workbook to correct and send again.

    `refused`: (line, cells, reasons).
    """
    file = io.BytesIO()
    kept = [at for at, header in enumerate(headers) if header not in (REASON, LINE)]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("À corriger")
        bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        for column, title in enumerate([REASON, LINE, *(headers[at] for at in kept)]):
            sheet.write_string(0, column, escape_formula(title), bold)
        sheet.set_column(0, 0, 60, wrap)
        sheet.freeze_panes(1, 1)
        for row, (line, cells, reasons) in enumerate(refused, start=1):
            sheet.write_string(row, 0, " ".join(reasons))
            sheet.write_number(row, 1, line)
            for column, at in enumerate(kept, start=2):
                sheet.write_string(row, column, cells[at])
    file.seek(0)
    return file
