"""Files that are too big, lie about themselves or are no table: refused early, in French, without harm."""

import io
import tracemalloc
import zipfile

import pytest

from core.journal.refusals import Refused
from core.ui.spreadsheets import MAX_ROWS, cell_text, read
from tests.intentions.spreadsheets import altered, bomb, far_cell, good_row, repeated_text, xlsx


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(io.BytesIO(content), len(content))
    return refused.value.message


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    content = bomb()
    assert len(content) < 100_000
    tracemalloc.start()

    assert "anormalement gros" in refusal(content)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "far",
    [
        {},
        {"cell": b"<c s='1' r='xfd1048576'><v>1</v></c>"},
        {"cell": b'<c xmlns:a="' + b"a" * 300 + b'" r = "XFD1048576"><v>1</v></c>'},
        {"cell": b"<c><v>1</v></c>"},
        {"cell": b'<c r="XFD3"><v>1</v></c>', "row": b'<row r="20900"><c r="A20900"><v>1</v></c>'},
        {"cell": b"<c><v>1</v></c>" * 300, "row": b"<row><c><v>1</v></c></row>" * 20_000 + b"<row>"},
    ],
    ids=["plain", "other quotes and case", "far attribute", "row alone", "grid", "no places"],
)
def test_one_cell_at_the_end_of_the_grid_is_refused(far: dict[str, bytes]) -> None:
    assert "20 000 lignes" in refusal(far_cell(**far))


def test_one_text_in_every_cell_is_refused_before_it_is_repeated() -> None:
    content = repeated_text()
    assert len(content) < 20_000

    assert "Raccourcissez ses textes" in refusal(content)


def test_a_sheet_hidden_from_the_measure_is_refused() -> None:
    under_another_name = altered(workbook=lambda part: part.replace(b"worksheets/sheet1.xml", b"other.dat"))
    with_an_entity = altered(sheet1=lambda part: part.replace(b"<worksheet", b"<!DOCTYPE a><worksheet", 1))
    far = b'<row r="999999"><c><v>1</v></c></row></sheetData>'
    in_another_encoding = altered(
        sheet1=lambda part: part.replace(b"UTF-8", b"UTF-16").replace(b"</sheetData>", far).decode().encode("utf-16")
    )

    for content in (under_another_name, with_an_entity):
        assert "ni un classeur XLSX" in refusal(content)
    assert "20 000 lignes" in refusal(in_another_encoding)


def test_a_workbook_of_another_format_under_the_same_roof_is_refused() -> None:
    file = io.BytesIO(xlsx([good_row(1)]))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("content.xml", "<office:document-content/>")
    assert "ni un classeur XLSX" in refusal(file.getvalue())


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(xlsx([good_row(1)]))
    at = content.rfind(b"PK\x01\x02")  # the last entry of the directory
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")

    assert "ne s’ouvre pas" in refusal(bytes(content))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "bonjour")

    assert "ni un classeur XLSX, ni un fichier CSV" in refusal(file.getvalue())


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + b"\0" * 600, b"%PDF-1.7\n", b"\x7fELF\x02\x01\x01" + b"\0" * 600])
def test_other_files_are_refused_whatever_their_name(content: bytes) -> None:
    assert "ni un classeur XLSX, ni un fichier CSV" in refusal(content)


def test_an_empty_file_and_a_table_without_rows() -> None:
    assert refusal(b"") == "Ce fichier est vide."
    assert "pas de ligne à reprendre" in refusal(b"Nom;Poste\r\n")


def test_too_many_rows() -> None:
    assert "plus de 20 000 lignes" in refusal(b"Nom;Poste\n" + b"a;b\n" * (MAX_ROWS + 1))


def test_a_truncated_workbook() -> None:
    content = xlsx([good_row(1)])

    assert "ne s’ouvre pas" in refusal(content[: len(content) // 2])


def test_cells_are_read_as_people_see_them() -> None:
    import datetime as dt

    values = [35.0, 35.5, True, dt.date(2027, 9, 15), None, "  Nantes\x07 ", 80314159200017.0]

    assert [cell_text(v) for v in values] == ["35", "35.5", "oui", "15/09/2027", "", "Nantes", "80314159200017"]
