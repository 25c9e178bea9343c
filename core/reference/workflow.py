"""Loading an official list from the screen: send, read the report, then load or give up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.events import record
from core.journal.refusals import Refused
from core.reference.importers import FileRefused, Report, importer_for
from core.reference.importers.base import REFUSALS_KEPT
from core.reference.models import Edition, StagedEdition

FORGOTTEN_AFTER = dt.timedelta(days=7)  # a report that nobody came back to


def stage(
    source: str,
    content: bytes,
    *,
    file_name: str,
    label: str,
    published_on: dt.date | None,
    full: bool,
) -> StagedEdition:
    """Keep a file beside the report of what it would change.

    Raises:
        FileRefused: the file as a whole cannot be read.
    """
    report = importer_for(source).run(content, label=label, published_on=published_on, full=full)
    StagedEdition.objects.filter(created_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return StagedEdition.objects.create(
        source=source,
        label=label,
        published_on=published_on,
        is_full=full,
        file_name=file_name[:200],
        content=content,
        report=_kept(report),
    )


def load(staged: StagedEdition, *, hat: Membership) -> Edition:
    """Load a file whose report was read, and forget the file.

    Raises:
        Refused: somebody loaded it or gave it up meanwhile, or the lists changed so that it no longer fits.
    """
    with transaction.atomic():
        held = StagedEdition.objects.select_for_update().filter(pk=staged.pk).first()
        if held is None:
            raise Refused("Ce fichier a déjà été chargé ou abandonné.")
        try:
            report = importer_for(held.source).run(
                bytes(held.content),
                label=held.label,
                published_on=held.published_on,
                full=held.is_full,
                commit=True,
            )
        except FileRefused as refusal:
            raise Refused(str(refusal)) from refusal
        edition = report.edition
        if edition is None:
            raise RuntimeError("a committed import leaves its edition")
        record(edition, "reference.chargee", f"Liste chargée : {edition}", hat=hat, internal=True)
        held.delete()
    return edition


def drop(staged: StagedEdition) -> None:
    """Give a file up: nothing was loaded."""
    StagedEdition.objects.filter(pk=staged.pk).delete()


def _kept(report: Report) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "retired": report.retired,
        "notes": report.notes,
        "warnings": report.warnings,
        "refused": len(report.refusals),
        "refusals": [vars(bad) for bad in report.refusals[:REFUSALS_KEPT]],
    }
