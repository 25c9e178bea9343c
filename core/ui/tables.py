"""Tables declared as data: one declaration gives the screen, the CSV and the spreadsheet, with the same rows.

TABLE = Table(
    caption="Intentions en attente",
    columns=[
        Column("employeur", "Employeur", value="employer.name", link=lambda i: i.get_absolute_url()),
        Column("postes", "Postes", value="posts", kind="integer", order="posts"),
        Column("depot", "Déposée le", value="filed_at", kind="moment", order="filed_at"),
    ],
    flag=lambda i: "Un employeur s’est désisté" if i.withdrawn else "",
)

TABLE.bind(page.rows, request=request)          # for <c-table :table="table" />
export_response(TABLE, queryset, "intentions", "csv")
"""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.html import conditional_escape, format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from core.ui import french

Kind = Literal["text", "integer", "number", "hours", "money", "share", "date", "moment", "bool"]
NUMERIC: tuple[Kind, ...] = ("integer", "number", "hours", "money", "share")
SORT_PARAM = "tri"
CHUNK = 2000
XLSX_FORMATS: dict[str, str] = {
    "integer": "#,##0",
    "number": "#,##0.##",
    "hours": "#,##0.00",
    "money": '#,##0.00 "€"',
    "share": "0 %",
    "date": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: its name in totals and in the address when sorted.
        label: the header, its unit included when cells carry none.
        value: a dotted path or a function of the row; the key by default.
        kind: how the value is written, on screen and in files alike.
        link: address of the row's own page, on this cell.
        show: markup for the screen (a badge, say) instead of the written value; files keep the value.
        order: the database field that sorts it; empty when it does not sort.
        hidden_label: the header is read, not shown (a column of actions).
        on_screen, in_files: where it stands.
    """

    key: str
    label: str
    value: str | Callable[[Any], Any] = ""
    kind: Kind = "text"
    link: Callable[[Any], str] | None = None
    show: Callable[[Any], SafeString] | None = None
    order: str = ""
    hidden_label: bool = False
    on_screen: bool = True
    in_files: bool = True

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def read(self, row: Any) -> Any:
        """The row's raw value; None where the path meets nothing."""
        if callable(self.value):
            return self.value(row)
        current = row
        for part in (self.value or self.key).split("."):
            if current is None:
                return None
            current = current[part] if isinstance(current, Mapping) else getattr(current, part)
            if callable(current):
                current = current()
        return current

    def write(self, value: Any) -> str:
        """The value in French words, as the screen shows it."""
        if value is None or value == "":
            return ""
        match self.kind:
            case "integer":
                return french.nombre(value, 0)
            case "number":
                return french.nombre(value)
            case "hours":
                return french.nombre(value, 2)
            case "money":
                return french.euros(value)
            case "share":
                return french.pourcent(value)
            case "date":
                return french.jour_court(_day(value))
            case "moment":
                wall = _wall(value)
                return f"{french.jour_court(wall.date())} à {french.heure(wall)}"
            case "bool":
                return "Oui" if value else "Non"
        return force_str(value)

    def markup(self, row: Any) -> SafeString:
        """The cell's content on screen, escaped."""
        content = self.show(row) if self.show else conditional_escape(self.write(self.read(row)))
        address = self.link(row) if self.link else ""
        return format_html('<a href="{}">{}</a>', address, content) if address else format_html("{}", content)


def _wall(value: datetime) -> datetime:
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value


def _day(value: date | datetime) -> date:
    return _wall(value).date() if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Empty:
    """What stands instead of a table without rows."""

    title: str
    text: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Head:
    label: str
    numeric: bool
    hidden: bool
    sorted: str
    sort_query: str


@dataclass(frozen=True)
class Cell:
    html: SafeString
    label: str
    numeric: bool
    header: bool


@dataclass(frozen=True)
class Row:
    cells: list[Cell]
    flag: str


@dataclass(frozen=True)
class BoundTable:
    """A table with its rows, ready for ``ui/table.html``."""

    caption: str
    id: str
    heads: list[Head]
    rows: list[Row]
    totals: list[Cell]
    empty: Empty | None


@dataclass(frozen=True)
class Table:
    """A declaration. The first column on screen names its row.

    ``flag`` gives the reason why a row differs: tinted, marked and explained.
    """

    caption: str
    columns: Sequence[Column]
    flag: Callable[[Any], str] | None = None
    empty: Empty | None = None
    id: str = ""
    total_label: str = "Ensemble"
    _keys: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"Two columns share a key in {self.caption!r}")
        object.__setattr__(self, "_keys", frozenset(keys))

    def order_by(self, asked: str, default: Sequence[str]) -> list[str]:
        """Database order for the address's ``tri`` (« postes », « -postes »); the default for anything else."""
        name = asked.removeprefix("-")
        for column in self.columns:
            if column.key == name and column.order:
                sign = "-" if asked.startswith("-") else ""
                return [f"{sign}{column.order}", *(f for f in default if f.lstrip("-") != column.order)]
        return list(default)

    def bind(
        self,
        rows: Iterable[Any],
        *,
        request: HttpRequest | None = None,
        totals: Mapping[str, Any] | None = None,
        empty: Empty | None = None,
    ) -> BoundTable:
        """Put rows in the table. ``request`` makes sortable headers links; ``totals`` gives values by column key.

        Raises:
            ValueError: when a total names no column.
        """
        if totals and (unknown := set(totals) - self._keys):
            raise ValueError(f"No such column: {', '.join(sorted(unknown))}")
        shown = [column for column in self.columns if column.on_screen]
        asked = request.GET.get(SORT_PARAM, "") if request else ""
        return BoundTable(
            caption=self.caption,
            id=self.id,
            heads=[self._head(column, asked, request) for column in shown],
            rows=[self._row(shown, row) for row in rows],
            totals=self._totals(shown, totals) if totals else [],
            empty=empty or self.empty,
        )

    def _head(self, column: Column, asked: str, request: HttpRequest | None) -> Head:
        sorted_word = sort_query = ""
        if request and column.order:
            query = request.GET.copy()
            query.pop("page", None)
            query[SORT_PARAM] = f"-{column.key}" if asked == column.key else column.key
            sort_query = f"?{query.urlencode()}"
            sorted_word = {column.key: "ascending", f"-{column.key}": "descending"}.get(asked, "")
        return Head(column.label, column.numeric, column.hidden_label, sorted_word, sort_query)

    def _row(self, shown: Sequence[Column], row: Any) -> Row:
        cells = [
            Cell(column.markup(row), column.label, column.numeric, header=index == 0)
            for index, column in enumerate(shown)
        ]
        return Row(cells, self.flag(row) if self.flag else "")

    def _totals(self, shown: Sequence[Column], totals: Mapping[str, Any]) -> list[Cell]:
        return [
            Cell(
                conditional_escape(self.total_label if index == 0 else column.write(totals.get(column.key))),
                column.label,
                column.numeric,
                header=index == 0,
            )
            for index, column in enumerate(shown)
        ]


def escape_formula(text: str) -> str:
    """Text that a spreadsheet would run gets an apostrophe before it: = + - @, tabulation, carriage return.

    Leading blanks do not hide it.
    """
    bare = text.lstrip(" \u00a0\n")
    return f"'{text}" if bare[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") and bare else text


def csv_value(column: Column, value: Any) -> str:
    """One cell of a CSV file: numbers bare with a decimal comma, dates in figures, text made harmless."""
    if value is None or value == "":
        return ""
    if column.kind == "moment":
        return _wall(value).strftime("%d/%m/%Y %H:%M")
    if column.kind in ("hours", "money"):
        return f"{french.to_decimal(value):.2f}".replace(".", ",")
    if column.numeric:
        return f"{french.to_decimal(value):f}".replace(".", ",")
    return escape_formula(column.write(value))


class Echo:
    """A file that gives back what is written to it, for csv.writer."""

    def write(self, value: str) -> str:
        return value


def csv_lines(table: Table, rows: Iterable[Any]) -> Iterator[str]:
    """The table as CSV lines: semicolons, byte-order mark, so that a French spreadsheet opens it at once."""
    columns = [column for column in table.columns if column.in_files]
    writer = csv.writer(Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow([escape_formula(column.label) for column in columns])
    for row in rows:
        yield writer.writerow([csv_value(column, column.read(row)) for column in columns])


def _sheet_name(caption: str) -> str:
    """A caption cut to what a sheet's name may hold: 31 signs, no brackets, colon, star, question mark or slash."""
    return re.sub(r"[\[\]:*?/\\']", " ", caption)[:31].strip() or "Table"


def write_xlsx(table: Table, rows: Iterable[Any], target: Any) -> None:
    """Write the table as a spreadsheet into ``target`` (a path or a file), row by row, memory flat.

    Text is always written as text: nothing in it can become a formula or a link.
    """
    columns = [column for column in table.columns if column.in_files]
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_sheet_name(table.caption))
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {kind: book.add_format({"num_format": code}) for kind, code in XLSX_FORMATS.items()}
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.label, bold)
            sheet.set_column(at, at, max(12, min(len(column.label) + 4, 40)))
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for at, column in enumerate(columns):
                value = column.read(row)
                if value is None or value == "":
                    continue
                if column.numeric:
                    sheet.write_number(line, at, Decimal(str(value)), formats[column.kind])
                elif column.kind == "date":
                    sheet.write_datetime(line, at, _day(value), formats["date"])
                elif column.kind == "moment":
                    sheet.write_datetime(line, at, _wall(value), formats["moment"])
                else:
                    sheet.write_string(line, at, column.write(value))


def export_response(table: Table, rows: QuerySet[Any] | Iterable[Any], name: str, fmt: str) -> HttpResponseBase:
    """The rows as a file to download: what the screen shows, all pages of it.

    Args:
        table: the declaration that the screen uses.
        rows: the same filtered queryset as the screen, before its page is cut; read in chunks.
        name: file name without its ending.
        fmt: « csv » or « xlsx ».

    Raises:
        ValueError: for another format.
    """
    flow = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows
    if fmt == "csv":
        response = StreamingHttpResponse(csv_lines(table, flow), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
        return response
    if fmt == "xlsx":
        file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
        write_xlsx(table, flow, file)
        file.seek(0)
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"{name}.xlsx",
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    raise ValueError(fmt)
