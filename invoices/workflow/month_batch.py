"""The invoices of a month in one act: the mandataire asks, the worker makes each invoice, then each file.

Every row is a transaction of its own: a worker that dies leaves whole invoices and numbers without holes, and the next
one goes on from there.
"""

from collections import Counter
from contextlib import suppress
from datetime import date

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import batches
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.months import first_of
from core.ui.french import mois, pluriel
from invoices.enums import InvoiceKind, InvoiceState, TableState
from invoices.models import Invoice, MonthBatch, MonthBatchRow, MonthTable
from invoices.notices import MonthInvoiced
from invoices.queries.invoices import orders_to_invoice
from invoices.workflow import invoices, tables
from invoices.workflow.files import keep_file

logger = structlog.get_logger(__name__)
_LOCK = 0x1E1F3
State, RowState = MonthBatch.State, MonthBatchRow.State
_NO_FILE = "Son fichier n’est pas encore fait : le portail réessaie."
_BROKEN = "Le portail n’a pas su faire cette facture. Créez-la depuis le service fait de la commande."


def visible_batches(hat: Membership) -> QuerySet[MonthBatch]:
    """Those of the hat's own organisme."""
    if hat.kind != OrganisationKind.ORGANISME:
        return MonthBatch.objects.none()
    return MonthBatch.objects.filter(organisme=hat.organisation_id).select_related("hat__user")


def ready(hat: Membership, month: date) -> QuerySet[MonthTable]:
    """The agreed tables of a month (its first day) that this hat's organisme may invoice."""
    if hat.kind != OrganisationKind.ORGANISME:
        return MonthTable.objects.none()
    orders = orders_to_invoice(hat)
    return MonthTable.objects.filter(order__in=orders, month=month, state=TableState.ACCORDE).order_by("order__number")


def start(month: date, hat: Membership) -> MonthBatch:
    """Have the worker make every invoice that is ready in a month (any day of it).

    Raises Refused: none is ready, or they are being made already.
    """
    first = first_of(month)
    tables = list(ready(hat, first))
    if not tables:
        raise Refused(f"{mois(first).capitalize()} : aucun service fait n’attend sa facture.")
    with transaction.atomic(), lost_race({"month_batch_one_running": "Les factures de ce mois sont déjà en cours."}):
        batch = MonthBatch.objects.create(organisme=hat.organisation, hat=hat, month=first, row_count=len(tables))
        MonthBatchRow.objects.bulk_create([MonthBatchRow(batch=batch, table=table) for table in tables])
        transaction.on_commit(lambda: wake(batch.pk), robust=True)
    return batch


def wake(batch_id: int) -> None:
    """Ask a worker to take the batch on. If the broker is away, the schedule finds it within a minute."""
    from invoices.tasks import make_month

    with suppress(make_month.OperationalError):  # swept by `resume_months`
        make_month.apply_async((batch_id,), ignore_result=True, retry=False)


def take_through(batch_id: int, seconds: float = batches.RENEW_SECONDS) -> bool:
    """Make the invoices left, then the files left: a worker may die at any moment, the next one goes on.

    Returns False when time is up and rows remain, True when nothing is left to this worker.
    """
    return batches.take_through(_LOCK, batch_id, _treat_one, _finish, seconds)


def _treat_one(batch_id: int) -> bool:
    """The next invoice, or the next file when all are made; False when nothing is left."""
    with transaction.atomic():
        rows = MonthBatchRow.objects.select_for_update(of=("self",)).filter(batch=batch_id, batch__state=State.EN_COURS)
        related = ("batch__hat__organisation", "batch__hat__user", "table__order__lot", "table__order__addressee")
        waiting = rows.filter(state__in=[RowState.A_FAIRE, RowState.EMISE]).select_related(*related)
        waiting = waiting.defer("table__order__pdf", "table__order__content")
        row = waiting.order_by("state", "pk").first()  # « a_faire » comes before « emise »
        if row is None:
            return False
        if row.state == RowState.A_FAIRE:
            _issue(row)
        else:
            _seal(row)
        row.save(update_fields=["state", "invoice", "reason"])
    return True


def _issue(row: MonthBatchRow) -> None:
    """Make the invoice of a row. One that breaks our code is refused, or it would stop all the others."""
    tables.refresh(row.table)  # kept even if the invoice is refused: else the month would look agreed for ever
    try:
        with transaction.atomic():
            row.invoice = invoices.issue(row.table, row.batch.hat)
        row.state = RowState.EMISE
    except Refused as refused:
        _refuse(row, refused.message)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the row waits
    except Exception as error:
        logger.exception("month_row_failed", batch=row.batch_id, table=row.table_id, error=type(error).__name__)
        _refuse(row, _BROKEN)


def _seal(row: MonthBatchRow) -> None:
    """Make the file of a row's invoice. One that cannot be made is left to the outbox, which tries again."""
    try:
        with transaction.atomic():
            keep_file(Invoice.objects.select_for_update(of=("self",)).get(pk=row.invoice_id))  # type: ignore[misc]
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("month_file_failed", batch=row.batch_id, invoice=row.invoice_id, error=type(error).__name__)
        row.reason = _NO_FILE
    row.state = RowState.FAITE


def _refuse(row: MonthBatchRow, reason: str) -> None:
    """Say why; an invoice that somebody made meanwhile is the one that was asked for."""
    living = Invoice.objects.filter(table=row.table_id, kind=InvoiceKind.FACTURE, state=InvoiceState.EMISE)
    row.invoice = living.defer("pdf", "content").first()
    row.state, row.reason = (RowState.EMISE, "") if row.invoice else (RowState.REFUSEE, reason)


def _finish(batch_id: int) -> bool:
    """Close the batch once no row waits, and tell who asked; False while another worker still holds one."""
    with transaction.atomic():
        batch = MonthBatch.objects.select_for_update(of=("self",)).select_related("hat__user").get(pk=batch_id)
        if batch.state != State.EN_COURS:
            return True
        found = counts(batch)
        if found[RowState.A_FAIRE] or found[RowState.EMISE]:
            return False
        batch.state, batch.finished_at = State.TERMINE, timezone.now()
        batch.save()
        text = f"Factures du mois, {mois(batch.month)} : {pluriel(found[RowState.FAITE], 'faite')}"
        if found[RowState.REFUSEE]:
            text += f", {pluriel(found[RowState.REFUSEE], 'commande')} à revoir"
        notify(MonthInvoiced, [batch.hat], batch, text, reverse("factures_du_mois", args=[batch.pk]), "fin")
    return True


def counts(batch: MonthBatch) -> Counter[str]:
    """How many rows stand in each state."""
    return Counter(dict(batch.rows.order_by().values_list("state").annotate(n=Count("id"))))


def steps_done(found: Counter[str]) -> int:
    """Steps done, of two for each row: the invoice, then its file."""
    return found[RowState.EMISE] + 2 * (found[RowState.FAITE] + found[RowState.REFUSEE])
