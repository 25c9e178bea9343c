"""The written side of the rules, as data: documents, rule texts, contradictions, parameters.

Everything stands in ``texts/*.toml``; this module only reads it, once. A rule text exists for all
rules of the register, whether or not a predicate is written for it yet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from .french import typography
from .parameters import Parameter, Parameters, Theme
from .vocabulary import Mode

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Document:
    """A source document and the edition that was read."""

    code: str
    title: str
    edition: str
    dated: date | None
    file: str

    @property
    def reference(self) -> str:
        """How the document is named under a quotation."""
        return f"{self.title}, {self.edition}"


@dataclass(frozen=True)
class Citation:
    """A passage of a document: the lines, and a short quotation when the rule is explained."""

    document: Document
    first_line: int
    last_line: int
    quotation: str = ""

    @cached_property
    def lines(self) -> str:
        if self.first_line == self.last_line:
            return f"ligne {self.first_line}"
        return f"lignes {self.first_line} à {self.last_line}"

    @cached_property
    def reference(self) -> str:
        return f"{self.document.reference}, {self.lines}"

    def as_dict(self) -> dict[str, Any]:
        return self._written.copy()

    @cached_property
    def _written(self) -> dict[str, Any]:
        return {
            "document": self.document.code,
            "reference": self.reference,
            "first_line": self.first_line,
            "last_line": self.last_line,
            "quotation": self.quotation,
        }


@dataclass(frozen=True)
class Place:
    """A page of the portal where a rule is read: the name of its address, and what is said there."""

    url: str
    words: str


@dataclass(frozen=True)
class RuleText:
    """One rule of the register, as written.

    ``moment``: when a rule that warns does so. ``shown``: the pages where a rule that is only declared is read.
    """

    id: str
    section: str
    sentence: str
    mode: Mode
    binds: str
    expected: str
    citations: tuple[Citation, ...]
    valid_from: date
    valid_to: date | None = None
    moment: str = ""
    shown: tuple[Place, ...] = ()

    @property
    def citation(self) -> Citation:
        """The passage shown beside a verdict: the first that is quoted, else the first."""
        return next((c for c in self.citations if c.quotation), self.citations[0])

    @cached_property
    def written_citations(self) -> tuple[dict[str, Any], ...]:
        """The citations as JSON values, written once: not to be changed by who reads them."""
        return tuple(citation.as_dict() for citation in self.citations)

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "sentence": self.sentence,
            "mode": self.mode.value,
            "citations": [citation.as_dict() for citation in self.citations],
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


@dataclass(frozen=True)
class Witness:
    """A file that a reading judges otherwise: what changes from the base of the cases of its subject."""

    subject: str
    sentence: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """One of the readings of a contradiction.

    ``variant`` is how the engine judges under it, as written (see ``core.rules.variants``); None for
    the reading in force, and for one that no verdict depends on, whose ``note`` says why.
    """

    statement: str
    citations: tuple[Citation, ...]
    in_force: bool = False
    note: str = ""
    variant: Mapping[str, Any] | None = None
    witness: Witness | None = None


@dataclass(frozen=True)
class Contradiction:
    """Two passages that do not say the same thing, and the reading in force."""

    id: str
    subject: str  # what the passages speak of, in a few words: the title of its card
    readings: tuple[Reading, ...]
    adopted: str
    rules: tuple[str, ...]
    since: date
    by: str


def _load(name: str) -> dict[str, Any]:
    with (TEXTS / name).open("rb") as handle:
        return tomllib.load(handle, parse_float=Decimal)


_PASSAGE = re.compile(r"\b([A-Z]\d):(\d+)(?:-(\d+))?")
_ASIDE = re.compile(r" \(question Q\d+\)|, question Q\d+")  # our own list of what is to be asked of the Région


def source_words(source: str) -> str:
    """Where a figure comes from, to be read: « F0:71-73 » as a document and its lines, « choix » as whose choice."""

    def named(found: re.Match[str]) -> str:
        document = documents().get(found[1])
        if document is None:
            return found[0]
        return f"{document.title}, {Citation(document, int(found[2]), int(found[3] or found[2])).lines}"

    said = re.sub(r"^choix\b", "choix du portail", _ASIDE.sub("", source))
    return typography(_PASSAGE.sub(named, said))


@cache
def documents() -> dict[str, Document]:
    """The source documents by code."""
    return {
        code: Document(
            code=code,
            title=row["title"],
            edition=row["edition"],
            dated=row.get("dated"),
            file=row["file"],
        )
        for code, row in _load("documents.toml").items()
    }


def _citation(row: dict[str, Any]) -> Citation:
    first, _, last = str(row["lines"]).partition("-")
    return Citation(
        document=documents()[row["document"]],
        first_line=int(first),
        last_line=int(last or first),
        quotation=row.get("quotation", ""),
    )


@cache
def rule_texts() -> dict[str, RuleText]:
    """Every rule of the register by id, in the order of the register."""
    texts: dict[str, RuleText] = {}
    for path in sorted(TEXTS.glob("section_*.toml")):
        data = _load(path.name)
        for row in data["rule"]:
            if row["id"] in texts:
                raise ValueError(f"rule {row['id']} is written twice")
            texts[row["id"]] = RuleText(
                id=row["id"],
                section=data["title"],
                sentence=row["sentence"],
                mode=Mode(row["mode"]),
                binds=row.get("binds", ""),
                expected=row.get("expected", ""),
                citations=tuple(_citation(source) for source in row["sources"]),
                valid_from=row.get("valid_from", data["valid_from"]),
                valid_to=row.get("valid_to"),
                moment=typography(row.get("moment", "")),
                shown=tuple(Place(place["url"], typography(place["words"])) for place in row.get("shown", ())),
            )
    return texts


@cache
def contradictions() -> dict[str, Contradiction]:
    """The contradictions between the sources, by id."""
    written = _load("contradictions.toml")
    return {
        row["id"]: Contradiction(
            id=row["id"],
            subject=row["subject"],
            readings=tuple(_reading(reading) for reading in row["readings"]),
            adopted=row["adopted"],
            rules=tuple(row["rules"]),
            since=row["since"],
            by=row.get("by", written["by"]),
        )
        for row in written["contradiction"]
    }


def _reading(row: dict[str, Any]) -> Reading:
    return Reading(
        statement=row["statement"],
        citations=tuple(_citation(source) for source in row["sources"]),
        in_force=row.get("in_force", False),
        note=row.get("note", ""),
        variant=row.get("variant"),
        witness=Witness(**row["witness"]) if "witness" in row else None,
    )


@cache
def default_parameters() -> Parameters:
    """The parameters that hold when nobody has edited them."""
    return Parameters({key: _parameter(key, row) for key, row in _load("parameters.toml").items()})


def _parameter(key: str, row: dict[str, Any]) -> Parameter:
    """One figure; what it said before (`earlier`) differs by its value, its source and its first day."""
    return Parameter(
        key=key,
        value=tuple(row["value"]) if isinstance(row["value"], list) else row["value"],
        unit=row["unit"],
        label=row["label"],
        source=row["source"],
        valid_from=row["valid_from"],
        theme=Theme(row["theme"]),
        rules=tuple(row["rules"]),
        minimum=_bound(row.get("minimum")),
        maximum=_bound(row.get("maximum")),
        earlier=tuple(_parameter(key, {**row, **one, "earlier": ()}) for one in row.get("earlier", ())),
    )


def _bound(figure: int | Decimal | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)
