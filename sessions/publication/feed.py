"""The feed: every publishable sheet, in one LHÉO file.

The feed is full: what is absent from it is withdrawn by its readers. It is written beside the one
that is served, read again, and only then takes its place, so a reader never meets half a feed.

**An empty offer.** The schema wants at least one ``formation``: a feed without any is well-formed,
but not valid, and readers that reload everything would lose the whole offer. So it is written only
when nothing was published before, or when a person has confirmed that nothing must remain; in all
other cases the previous feed stays served, and the report says why.
"""

import gzip
import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from sessions.publication.checks import Check, Problem, check
from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import SessionSheet
from sessions.publication.structure import NS, validate_element

logger = logging.getLogger(__name__)

_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<lheo xmlns="{NS}">\n<offres>\n'.encode()
_TAIL = (
    '<extras info="flux-intercarif">\n\t<extra info="date-export">{day:%Y%m%d}</extra>\n</extras>\n</offres>\n</lheo>\n'
)
_NAMESPACE = f' xmlns="{NS}"'.encode()
_PREFIXED = re.compile(rb"<[\w.-]+:|xmlns:")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record kept out of the feed, with what must be corrected."""

    number: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What became of a publication.

    Attributes:
        published: records in the feed just written (or that it would have had, when refused).
        quarantined: records left out.
        sha256: of the plain file; empty when refused.
        refused_reason: why the previous feed stays served, in French; empty when published.
        changed: whether the served bytes are new. When they are not, the files are not touched,
            so that their time of modification stays true.
    """

    published: int
    quarantined: tuple[Quarantined, ...]
    sha256: str
    refused_reason: str
    changed: bool


def gzip_path(path: Path) -> Path:
    """Return where the compressed twin of the feed stands."""
    return path.with_name(f"{path.name}.gz")


def write_feed(
    sheets: Iterable[SessionSheet],
    path: Path,
    settings: FeedSettings,
    *,
    previous_count: int,
    today: date,
    confirm_shrink: bool = False,
    extra_check: Check | None = None,
) -> FeedReport:
    """Write the feed at ``path`` and its gzip twin, and report.

    Args:
        sheets: read once, one at a time; the order of the feed is theirs.
        previous_count: records of the feed now served, 0 if there is none.
        today: stamps the export and bounds the dates of the records.
        confirm_shrink: a person has confirmed that so many records must go.
        extra_check: what the caller knows more (reference lists, private names).

    The same sheets on the same day give the same bytes. Records of one formation share nothing, so
    memory does not grow with their number, but for the set of numbers already seen. An error of the
    caller's iterator or of the disk is raised, and the served feed is as it was before.
    """

    def write(output: BinaryIO) -> tuple[int, tuple[Quarantined, ...]]:
        return _write_sheets(sheets, output, settings, today, extra_check)

    return _let_out(write, path, settings, previous_count, today, confirmed=confirm_shrink, validate=True)


def write_records(
    records: Iterable[bytes],
    path: Path,
    settings: FeedSettings,
    *,
    previous_count: int,
    today: date,
    confirm_shrink: bool = False,
) -> FeedReport:
    """Write the feed from records that ``make_record`` gave earlier, each already checked by itself.

    As ``write_feed``, but nothing is built nor validated again: the feed of a whole region is written in
    the time that its bytes take.
    """

    def write(output: BinaryIO) -> tuple[int, tuple[Quarantined, ...]]:
        published = 0
        for record in records:
            output.write(record)
            published += 1
        return published, ()

    return _let_out(write, path, settings, previous_count, today, confirmed=confirm_shrink, validate=False)


def _let_out(
    write: Callable[[BinaryIO], tuple[int, tuple[Quarantined, ...]]],
    path: Path,
    settings: FeedSettings,
    previous_count: int,
    today: date,
    *,
    confirmed: bool,
    validate: bool,
) -> FeedReport:
    """Write a draft beside the served feed, read it again, and let it take the place or say why not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".flux-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        with draft.open("wb") as output:
            output.write(_HEAD)
            published, quarantined = write(output)
            output.write(_TAIL.format(day=today).encode())
            output.flush()
            os.fsync(output.fileno())
        reason = _refusal(published, previous_count, settings, confirmed=confirmed)
        if not reason:
            reason = _reread(draft, published, settings, validate=validate)
        if reason:
            logger.warning("feed refused: %s", reason)
            return FeedReport(published, quarantined, "", reason, changed=False)
        sha256 = _digest(draft)
        changed = not path.exists() or _digest(path) != sha256
        if changed or not gzip_path(path).exists():
            _compress(draft, gzip_path(draft))
            gzip_path(draft).replace(gzip_path(path))
            draft.replace(path)
        return FeedReport(published, quarantined, sha256, "", changed)


def _write_sheets(
    sheets: Iterable[SessionSheet],
    output: BinaryIO,
    settings: FeedSettings,
    today: date,
    extra_check: Check | None,
) -> tuple[int, tuple[Quarantined, ...]]:
    """Write the records; return how many, and those left out."""
    seen: set[tuple[str, str]] = set()
    quarantined: list[Quarantined] = []
    published = 0
    for sheet in sheets:
        record, problems = make_record(sheet, settings, today, extra_check)
        problems = problems or _twice(sheet, seen)
        if problems:
            number = str(sheet.session_number)
            logger.warning("session %s quarantined: %s", number, problems[0].message_fr)
            quarantined.append(Quarantined(number, tuple(problems)))
        else:
            output.write(record)
            published += 1
    return published, tuple(quarantined)


def make_record(
    sheet: SessionSheet, settings: FeedSettings, today: date, extra_check: Check | None = None
) -> tuple[bytes, list[Problem]]:
    """Return the bytes of one record, or what is wrong with it (the bytes are then empty)."""
    try:
        problems = check(sheet, today)
        if not problems and extra_check is not None:
            problems = extra_check(sheet)
        if problems:
            return b"", problems
        element = formation_element(sheet, settings)
        faults = validate_element(element, settings.schema_path)
        if faults:
            return b"", [Problem("", fault) for fault in faults]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # A value so wrong that the checks stumbled on it must not stop the other records.
        logger.exception("unreadable sheet %s", sheet.session_number)
        return b"", [Problem("", "La fiche ne se lit pas : une de ses valeurs n’a pas de sens.")]
    return serialise(element), []


def _twice(sheet: SessionSheet, seen: set[tuple[str, str]]) -> list[Problem]:
    """Return a problem for each number already in the feed; a sheet without any is remembered."""
    numbers = {
        ("formation_number", sheet.formation_number),
        ("action_number", sheet.action_number),
        ("session_number", sheet.session_number),
    }
    if numbers & seen:
        twice = sorted(field for field, _number in numbers & seen)
        return [Problem(field, "Ce numéro est déjà dans le flux.") for field in twice]
    seen |= numbers
    return []


def serialise(element: etree._Element) -> bytes:
    """Return a record in the form that importers read: no prefix, one element per line.

    ``<formation`` and ``</formation>`` begin their lines. The namespace, which the root of the feed
    declares, is not said again.
    """
    etree.indent(element, space="\t")
    return etree.tostring(element, encoding="UTF-8").replace(_NAMESPACE, b"", 1) + b"\n"


def _refusal(published: int, previous: int, settings: FeedSettings, *, confirmed: bool) -> str:
    """Return why so few records must not replace the previous ones, empty if they may."""
    if confirmed or previous <= 0:
        return ""
    if published == 0:
        return (
            "Aucune session n’est publiable : le flux précédent"
            f" ({previous} sessions) reste servi. Confirmez si toute l’offre doit être retirée."
        )
    lost = previous - published
    if lost > settings.shrink_floor and lost > settings.shrink_ratio * previous:
        return (
            f"Le flux passerait de {previous} à {published} sessions : le précédent reste servi."
            " Confirmez si cette baisse est voulue."
        )
    return ""


def _reread(draft: Path, published: int, settings: FeedSettings, *, validate: bool) -> str:
    """Read the draft as its readers will; return what is wrong with it, empty if nothing is.

    Without ``validate`` the records were validated one by one when they were made: the draft is still
    parsed, for its bytes may have been spoilt since.
    """
    opened = closed = 0
    with draft.open("rb") as lines:
        for line in lines:
            opened += line.startswith(b"<formation ")
            closed += line.startswith(b"</formation>")
            if _PREFIXED.search(line):
                return "Le flux écrit porte un préfixe d’espace de noms : il n’est pas publié."
    if not opened == closed == published:
        return "Le flux écrit n’a pas une fiche par session : il n’est pas publié."
    # The schema wants one formation at least, and has nothing to say of a confirmed empty offer.
    path = settings.schema_path if published and validate else None
    schema = etree.XMLSchema(etree.parse(path)) if path else None
    try:
        for _event, element in etree.iterparse(draft, tag=f"{{{NS}}}formation", schema=schema, resolve_entities=False):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        return f"Le flux écrit n’est pas valide, il n’est pas publié : {error.msg}"
    return ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compress(source: Path, target: Path) -> None:
    """Compress without name nor time, so that the same feed gives the same bytes."""
    with (
        source.open("rb") as plain,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed)
