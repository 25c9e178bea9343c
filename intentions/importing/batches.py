"""A batch: received, matched to our questions, taken through row by row, given back."""

from collections.abc import Mapping
from contextlib import suppress

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import batches
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui import spreadsheets
from core.ui.french import pluriel
from intentions.importing.columns import SAID_ONCE, TARGETS, remember, remembered, said_once
from intentions.importing.rows import treat
from intentions.models import ImportBatch, ImportRow
from intentions.notices import RepriseTerminee
from intentions.remembered import remembering
from intentions.workflow import tell

logger = structlog.get_logger(__name__)
KINDS = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR, OrganisationKind.RELAIS, OrganisationKind.REGION)
_BATCH_LOCK = 0x1E1F1
State = ImportRow.State


def may_import(hat: Membership) -> bool:
    """Organisations, valideurs, relais; at the Région, those who treat the files."""
    return hat.kind in KINDS and (hat.kind != OrganisationKind.REGION or hat.role in (Role.GESTIONNAIRE, Role.DECIDEUR))


def visible_batches(hat: Membership) -> QuerySet[ImportBatch]:
    """Those of the hat's own organisation."""
    if not may_import(hat):
        return ImportBatch.objects.none()
    return ImportBatch.objects.filter(hat__organisation=hat.organisation_id).select_related("hat__user")


def receive(upload: UploadedFile, hat: Membership) -> ImportBatch:
    """Read the whole file and keep its rows, before anything is filed. Raises Refused for a file that is no table."""
    headers, rows = spreadsheets.read(upload, upload.size or 0)
    upload.seek(0)
    name = (upload.name or "tableau").replace("\\", "/").rsplit("/", 1)[-1][-200:]
    with transaction.atomic():
        batch = ImportBatch(hat=hat, file_name=name, headers=headers, row_count=len(rows))
        batch.mapping = remembered(hat.organisation, headers)
        batch.file.save(f"{get_random_string(24)}.bin", upload, save=False)
        batch.save()
        ImportRow.objects.bulk_create(
            (ImportRow(batch=batch, line=line, values=values) for line, values in rows), batch_size=1000
        )
    return batch


def start(
    batch: ImportBatch, mapping: Mapping[str, str], *, tell_employers: bool, answers: Mapping[str, str] | None = None
) -> None:
    """Settle what each column means and send the batch on its way. Raises Refused when a needed one is missing.

    `answers`: what is said once for all rows, where no column says it (`columns.SAID_ONCE`).
    """
    known = {*mapping.values(), *(answers or {})}
    missing = [target for target in TARGETS if target.needed and target.key not in known]
    if missing:
        way = "Une colonne manque au tableau\u00a0? Ajoutez-la, puis déposez-le de nouveau."
        if all(target.key in SAID_ONCE for target in missing):
            way = "Si aucune colonne ne le dit, répondez en bas de la page pour toutes les lignes."
        raise Refused(f"Associez encore\u00a0: {', '.join(target.label for target in missing)}. {way}")
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update(of=("self",)).select_related("hat__organisation").get(pk=batch.pk)
        if held.state != ImportBatch.State.A_ASSOCIER:
            raise Refused("Cette reprise est déjà partie.")
        held.mapping, held.tell_employers, held.state = dict(mapping), tell_employers, ImportBatch.State.EN_COURS
        remember(held.hat.organisation, held.headers, held.mapping)
        held.mapping |= said_once({key: value for key, value in (answers or {}).items() if key not in mapping.values()})
        held.save()
        transaction.on_commit(lambda: wake(held.pk), robust=True)


def wake(batch_id: int) -> None:
    """Ask a worker to take the batch on. If the broker is away, the schedule finds it within a minute."""
    from intentions.tasks import take_rows

    with suppress(take_rows.OperationalError):  # swept by `resume_imports`
        take_rows.apply_async((batch_id,), ignore_result=True, retry=False)


def take_through(batch_id: int, seconds: float = batches.RENEW_SECONDS) -> bool:
    """Treat the rows left, each in its own transaction: a worker may die at any moment, the next one goes on.

    Returns False when time is up and rows remain, True when nothing is left to this worker.
    """
    with remembering():
        return batches.take_through(_BATCH_LOCK, batch_id, _treat_one, _finish, seconds)


def _treat_one(batch_id: int) -> bool:
    """The next row; False when none is left. A row that breaks our code is refused, or it would stop all others."""
    with transaction.atomic():
        row = (
            ImportRow.objects.select_for_update(of=("self",))
            .filter(batch=batch_id, batch__state=ImportBatch.State.EN_COURS, state=State.A_TRAITER)
            .select_related("batch__hat__organisation", "batch__hat__user")
            .order_by("line")
            .first()
        )
        if row is None:
            return False
        try:
            treat(row, row.batch.hat)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the row waits
        except Exception as error:
            logger.exception("import_row_failed", batch=batch_id, line=row.line, error=type(error).__name__)
            row.state, row.intention = State.REFUSEE, None
            row.reasons = ["Le portail n’a pas su lire cette ligne. Déposez ce besoin par le formulaire."]
            row.save(update_fields=["state", "intention", "reasons"])
    return True


def _finish(batch_id: int) -> bool:
    """Close the batch once no row waits, and tell its author; False while another worker still holds one."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("hat__user").get(pk=batch_id)
        if batch.state != ImportBatch.State.EN_COURS:
            return True
        if batch.rows.filter(state=State.A_TRAITER).exists():
            return False
        batch.state, batch.finished_at = ImportBatch.State.TERMINE, timezone.now()
        batch.save()
        _tell_end(batch)
    return True


def _tell_end(batch: ImportBatch) -> None:
    """Its author hears of the end; so does the Région when another has brought it new intentions."""
    accepted = batch.counts()[State.ACCEPTEE]
    filed = pluriel(accepted, "intention déposée", "intentions déposées")
    text = f"La reprise de «\u00a0{batch.file_name}\u00a0» est terminée\u00a0: {filed}"
    desk = tell.region_desk() if accepted and batch.hat.kind != OrganisationKind.REGION else []
    notify(RepriseTerminee, [batch.hat], batch, text, reverse("intention_reprise_lot", args=[batch.pk]), "fin")
    notify(RepriseTerminee, desk, batch, text, reverse("intention_liste"), "fin")
