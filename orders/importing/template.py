"""The empty file to start from: our titles, a lot as an example, and what each kind of line says."""

import io
from typing import IO

import xlsxwriter

from orders.importing.columns import BY_KEY, SHAPES, TABLE

EXAMPLE = "2027-EXEMPLE"  # no marché has this number: lines left by mistake change nothing that exists
_LINES = (
    {"type": "marché", "marche": EXAMPLE, "intitule": "Formations 2027-2030", "debut": "01/01/2027",
     "fin": "31/12/2028", "reconductions": "2"},
    {"type": "lot", "marche": EXAMPLE, "lot": "1", "intitule": "Construction, Sarthe", "filiere": "Construction",
     "departements": "72", "coordinateur": "Claude Exemple"},
    {"type": "période", "marche": EXAMPLE, "lot": "1", "debut": "01/01/2027", "fin": "31/12/2027", "mini": "20000",
     "maxi": "45000"},
    {"type": "certification", "marche": EXAMPLE, "lot": "1", "certification": "RNCP35316", "obligatoire": "oui"},
    {"type": "membre", "marche": EXAMPLE, "lot": "1", "organisme": "Organisme d’exemple", "role": "mandataire"},
    {"type": "prix", "marche": EXAMPLE, "lot": "1", "debut": "01/01/2027", "prix": "9,35"},
)  # fmt: skip


def template() -> IO[bytes]:
    """A workbook: the first sheet is the one that is read, with an example to erase; the second one explains."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Marchés et lots")
        for at, column in enumerate(TABLE.columns):
            sheet.write_string(0, at, column.label, bold)
            sheet.set_column(at, at, max(12, min(len(column.label) + 4, 40)))
            for row, example in enumerate(_LINES, start=1):
                if column.key in example:
                    sheet.write_string(row, at, example[column.key])
        sheet.freeze_panes(1, 0)
        guide = book.add_worksheet("Mode d’emploi")
        for at, (title, width) in enumerate((("Type", 16), ("Ce qu’il dit", 60), ("Nécessaire", 50), ("Possible", 50))):
            guide.write_string(0, at, title, bold)
            guide.set_column(at, at, width)
        for row, (kind, shape) in enumerate(SHAPES.items(), start=1):
            guide.write_string(row, 0, kind.label, wrap)
            guide.write_string(row, 1, shape.guide, wrap)
            for at, keys in enumerate((shape.needed, shape.optional), start=2):
                guide.write_string(row, at, ", ".join(BY_KEY[key].label for key in keys), wrap)
    file.seek(0)
    return file
