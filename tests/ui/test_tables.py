"""One declaration, three faces: what the screen shows is what the files hold."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import lxml.html
import pytest
from django.test import RequestFactory
from django.utils.html import format_html
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.ui.tables import Column, Empty, Table, csv_lines, escape_formula, export_response, write_xlsx

ROWS = [
    {
        "name": "Biscuiterie du Pont-Cagnard",
        "posts": 1,
        "hours": Decimal("1234.5"),
        "price": Decimal(16464),
        "day": date(2026, 10, 23),
        "filed": datetime(2026, 10, 23, 7, 14, tzinfo=UTC),
        "open": True,
        "lot": {"number": 12},
    },
    {
        "name": '=HYPERLINK("http://exemple.test")',
        "posts": 2,
        "hours": None,
        "price": Decimal(-35),
        "day": None,
        "filed": None,
        "open": False,
        "lot": None,
    },
]
TABLE = Table(
    caption="Intentions : compatibles",
    columns=[
        Column("name", "Employeur", link=lambda row: f"/i/{row['posts']}/", order="employer__name"),
        Column("posts", "Postes", kind="integer", order="posts"),
        Column("hours", "Heures", kind="hours"),
        Column("price", "Montant", kind="money"),
        Column("day", "Début", kind="date"),
        Column("filed", "Déposée le", kind="moment"),
        Column(
            "open", "Ouverte", kind="bool", show=lambda row: format_html("<i>{}</i>", "Oui" if row["open"] else "Non")
        ),
        Column("lot", "Lot", value="lot.number", kind="integer"),
        Column("action", "Action", value=lambda _row: "Ouvrir", hidden_label=True, in_files=False),
        Column("note", "Note interne", value=lambda _row: "x", on_screen=False),
    ],
    flag=lambda row: "Sans heures" if row["hours"] is None else "",
    empty=Empty("Rien n’attend", "Revenez demain."),
)


def rendered(table) -> lxml.html.HtmlElement:
    from django.template.loader import render_to_string

    return lxml.html.fromstring(
        f"<main>{render_to_string('ui/table.html', {'table': table, 'caption': 'hidden'})}</main>"
    )


def cells(tree: lxml.html.HtmlElement) -> list[list[str]]:
    for mark in tree.xpath("//*[@class='why']"):
        mark.drop_tree()
    return [[cell.text_content().strip() for cell in row.xpath("./th|./td")] for row in tree.xpath("//tbody/tr")]


def test_the_screen_writes_french():
    assert cells(rendered(TABLE.bind(ROWS)))[0] == [
        "Biscuiterie du Pont-Cagnard",
        "1",
        "1\u00a0234,50",
        "16\u00a0464,00\u00a0€",
        "23/10/2026",
        "23/10/2026 à 9\u00a0h\u00a014",
        "Oui",
        "12",
        "Ouvrir",
    ]


def test_files_hold_what_the_screen_shows():
    """Same rows, same order; only the dress of numbers and moments differs."""
    lines = list(csv.reader(io.StringIO("".join(csv_lines(TABLE, ROWS)).removeprefix("\ufeff")), delimiter=";"))
    screen = cells(rendered(TABLE.bind(ROWS)))

    def bare(text: str) -> str:
        plain = text.replace("\u00a0", "").replace("€", "").replace("−", "-").removeprefix("'")
        return plain.replace("à9h14", "09:14").replace(" 09:14", " 09:14").replace("à 9h14", "09:14")

    assert lines[0] == [
        "Employeur",
        "Postes",
        "Heures",
        "Montant",
        "Début",
        "Déposée le",
        "Ouverte",
        "Lot",
        "Note interne",
    ]
    for on_screen, in_file in zip(screen, lines[1:], strict=True):
        assert [bare(text) for text in on_screen[:8]] == [bare(text) for text in in_file[:8]]


def test_the_spreadsheet_holds_typed_values():
    target = io.BytesIO()
    write_xlsx(TABLE, ROWS, target)
    book = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue()))
    rows = book.get_sheet_by_index(0).to_python()
    assert book.sheet_names == ["Intentions   compatibles"]
    assert rows[1][:7] == [
        "Biscuiterie du Pont-Cagnard",
        1.0,
        1234.5,
        16464.0,
        date(2026, 10, 23),
        datetime(2026, 10, 23, 9, 14),  # noqa: DTZ001 - a spreadsheet has wall time
        "Oui",
    ]
    assert rows[2][0] == '=HYPERLINK("http://exemple.test")'
    assert b"<f>" not in target.getvalue()


def test_a_row_that_differs_is_marked_and_explained():
    tree = rendered(TABLE.bind(ROWS))
    assert [row.get("class") for row in tree.xpath("//tbody/tr")] == [None, "flag"]
    assert tree.xpath("//*[@class='why']")[0].text_content() == "Sans heures"


def test_cells_are_escaped():
    assert '<a href="/i/2/">=HYPERLINK(&quot;' in TABLE.bind(ROWS).rows[1].cells[0].html


def test_each_cell_knows_its_header_for_phones():
    tree = rendered(TABLE.bind(ROWS))
    assert tree.xpath("//tbody/tr[1]/td/@data-l") == [
        "Postes",
        "Heures",
        "Montant",
        "Début",
        "Déposée le",
        "Ouverte",
        "Lot",
        "Action",
    ]
    assert tree.xpath("//tbody/tr[1]/th/@scope") == ["row"]


def test_totals_stand_under_their_column():
    tree = rendered(TABLE.bind(ROWS, totals={"posts": 3, "hours": Decimal("1234.5")}))
    foot = [cell.text_content() for cell in tree.xpath("//tfoot/tr/*")]
    assert foot[:4] == ["Ensemble", "3", "1\u00a0234,50", ""]
    with pytest.raises(ValueError, match="inconnu"):
        TABLE.bind(ROWS, totals={"inconnu": 1})


def test_an_empty_table_says_why():
    tree = rendered(TABLE.bind([]))
    assert not tree.xpath("//table")
    assert "Rien n’attend" in tree.text_content()


def test_headers_sort_and_keep_the_filters():
    request = RequestFactory().get("/?q=soudeur&page=3&tri=posts")
    heads = TABLE.bind(ROWS, request=request).heads
    assert heads[0].sort_query == "?q=soudeur&tri=name"
    assert (heads[1].sort_query, heads[1].sorted) == ("?q=soudeur&tri=-posts", "ascending")
    assert heads[2].sort_query == ""


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("", ["-filed_at", "pk"]),
        ("posts", ["posts", "-filed_at", "pk"]),
        ("-name", ["-employer__name", "-filed_at", "pk"]),
        ("hours", ["-filed_at", "pk"]),
        ("password", ["-filed_at", "pk"]),
    ],
)
def test_only_declared_columns_sort(asked, order):
    assert TABLE.order_by(asked, ["-filed_at", "pk"]) == order


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\r=1", "  =1", "\u00a0=1", "＝1"])
def test_formulas_are_disarmed(text):
    assert escape_formula(text) == f"'{text}"


@given(st.text(max_size=30))
def test_no_exported_text_starts_like_a_formula(text):
    assert escape_formula(text).lstrip(" \u00a0\n")[:1] not in tuple("=+-@\t\r＝＋－＠")


@pytest.mark.django_db  # closing a response looks at the connection
def test_a_download_streams_with_its_name():
    response = export_response(TABLE, iter(ROWS), "intentions", "csv")
    assert response["Content-Disposition"] == 'attachment; filename="intentions.csv"'
    body = b"".join(response.streaming_content).decode()
    assert body.startswith("\ufeffEmployeur;")
    assert body.count("\r\n") == 3
    response = export_response(TABLE, iter(ROWS), "intentions", "xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"
    response.close()
    with pytest.raises(ValueError, match="pdf"):
        export_response(TABLE, [], "intentions", "pdf")


def test_two_columns_cannot_share_a_key():
    with pytest.raises(ValueError, match="share a key"):
        Table(caption="x", columns=[Column("a", "A"), Column("a", "B")])
