"""What a format is, and how its files are written and read: the same rows always give the same bytes."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.ui.tables import escape_formula

Record = Mapping[str, Any]  # nested mappings: {"personne": {"nom": …}, "session": {…}}
Cells = dict[str, str]  # one row as it is written, by name of column
DELIMITER = ";"


def _text(value: Any) -> str:
    return " ".join(str(value).split())


def _capitals(value: Any) -> str:
    return _text(value).upper()


def _day(value: Any) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{day:%d/%m/%Y}"


def _day_iso(value: Any) -> str:
    return value.isoformat()[:10] if isinstance(value, date) else str(value)[:10]


def _month(value: Any) -> str:
    return _day_iso(value)[:7]


def _number(value: Any) -> str:
    return f"{Decimal(str(value)):.2f}"


def _number_comma(value: Any) -> str:
    return _number(value).replace(".", ",")


def _yes_no(value: Any) -> str:
    return "O" if value else "N"


# How a value is written: the name that a column gives, what it does, and the words that the documentation says of it.
TRANSFORMS: dict[str, tuple[Callable[[Any], str], str]] = {
    "texte": (_text, "tel quel, sans retour à la ligne"),
    "capitales": (_capitals, "en capitales, accents gardés"),
    "jour": (_day, "jj/mm/aaaa"),
    "jour_iso": (_day_iso, "aaaa-mm-jj"),
    "mois": (_month, "aaaa-mm"),
    "nombre": (_number, "deux décimales, point"),
    "nombre_virgule": (_number_comma, "deux décimales, virgule"),
    "oui_non": (_yes_no, "O ou N"),
    "code": (_text, "code de la table de correspondance"),
}


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Attributes:
        name: its title in the file, as the partner reads it.
        source: where its value stands in the record, « personne.nom »; empty: the portal does not have it.
        portal: the same in the words of the portal.
        example: an invented value, as the file writes it.
        transform: a name of `TRANSFORMS`.
        codes: for « code », what the portal says → what the partner reads; another value is left as it is.
        needed: a row without it does not leave.
        identity: joined when the file leaves, never kept with the event.
        editable: where the value is put right on the portal; empty when it never is.
        note: what one must know, or ask the partner.
        aliases: other names under which a file that comes in may bear it.
    """

    name: str
    source: str
    portal: str
    example: str = ""
    transform: str = "texte"
    codes: Mapping[str, str] = field(default_factory=dict)
    needed: bool = False
    identity: bool = False
    editable: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()

    def write(self, record: Record) -> str:
        """The value as the file says it; empty when the record does not hold it."""
        value: Any = record
        for part in self.source.split(".") if self.source else ("",):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None or value == "":
            return ""
        if self.transform == "code":
            return self.codes.get(str(value), str(value))
        return TRANSFORMS[self.transform][0](value)

    @property
    def said(self) -> str:
        """Where the value comes from, in the words of the portal."""
        return self.portal if self.source else f"Manque : {self.portal}"

    @property
    def how(self) -> str:
        """The format in words."""
        if not self.source:
            return "à convenir"
        if self.codes:
            return ", ".join(f"{theirs} = {ours}" for ours, theirs in self.codes.items())
        return TRANSFORMS[self.transform][1]


@dataclass(frozen=True)
class Format:
    """A file as data. `key`: the column that names a row, by which two versions are compared.

    `only`: a row is in the file when the value at each path is one of these.
    """

    slug: str
    title: str
    partner: str
    purpose: str
    columns: tuple[Column, ...]
    key: str
    version: int = 1
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    to_confirm: str = ""  # what the partner has not said yet

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def missing(self) -> list[Column]:
        """What the partner would read and the portal does not have."""
        return [column for column in self.columns if not column.source]

    def keeps(self, record: Record) -> bool:
        """Whether this record concerns the partner."""
        return all(Column("", path, "").write(record) in values for path, values in self.only.items())

    def row(self, record: Record) -> Cells:
        return {column.name: column.write(record) for column in self.columns}

    def rows(self, records: Iterable[Record]) -> list[Cells]:
        """Those that concern the partner, in the order given."""
        return [self.row(record) for record in records if self.keeps(record)]

    def lacking(self, cells: Cells) -> list[Column]:
        """The columns without which this row does not leave."""
        return [column for column in self.columns if column.needed and not cells[column.name]]

    def example(self) -> Cells:
        return {column.name: column.example for column in self.columns}


def to_csv(names: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """Semicolons, byte-order mark, lines ended as a spreadsheet ends them; what would run as a formula does not."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([escape_formula(row.get(name, "")) for name in names])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def from_csv(data: bytes) -> list[Cells]:
    """The rows of a file written by `to_csv`."""
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=DELIMITER)
    return [{name: bare(value or "") for name, value in row.items()} for row in reader]


def bare(text: str) -> str:
    """A cell without the apostrophe that kept it from running as a formula."""
    return text[1:] if text.startswith("'") and escape_formula(text[1:]) == text else text


def to_json(shape: Format, rows: Iterable[Cells]) -> bytes:
    """The same rows for a machine, with the name and version of their format."""
    said = {"format": shape.slug, "version": shape.version, "lignes": list(rows)}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


MOVE, ADDED, CHANGED, REMOVED = "MOUVEMENT", "A", "M", "S"


def differences(key: str, before: Sequence[Cells], after: Sequence[Cells]) -> Iterator[Cells]:
    """What the second says and the first did not: rows added (A), changed (M, as they are now) or removed (S)."""
    known = {row[key]: row for row in before}
    for row in after:
        earlier = known.pop(row[key], None)
        if earlier is None:
            yield {MOVE: ADDED, **row}
        elif earlier != row:
            yield {MOVE: CHANGED, **row}
    for row in known.values():
        yield {MOVE: REMOVED, **row}
