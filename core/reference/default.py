"""The reference set that comes with the portal, so that the first start has something to choose from."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from core.reference.enums import Source
from core.reference.importers import Report, importer_for
from core.reference.models import Edition, TerritoireEfop

DATA = Path(__file__).resolve().parent / "data"
LOCK = 7_301_520  # any number of our own: two starts at once must not load twice


@dataclass(frozen=True)
class Shipped:
    source: Source
    path: Path
    label: str
    published_on: dt.date | None


def shipped() -> list[Shipped]:
    """The files of `data/editions.csv`, in the order in which they lean on each other."""
    order = list(Source)
    with (DATA / "editions.csv").open(encoding="utf-8", newline="") as file:
        found = [
            Shipped(
                Source(row["liste"]),
                DATA / row["fichier"],
                row["edition"],
                dt.date.fromisoformat(row["datee_du"]) if row["datee_du"] else None,
            )
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda one: order.index(one.source))


def load() -> list[Report]:
    """Load what is new in the shipped files; nothing when they are known, or older than what the Région loaded.

    A list of which only shipped editions were ever loaded follows them row by row. As soon as the Région has
    loaded a list itself, a shipped file only adds to it when its date is later, and retires nothing.
    """
    reports = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            editions = list(Edition.objects.order_by("id").values("source", "sha256", "is_shipped", "published_on"))
            for one in shipped():
                content = one.path.read_bytes()
                past = [edition for edition in editions if edition["source"] == one.source]
                if any(edition["sha256"] == hashlib.sha256(content).hexdigest() for edition in past):
                    continue
                own = [edition for edition in past if not edition["is_shipped"]]
                if any(
                    (edition["published_on"] or dt.date.max) >= (one.published_on or dt.date.min) for edition in own
                ):
                    continue
                if one.source == Source.ZONES_EMPLOI and _territoires_loaded():
                    continue
                reports.append(
                    importer_for(one.source).run(
                        content,
                        label=one.label,
                        published_on=one.published_on,
                        full=not own,
                        shipped=True,
                        commit=True,
                    )
                )
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return reports


def _territoires_loaded() -> bool:
    return TerritoireEfop.objects.active().filter(is_stand_in=False).exists()
