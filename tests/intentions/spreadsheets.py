"""Spreadsheets as people and attackers send them."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

HEADERS = [
    "Raison sociale",
    "SIRET",
    "Type d'employeur",
    "Courriel",
    "Métier",
    "Intitulé du poste",
    "Nombre de postes",
    "Lieu de travail",
    "Type de contrat",
    "Durée (mois)",
    "Heures par semaine",
    "Date d'embauche",
    "Formation souhaitée",
    "Étapes",
    "Engagement",
]


def good_row(number: int, **changes: str) -> list[str]:
    """A row that files: one need of one employer, never the same twice."""
    row = {
        "Raison sociale": f"Atelier {number}",
        "SIRET": "",
        "Type d'employeur": "Entreprise privée",
        "Courriel": f"atelier{number}@exemple.test",
        "Métier": "H2913",
        "Intitulé du poste": f"Soudeur {number}",
        "Nombre de postes": "2",
        "Lieu de travail": "Nantes",
        "Type de contrat": "CDI",
        "Durée (mois)": "",
        "Heures par semaine": "35",
        "Date d'embauche": "15/09/2027",
        "Formation souhaitée": "Soudage",
        "Étapes": "stage ; jury",
        "Engagement": "oui",
    } | changes
    return [row[header] for header in HEADERS]


def xlsx(rows: list[list[Any]], headers: list[str] | None = None) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([headers or HEADERS, *rows]):
            for column, value in enumerate(row):
                sheet.write(line, column, value)
    return file.getvalue()


def upload(content: bytes, name: str = "contacts.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def bomb() -> bytes:
    """A few kilobytes that unpack to sixty megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return file.getvalue()


def altered(**changes: Callable[[bytes], bytes]) -> bytes:
    """A good workbook of which some parts (by the beginning of their names) are written again."""
    source = xlsx([good_row(1)])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            stem = part.filename.rpartition("/")[2].partition(".")[0]
            new.writestr(part.filename, changes.get(stem, bytes)(old.read(part)))
    return file.getvalue()


def far_cell(cell: bytes = b'<c r="XFD1048576"><v>1</v></c>', row: bytes = b'<row r="1048576">') -> bytes:
    """An honest size, and one cell at the very end of the grid: a dense reader would allocate it whole."""
    return altered(sheet1=lambda sheet: sheet.replace(b"</sheetData>", row + cell + b"</row></sheetData>"))


def repeated_text() -> bytes:
    """One text of thirty thousand signs, that a hundred thousand cells repeat: gigabytes, in a few kilobytes."""
    cells = b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    return altered(
        sharedStrings=lambda strings: strings.replace(b"<t>Raison sociale</t>", b"<t>" + b"a" * 30_000 + b"</t>"),
        sheet1=lambda sheet: sheet.replace(b"</sheetData>", cells * 1_000 + b"</sheetData>"),
    )
