"""The formats in words, for the documentation: made from the tables themselves, so that it cannot say anything else."""

from collections.abc import Iterable

from stagiaires.exchanges import FORMATS
from stagiaires.exchanges.agora import EXCLUDED, TRIGGERS
from stagiaires.exchanges.shape import Column, Format

BEGIN, END = "<!-- formats : écrit par « manage.py formats --write » -->", "<!-- fin des formats -->"


def markdown() -> str:
    """The matrix of AGORA, what is out of its flow, then each format column by column."""
    parts = ["## Quel acte dit quoi à AGORA", _table(("Acte", "Par", "Événement", "Règle"), _matrix())]
    parts += ["Hors du flux (P3:5687-5711) :", "\n".join(f"- {what} : {why}." for what, why in EXCLUDED)]
    for shape in FORMATS.values():
        parts.append(_format(shape))
    return "\n\n".join(parts) + "\n"


def within(page: str) -> str:
    """The same page with the formats as they are now, between its two marks."""
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n\n{markdown()}\n{END}{after}"


def _matrix() -> Iterable[tuple[str, ...]]:
    return ((one.act, one.by, str(one.kind.label), one.rule or "–") for one in TRIGGERS)


def _format(shape: Format) -> str:
    head = [f"## `{shape.slug}` · {shape.title}", shape.purpose]
    if shape.only:
        only = " ; ".join(f"{path} parmi {', '.join(values)}" for path, values in shape.only.items())
        head.append(f"Une ligne part quand : {only}.")
    if shape.to_confirm:
        head.append(f"**À confirmer.** {shape.to_confirm}")
    titles = ("Colonne", "Source", "Écriture", "Exemple", "Nécessaire", "Se corrige", "À savoir")
    return "\n\n".join([*head, _table(titles, (_column(column) for column in shape.columns))])


def _column(column: Column) -> tuple[str, ...]:
    joined = " (identité)" if column.identity and column.source else ""
    return (
        f"`{column.name}`",
        f"{column.said}{joined}",
        column.how,
        f"`{column.example}`" if column.example else "",
        "oui" if column.needed else "non",
        column.editable or "non",
        column.note,
    )


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
