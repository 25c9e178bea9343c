"""What loading an official list means, whichever the list: check each row, upsert, retire, remember the edition."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from core.reference import vocabulary
from core.reference.enums import Source, Vocabulary
from core.reference.importers.reading import Row, RowRefused, read
from core.reference.models import Edition, Listed, Searchable

BATCH = 2000
REFUSALS_KEPT = 500  # more bad rows than this say that the file is the wrong one


@dataclass(frozen=True)
class Refusal:
    line: int
    value: str
    reason: str


@dataclass
class Report:
    """What a file would change, or has changed (`edition` is then set)."""

    source: Source
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    edition: Edition | None = None

    @property
    def loaded(self) -> int:
        return self.created + self.changed + self.unchanged

    def lines(self) -> list[str]:
        """The report as plain French lines, for the command and for the screen."""
        counts = f"{self.created} nouvelles, {self.changed} modifiées, {self.unchanged} inchangées"
        summary = [f"{self.source.label} : {self.loaded} fiches bonnes pour {self.rows} lignes lues ({counts})."]
        if self.retired:
            summary.append(
                f"{self.retired} fiches absentes du fichier, retirées des choix et gardées sur les dossiers."
            )
        summary += [*self.notes, *self.warnings]
        if self.refusals:
            summary.append(f"{len(self.refusals)} lignes refusées :")
            summary += [f"  ligne {bad.line} ({bad.value or 'sans code'}) : {bad.reason}" for bad in self.refusals]
        return summary


class Importer:
    """One official list. A subclass says its columns and how one row becomes one record."""

    source: ClassVar[Source]
    model: ClassVar[type[Listed]]
    columns: ClassVar[dict[str, tuple[str, ...]]]
    required: ClassVar[set[str]]
    fields: ClassVar[dict[str, str]]  # model field → our column; a column that the file lacks leaves its field alone
    vocabulary: ClassVar[Vocabulary | None] = None  # the words to gather again when the list changes
    repeats: ClassVar[bool] = False  # several rows may name one record (a territory has many communes)

    def code_of(self, row: Row) -> str:
        """The primary key that a row names, written as the database writes it, even when the row is bad."""
        return row.text("code")

    def prepare(self) -> None:
        """Load once what rows are checked against."""

    def build(self, row: Row) -> Listed | None:
        """The record of a row, None for a row that the list rightly ignores; raises `RowRefused`."""
        raise NotImplementedError

    def choosable(self) -> models.QuerySet:
        """Rows of this list that may be chosen today."""
        return self.model.objects.active()

    def untouched(self) -> models.QuerySet:
        """Rows that a full edition may retire."""
        return self.model.objects.filter(retired_on__isnull=True)

    # --- The way of a file -----------------------------------------------------------------------

    def run(
        self,
        content: bytes,
        *,
        label: str,
        published_on: dt.date | None = None,
        full: bool = True,
        shipped: bool = False,
        commit: bool = False,
    ) -> Report:
        """Load a file, or only say what it would do.

        Args:
            content: CSV or XLSX, as published.
            label: the edition's name, as people say it (« RNCP, export du 5 janvier 2027 »).
            published_on: the edition's own date.
            full: the file holds the whole list, so rows that it lacks are retired.
            shipped: the file comes with the portal.
            commit: write; otherwise nothing changes.

        Raises:
            FileRefused: the file as a whole cannot be read.
        """
        present, rows = read(content, self.columns, self.required)
        report = Report(self.source)
        with transaction.atomic():
            self.prepare()
            records, mentioned = self._check(rows, report)
            fields = self._fields(present)
            records = self._compare(records, fields, report)
            leaving = self.untouched().exclude(pk__in=mentioned) if full else self.untouched().none()
            report.retired = leaving.count()
            self.observe(report)
            if commit:
                report.edition = Edition.objects.create(
                    source=self.source,
                    label=label,
                    published_on=published_on,
                    sha256=hashlib.sha256(content).hexdigest(),
                    is_full=full,
                    is_shipped=shipped,
                    rows_loaded=report.loaded,
                    rows_refused=len(report.refusals),
                    rows_retired=report.retired,
                    refusals=[vars(bad) for bad in report.refusals[:REFUSALS_KEPT]],
                )
                leaving.update(retired_on=published_on or timezone.localdate())
                self.write(records, fields, report.edition)
                if self.vocabulary and (records or report.retired):
                    vocabulary.refresh(self.vocabulary)
        return report

    def write(self, records: list[Listed], fields: list[str], edition: Edition) -> None:
        """Upsert the new and changed rows, which now belong to this edition."""
        for record in records:
            record.edition = edition
        self.model.objects.bulk_create(
            records,
            batch_size=BATCH,
            update_conflicts=True,
            update_fields=[*fields, "edition", "retired_on"],
            unique_fields=[self.model._meta.pk.name],
        )

    def _check(self, rows: Iterable[Row], report: Report) -> tuple[list[Listed], set[str]]:
        """Good records, and every code that the file names, good row or bad: a bad row retires nothing."""
        records: dict[str, Listed] = {}
        mentioned: set[str] = set()
        first_lines: dict[str, int] = {}
        for row in rows:
            named = self.code_of(row)
            try:
                record = self.build(row)
                if record is None:
                    continue
                code = str(record.pk)
                if code in first_lines and not self.repeats:
                    raise RowRefused(f"ce code figure déjà à la ligne {first_lines[code]}.")
                first_lines.setdefault(code, row.line)
                if isinstance(record, Searchable):
                    record.index()
                record.clean_fields(exclude=self._unchecked())
                records.setdefault(code, record)
            except RowRefused as refusal:
                report.refusals.append(Refusal(row.line, named, str(refusal)))
            except ValidationError as error:
                report.refusals.append(Refusal(row.line, named, self._reason(error)))
            report.rows += 1
            mentioned.add(named)
        return list(records.values()), mentioned

    def _unchecked(self) -> set[str]:
        """Foreign keys, which `build` checks against what `prepare` loaded, and what we derive ourselves."""
        columns = self.model._meta.concrete_fields
        return {column.name for column in columns if column.is_relation or not column.editable}

    def _reason(self, error: ValidationError) -> str:
        parts = []
        for name, messages in error.message_dict.items():
            label = self._column(name).verbose_name
            parts.append(f"{label} : {' '.join(messages)}")
        return " ".join(parts)

    def _column(self, name: str) -> models.Field:
        return next(column for column in self.model._meta.concrete_fields if column.name == name)

    def _fields(self, present: set[str]) -> list[str]:
        names = [name for name, column in self.fields.items() if column in present]
        derived = {column.name for column in self.model._meta.concrete_fields if not column.editable}
        return [*names, *sorted(derived - {"edition"})]

    def _compare(self, records: list[Listed], fields: list[str], report: Report) -> list[Listed]:
        """Count what the file would change, and keep the rows to write."""
        pk = self.model._meta.pk.attname
        columns = [self._column(name).attname for name in fields]
        known = {
            str(values[0]): values[1:]
            for values in self.model.objects.order_by().values_list(pk, "retired_on", *columns)
        }
        writing = []
        for record in records:
            before = known.get(str(record.pk))
            if before == (record.retired_on, *(getattr(record, column) for column in columns)):
                report.unchanged += 1
                continue
            if before is None:
                report.created += 1
            else:
                report.changed += 1
            writing.append(record)
        return writing

    def observe(self, report: Report) -> None:
        """Warnings about the file as a whole, once every row is read."""
        if report.retired > 10 and report.retired > report.loaded:
            report.warnings.append(
                "Attention : ce fichier retirerait plus de fiches qu’il n’en contient. Est-ce bien la liste entière ?"
            )
