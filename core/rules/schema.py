"""The facts of a subject as a JSON Schema, made from their declaration: label, type, choices, unit, who finds them.

A new fact is published as it is declared; there is nothing else to write.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from .facts import Facts, Many
from .reading import FIRST_DAY, LAST_DAY, MAX_ITEMS, MAX_NUMBER, MAX_TEXT

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: type[Facts], *, identifier: str = "", title: str = "") -> dict[str, Any]:
    """The JSON Schema (2020-12) of these facts. Every fact is optional; another name is set aside, not refused."""
    properties = {field.name: _property(field.metadata) for field in dataclasses.fields(kind)}
    found: dict[str, Any] = {"type": "object", "properties": properties}
    if identifier:
        found = {"$schema": DIALECT, "$id": identifier, "title": title, **found}
    return found


def _property(about: Any) -> dict[str, Any]:
    label = about["label"]
    notes = [about["hint"]]
    if about["unit"]:
        notes.append(f"En {about['unit']}.")
    if about["supplied"]:
        notes.append("Le portail le trouve seul dans un dossier réel ; ici, donnez-le si vous le savez.")
    found = {"title": label[:1].upper() + label[1:], **_shape(about["kind"])}
    if description := " ".join(filter(None, notes)):
        found["description"] = description
    if about["unit"]:
        found["x-unite"] = about["unit"]
    return found


def _shape(kind: Any) -> dict[str, Any]:
    if isinstance(kind, Many):
        return {"type": "array", "items": _shape(kind.of), "maxItems": MAX_ITEMS}
    if issubclass(kind, Facts):
        return schema_of(kind)
    if issubclass(kind, Enum):
        return _choices(kind)
    if kind is bool:
        return {"type": "boolean"}
    if kind is date:
        text = f"Un jour du {FIRST_DAY.isoformat()} au {LAST_DAY.isoformat()}."
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$", "$comment": text}
    if kind is int:
        return {"type": "integer", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
    if kind is Decimal:
        number = {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
        return {"anyOf": [number, {"type": "string", "pattern": r"^-?\d{1,7}(\.\d{1,6})?$"}]}
    return {"type": "string", "maxLength": MAX_TEXT}


def _choices(kind: type[Enum]) -> dict[str, Any]:
    """The values, each with its French words where the choice has some."""
    values = [member.value for member in kind]
    labels = {member.value: str(getattr(member, "label", "")) for member in kind}
    found: dict[str, Any] = {"type": "string", "enum": values}
    if all(labels.values()):
        found["x-libelles"] = labels
    return found
