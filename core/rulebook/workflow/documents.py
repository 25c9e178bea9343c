"""A new edition of a source document: kept as it came, compared with the one before, never changed afterwards."""

import hashlib
from collections import Counter
from datetime import date
from typing import Any

from django.db import transaction

from core.accounts.models import User
from core.journal.refusals import Refused
from core.rulebook.models import DocumentEdition
from core.rules import documents
from core.rules.passages import Fate, Followed, Text, follow

MAX_BYTES = 3_000_000
MIN_LINES = 5


def read(content: bytes) -> str:
    """The text of a file as people save one: UTF-8, else the older encoding of Windows. Raises Refused otherwise."""
    if len(content) > MAX_BYTES:
        raise Refused("Ce fichier dépasse 3 Mo : une édition est un fichier de texte.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Refused("Ce fichier n’est pas un texte. Enregistrez le document en « texte brut », puis chargez-le.")


def load_edition(
    document: str, edition: str, dated: date | None, text: str, *, by: User | None = None
) -> DocumentEdition:
    """Keep an edition and say what it moves.

    Raises Refused: unknown document, no name, nothing in it, loaded already.
    """
    if document not in documents():
        raise Refused(f"Document inconnu : {document}. Connus : {', '.join(documents())}.")
    if not edition.strip():
        raise Refused("Nommez l’édition, par exemple « édition du 3 mars 2027 ».")
    if sum(bool(line.strip()) for line in text.splitlines()) < MIN_LINES:
        raise Refused("Ce texte est presque vide : ce n’est pas une édition du document.")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        known = DocumentEdition.objects.filter(document=document, sha256=sha256).first()
        if known:
            raise Refused(f"Cette édition est déjà chargée : {known.edition}.")
        return DocumentEdition.objects.create(
            document=document,
            edition=edition.strip(),
            dated=dated,
            text=text,
            sha256=sha256,
            report=report_of(document, text),
            loaded_by=by,
        )


def report_of(document: str, text: str) -> dict[str, Any]:
    """What a text moves, as plain values: compared with the last edition loaded, or with our quotations alone."""
    before = DocumentEdition.objects.filter(document=document).first()
    followed = follow(Text(text), document, Text(before.text) if before else None)
    counts = Counter(one.fate for one in followed)
    return {
        "compared_with": before.edition if before else "",
        "lines": len(text.splitlines()),
        "lines_before": len(before.text.splitlines()) if before else None,
        "counts": {fate.value: counts[fate] for fate in Fate},
        "passages": [_written(one) for one in followed if one.fate is not Fate.SAME],
    }


def _written(one: Followed) -> dict[str, Any]:
    return {
        "kind": one.cited.kind,
        "id": one.cited.id,
        "label": one.cited.label,
        "fate": one.fate.value,
        "before": list(one.before),
        "after": list(one.after) if one.after else None,
        "quotation": one.expected or one.cited.citation.quotation,
        "nearest": one.nearest,
        "likeness": round(one.likeness, 2),
        "diff": [list(part) for part in one.diff],
    }
