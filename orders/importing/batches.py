"""A spreadsheet of the market: received, looked at, confirmed or given up, written row by row, given back."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import batches
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui import spreadsheets
from core.ui.french import pluriel
from orders.importing.columns import BY_KEY, Kind, kind_of, places, reference_of
from orders.importing.lines import Fault, Line, read_line
from orders.importing.lists import Lists
from orders.importing.writing import MEANT, Changes, Writer
from orders.models import MarketImport, MarketImportRow
from orders.notices import MarketImported
from orders.queries import may_edit
from orders.workflow.terms import must_keep_records

logger = structlog.get_logger(__name__)
_LOCK = 0x1E1F2
State, RowState = MarketImport.State, MarketImportRow.State
_UNREAD = "Le portail n’a pas su lire cette ligne. Faites ce changement à l’écran."
_MOVED = "le portail ne dit plus ce qu’il disait à la lecture du tableau. Envoyez cette ligne de nouveau, puis relisez."


def visible_batches(hat: Membership) -> QuerySet[MarketImport]:
    """Those of the Région, for those who keep the market's records."""
    if not may_edit(hat):
        return MarketImport.objects.none()
    return MarketImport.objects.filter(hat__organisation__kind=OrganisationKind.REGION).select_related("hat__user")


def receive(upload: UploadedFile, hat: Membership) -> MarketImport:
    """Read the whole file, keep its rows, and send it to be looked at. Raises Refused for a file of another shape."""
    must_keep_records(hat)
    headers, rows = spreadsheets.read(upload, upload.size or 0, "marché, lot, période, certification, membre ou prix")
    at = places(headers)
    missing = [BY_KEY[key].label for key in ("type", "marche") if key not in at]
    if missing:
        raise Refused(
            f"Ce tableau n’a pas de colonne «\u00a0{missing[0]}\u00a0». Partez du modèle, ou de l’export du marché."
        )
    name = (upload.name or "tableau").replace("\\", "/").rsplit("/", 1)[-1][-200:]
    with transaction.atomic():
        batch = MarketImport.objects.create(hat=hat, file_name=name, headers=headers, row_count=len(rows))
        MarketImportRow.objects.bulk_create((_row(batch, at, line, cells) for line, cells in rows), batch_size=1000)
        transaction.on_commit(lambda: wake(batch.pk), robust=True)
    return batch


def _row(batch: MarketImport, at: dict[str, int], line: int, cells: list[str]) -> MarketImportRow:
    row = MarketImportRow(batch=batch, line=line, values=cells)
    kind = kind_of(cells[at["type"]])
    if kind is None:
        place, kinds = reference_of(at["type"], line), ", ".join(one.label for one in Kind)
        written = f"«\u00a0{cells[at['type']][:60]}\u00a0» n’est pas un type de ligne"
        row.state, row.reasons = RowState.REFUSEE, [f"{place} (Type)\u00a0: {written} (attendu\u00a0: {kinds})."]
        return row
    lot = cells[at["lot"]] if "lot" in at and kind.of_a_lot else ""
    leaves = "actif" in at and cells[at["actif"]].strip().lower() in ("non", "n", "faux", "0")
    row.kind, row.group = kind, f"{cells[at['marche']][:40]}|{lot[:10]}"
    row.rank = 2 * kind.rank + (not leaves)  # who leaves makes room for who enters
    return row


def confirm(batch: MarketImport, *, tell_group: bool, hat: Membership) -> None:
    """Have a file that was read written. Raises Refused when it is gone already, or changes nothing."""
    must_keep_records(hat)
    with transaction.atomic():
        held = _held(batch, State.A_CONFIRMER)
        if not held.rows.filter(state__in=RowState.to_write()).exists():
            raise Refused("Ce tableau ne change rien.")
        held.state, held.tell_group, held.hat = State.EN_COURS, tell_group, hat
        held.save()
        transaction.on_commit(lambda: wake(held.pk), robust=True)


def give_up(batch: MarketImport, *, hat: Membership) -> None:
    """Nothing of the file is written. Raises Refused when it is gone already."""
    must_keep_records(hat)
    with transaction.atomic():
        held = _held(batch, State.A_CONFIRMER)
        held.state, held.finished_at = State.ABANDONNE, timezone.now()
        held.save()


def _held(batch: MarketImport, state: str) -> MarketImport:
    held = MarketImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.state != state:
        raise Refused("Ce tableau est déjà confirmé ou abandonné.")
    return held


def wake(batch_id: int) -> None:
    """Ask a worker to take the file on. If the broker is away, the schedule finds it within a minute."""
    from orders.tasks import take_market

    with suppress(take_market.OperationalError):  # swept by `resume_market_imports`
        take_market.apply_async((batch_id,), ignore_result=True, retry=False)


def take_through(batch_id: int, seconds: float = batches.RENEW_SECONDS) -> bool:
    """Look at the rows left, or write them: a worker may die at any moment, the next one goes on.

    Returns False when time is up and rows remain, True when nothing is left to this worker.
    """
    return batches.take_through(_LOCK, batch_id, partial(_treat_some, Lists()), _finish, seconds)


def _treat_some(lists: Lists, batch_id: int) -> bool:
    """The next rows that belong together; False when none is left.

    Looked at: all the rows of a lot, written then undone, after those of their marché. Written: one row, or the
    prices of a lot.
    """
    with transaction.atomic():
        rows = MarketImportRow.objects.select_for_update(of=("self",)).filter(batch=batch_id)
        rows = rows.select_related("batch__hat__organisation", "batch__hat__user").order_by("rank", "line")
        if first := rows.filter(batch__state=State.LECTURE, state=RowState.A_LIRE).first():
            _look_at(list(rows.filter(group=first.group, state=RowState.A_LIRE)), _before(first), lists)
            return True
        if first := rows.filter(batch__state=State.EN_COURS, state__in=RowState.to_write()).first():
            of_the_lot = rows.filter(group=first.group, kind=Kind.PRIX)
            _write([first] if first.kind != Kind.PRIX else list(of_the_lot.filter(state__in=_PRICES)), lists)
            return True
    return False


_PRICES = [*RowState.to_write(), RowState.INCHANGEE]


def _before(row: MarketImportRow) -> list[MarketImportRow]:
    """The rows of the marché itself that would be written before those of one of its lots."""
    marche = row.group.rpartition("|")[0]
    if row.group == f"{marche}|":
        return []
    return list(row.batch.rows.filter(group=f"{marche}|", state__in=RowState.to_write()).order_by("rank", "line"))


def _look_at(rows: list[MarketImportRow], before: list[MarketImportRow], lists: Lists) -> None:
    """Write the rows to see what comes of it, undo everything, and keep what was seen."""
    batch = rows[0].batch
    writer = Writer(batch.hat, lists, quiet=True)
    seen = _twice(rows)
    with transaction.atomic():
        _try(before, writer, lists, batch)
        told = _try([row for row in rows if row.pk not in seen], writer, lists, batch)
        transaction.set_rollback(True)
    for row in rows:
        new, changes, reasons, subject = told.get(row.pk, (False, None, seen.get(row.pk, []), ""))
        row.subject, row.changes, row.reasons = subject, changes or [], reasons
        row.state = _state(new, changes, reasons)
        row.save(update_fields=["state", "subject", "changes", "reasons"])


def _state(new: bool, changes: Changes, reasons: list[str]) -> str:
    if reasons:
        return RowState.REFUSEE
    return RowState.INCHANGEE if changes is None else RowState.NOUVELLE if new else RowState.MODIFIEE


def _twice(rows: Iterable[MarketImportRow]) -> dict[int, list[str]]:
    """The rows that say exactly what another one says, above them in the file."""
    first: dict[tuple[str, ...], int] = {}
    found = {}
    for row in sorted(rows, key=lambda one: one.line):
        same = tuple(row.values)
        if same in first:
            found[row.pk] = [f"Cette ligne répète la ligne {first[same]}."]
        first.setdefault(same, row.line)
    return found


Told = tuple[bool, Changes, list[str], str]


def _try(
    rows: list[MarketImportRow], writer: Writer, lists: Lists, batch: MarketImport, *, confirmed: bool = False
) -> dict[int, Told]:
    """Write rows, each alone: {row: (new, changes, reasons, subject)}. A row that breaks our code is refused.

    `confirmed`: a row that would change something else than what was read is refused.
    """
    at = places(batch.headers)
    told: dict[int, Told] = {}
    prices: dict[int, Line] = {}
    for row in rows:
        line = read_line(Kind(row.kind), row.line, row.values, at, lists)
        if line.faults:
            told[row.pk] = (False, None, line.faults, line.subject())
        elif line.kind == Kind.PRIX:
            prices[row.pk] = line  # the last of a lot, and all together
        else:
            told[row.pk] = (*_one(line, writer, row.changes if confirmed else None), line.subject())
    said = writer.write_prices(list(prices.values())) if prices else {}
    for pk, line in prices.items():
        told[pk] = (*_price(line, said[line.number]), line.subject())
    return told


def _one(line: Line, writer: Writer, read: Changes) -> tuple[bool, Changes, list[str]]:
    try:
        with transaction.atomic():
            new, changes = writer.write(line)
            if read is not None and changes is not None and changes != read:
                raise Fault(MEANT[line.kind], _MOVED)
            return new, changes, []
    except Fault as fault:
        return False, None, [line.say(fault)]
    except (OperationalError, InterfaceError):
        raise  # the database is away: the rows wait
    except Exception as error:
        logger.exception("market_row_failed", line=line.number, error=type(error).__name__)
        return False, None, [_UNREAD]


def _price(line: Line, said: Changes | Fault) -> tuple[bool, Changes, list[str]]:
    if isinstance(said, Fault):
        return False, None, [line.say(said)]
    return said == [], said, []


def _write(rows: list[MarketImportRow], lists: Lists) -> None:
    batch = rows[0].batch
    told = _try(rows, Writer(batch.hat, lists, quiet=not batch.tell_group), lists, batch, confirmed=True)
    for row in rows:
        _new, changes, reasons, _subject = told[row.pk]
        row.reasons = reasons
        row.state = RowState.REFUSEE if reasons else RowState.INCHANGEE if changes is None else RowState.ENREGISTREE
        row.save(update_fields=["state", "reasons"])


def _finish(batch_id: int) -> bool:
    """Every row is looked at: the file waits to be confirmed. Every row is written: its author is told."""
    with transaction.atomic():
        batch = MarketImport.objects.select_for_update(of=("self",)).select_related("hat__user").get(pk=batch_id)
        if batch.state == State.LECTURE and not batch.rows.filter(state=RowState.A_LIRE).exists():
            batch.state = State.A_CONFIRMER
            batch.save()
        elif batch.state == State.EN_COURS and not batch.rows.filter(state__in=RowState.to_write()).exists():
            batch.state, batch.finished_at = State.TERMINE, timezone.now()
            batch.save()
            written = batch.counts()[RowState.ENREGISTREE]
            lines = pluriel(written, "ligne enregistrée", "lignes enregistrées")
            text = f"La reprise de «\u00a0{batch.file_name}\u00a0» est terminée\u00a0: {lines}"
            notify(MarketImported, [batch.hat], batch, text, reverse("marche_reprise_lot", args=[batch.pk]), "fin")
    return True
