"""Files arrive as offices make them: any separator, any encoding, or not a table at all."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from core.reference.importers import reading
from core.reference.importers.reading import FileRefused, Row, RowRefused, read

COLUMNS = {"code": ("Numero_Fiche",), "libelle": ("intitulé",)}


def rows_of(content: bytes) -> list[tuple[int, str, str]]:
    _, rows = read(content, COLUMNS, {"code", "libelle"})
    return [(row.line, row.text("code"), row.text("libelle")) for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        "code,libelle\nRS1,Été\n".encode(),
        "NUMERO_FICHE;Intitulé;autre\r\nRS1;Été;x\r\n".encode("utf-8-sig"),
        "libelle\tcode\nÉté\tRS1\n".encode("cp1252"),
        b"code|libelle\n\n" + "RS1|Été".encode(),
    ],
    ids=["plain", "semicolons-bom-aliases", "tabs-windows", "pipes-blank-line"],
)
def test_csv_of_any_office(content: bytes) -> None:
    assert [row[1:] for row in rows_of(content)] == [("RS1", "Été")]


def test_lines_are_those_of_the_spreadsheet() -> None:
    assert rows_of(b"code,libelle\nA,x\n\nB,y\n") == [(2, "A", "x"), (4, "B", "y")]


def test_workbook() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Numero_Fiche", "Intitulé"])
    sheet.write_row(1, 0, [44109, "Nantes"])
    book.close()

    assert rows_of(file.getvalue()) == [(2, "44109", "Nantes")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Le fichier est vide."),
        (
            b"nom,prenom\nDurand,Camille\n",
            "Colonne absente : code, libelle. Colonnes lues dans le fichier : nom, prenom.",
        ),
        (b"\x89PNG\x00\x00", "Le fichier n’est ni un CSV ni un classeur XLSX."),
        (b"PK\x03\x04 broken", "Le classeur ne s’ouvre pas. Enregistrez-le en XLSX ou en CSV."),
    ],
    ids=["empty", "other-table", "picture", "broken-workbook"],
)
def test_files_refused_as_a_whole(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        rows_of(content)
    assert str(refused.value) == reason


def test_too_large_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAXIMUM_BYTES", 10)
    with pytest.raises(FileRefused, match="dépasse 20 Mo"):
        rows_of(b"code,libelle\nA,x\n")


def test_a_workbook_that_swells_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAXIMUM_UNPACKED_BYTES", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000)

    with pytest.raises(FileRefused, match="trop volumineux"):
        rows_of(file.getvalue())


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAXIMUM_ROWS", 3)
    with pytest.raises(FileRefused, match="dépasse 3 lignes"):
        rows_of(b"code,libelle\n" + b"A,x\n" * 5)


@pytest.mark.parametrize("value", ["2029-12-31", "31/12/2029", "2029-12-31 00:00:00"])
def test_dates_of_any_office(value: str) -> None:
    day = Row(2, {"echeance": value}).date("echeance")
    assert day is not None
    assert day.isoformat() == "2029-12-31"


@pytest.mark.parametrize(
    ("ask", "value", "reason"),
    [
        ("date", "31 décembre", "« x » : « 31 décembre » n’est pas une date (attendu : 31/12/2029)."),
        ("integer", "douze", "« x » : « douze » n’est pas un nombre."),
        ("integer", "Infinity", "« x » : « Infinity » n’est pas un nombre."),
        ("decimal", "NaN", "« x » : « NaN » n’est pas un nombre."),
        ("required", " ", "« x » est vide."),
    ],
)
def test_cells_that_cannot_be_read(ask: str, value: str, reason: str) -> None:
    with pytest.raises(RowRefused) as refused:
        getattr(Row(2, {"x": value}), ask)("x")
    assert str(refused.value) == reason


def test_cells_with_several_values() -> None:
    assert Row(2, {"x": "44000|44100; 44000, 44200 |"}).several("x") == ["44000", "44100", "44200"]
    assert Row(2, {}).several("x") == []
