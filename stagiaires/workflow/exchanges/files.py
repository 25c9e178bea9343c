"""Files for partners: prepared, sealed, dropped or taken away; what is in one is sent when it has left.

The true interface of the partners is not known: a file leaves by the channel that is configured (`exchange_channel`),
or in the hands of who downloads it. Nothing else of the portal knows which.
"""

import hashlib
from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events as journal
from core.journal.models import OutboxMessage
from core.journal.outbox import enqueue, handles
from core.journal.refusals import Refused, lost_race
from core.months import first_of
from core.ui.french import liste
from stagiaires import exchange_channel
from stagiaires.enums import ExternalState, FilePart, FileSubject, Partner, Sender
from stagiaires.exchanges import agora, attestations, presences
from stagiaires.exchanges.shape import MOVE, Cells, to_csv
from stagiaires.models import ExchangeDownload, ExchangeFile, ExternalEvent
from stagiaires.queries.exchanges import events as queries
from stagiaires.queries.exchanges import files

MOST = 2_000  # events of one file
DROP = "echange.deposer"
BY_HAND = "Pris sur le portail, à remettre à qui le transmet ou le reçoit"
NOT_YOURS = (
    "Les fichiers sont préparés par un gestionnaire, les finances ou un administrateur de la Région, et par un "
    "organisme pour ce qu’il transmet lui-même."
)
SUBJECT_OF = {Partner.AGORA: FileSubject.EVENEMENTS, Partner.FRANCE_TRAVAIL: FileSubject.ATTESTATIONS}
RACES = {"exchange_file_version": "Quelqu’un vient de préparer ce fichier : rechargez la page."}


def must_send(hat: Membership) -> None:
    """Raises Refused for whoever does not prepare the files."""
    if not files.may_send(hat):
        raise Refused(NOT_YOURS)


def prepare(partner: Partner, hat: Membership, sender: Sender = Sender.REGION) -> ExchangeFile:
    """Put the events that wait in one file, oldest first, identity joined now.

    `sender`: those that the Région tells, or those that another was entrusted with: an organisme makes the file of
    its own, the Région that of France Travail. An event that lacks something stays, with what it lacks, and so do the
    later ones of the same file: they are told in order. Raises Refused when nothing is ready.
    """
    if not files.may_prepare(hat, sender):
        raise Refused(NOT_YOURS)
    organisme = hat.organisation_id if sender == Sender.ORGANISME else None
    with transaction.atomic():
        waiting = queries.waiting(ExternalEvent.objects.filter(partner=partner), sender, organisme)
        held = waiting.select_for_update(of=("self",)).select_related("parcours__stagiaire")
        rows = list(held.order_by("id")[:MOST])
        ready, cells = _ready(rows)
        made = _fill(partner, ready, cells, hat, sender) if ready else None
    if made is None:  # said outside: what each event lacks is written
        raise Refused("Rien n’est prêt : complétez ce qui manque." if rows else "Rien n’attend d’être transmis.")
    return made


def _fill(
    partner: Partner, ready: list[ExternalEvent], cells: list[Cells], hat: Membership, sender: Sender
) -> ExchangeFile:
    month, data = first_of(timezone.localdate()), to_csv(_columns(partner), cells)
    made = keep(partner, SUBJECT_OF[partner], month, data, len(cells), hat, sender)
    ExternalEvent.objects.filter(pk__in=[one.pk for one in ready]).update(
        file=made, attempts=F("attempts") + 1, answer=""
    )
    return made


def _columns(partner: Partner) -> list[str]:
    if partner == Partner.AGORA:
        return agora.AGORA.names
    both = [*attestations.AIS.names, *attestations.AES.names]
    return [KEY, TYPE, *dict.fromkeys(both)]


KEY, TYPE = "CLE_EVENEMENT", "TYPE_ATTESTATION"  # added to AIS and AES when both stand in one file


def _ready(rows: list[ExternalEvent]) -> tuple[list[ExternalEvent], list[Cells]]:
    """Those that may leave and what they say; the others are told what they lack."""
    records = queries.records(rows)
    ready, cells, put_off = [], [], set[int]()
    for one in rows:
        if one.parcours_id in put_off:
            continue
        shape = queries.format_of(one)
        said = shape.row(records[one.pk])
        if lacking := shape.lacking(said):
            put_off.add(one.parcours_id)
            one.answer = f"Il manque : {liste([column.portal for column in lacking])}."
            one.save(update_fields=["answer"])
            continue
        ready.append(one)
        cells.append({KEY: one.key, TYPE: one.kind.upper(), **said})
    return ready, cells


def keep(
    partner: str,
    subject: str,
    month: date,
    data: bytes,
    rows: int,
    hat: Membership,
    sender: Sender = Sender.REGION,
) -> ExchangeFile:
    """Seal a file as the next version of its month, and promise its drop when a channel is configured: what an
    organisme tells stays in its own hands.
    """
    own = hat.organisation if sender == Sender.ORGANISME else None
    whose = {"partner": partner, "subject": subject, "sender": sender, "organisme": own, "month": month}
    version = (ExchangeFile.objects.filter(**whose).aggregate(last=Max("version"))["last"] or 0) + 1
    by = "" if sender == Sender.REGION else f"-{own.siret or own.pk}" if own else "-par-france-travail"
    with lost_race(RACES):
        made = ExchangeFile.objects.create(
            **whose,
            version=version,
            name=f"{subject}-{partner.replace('_', '-')}{by}-{month:%Y-%m}-v{version}.csv",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=rows,
            made_by=hat,
        )
    journal.record(made, "echange.prepare", f"Fichier {made.name} préparé", hat=hat, detail={"sha256": made.sha256})
    if is_dropped(made):
        enqueue(DROP, made, 1)
    return made


def is_dropped(file: ExchangeFile) -> bool:
    """Whether it leaves by itself: a channel is configured, and the file is not an organisme's."""
    return exchange_channel.is_configured() and file.sender != Sender.ORGANISME


@handles(DROP, outside=True)
def drop(message: OutboxMessage) -> str:
    """Put the file where the partner takes it. The same file put twice is one file."""
    file = ExchangeFile.objects.get(pk=message.subject_id)
    if file.erased_at is not None:
        return "Le fichier est effacé."
    taker = file.partner if file.sender == Sender.REGION else file.sender
    place = exchange_channel.deliver(taker, file.name, bytes(file.data))
    with transaction.atomic():
        _left(file, place, None)
    return place


def take(file: ExchangeFile, part: str, hat: Membership) -> tuple[str, bytes]:
    """(name, content) of what this hat takes away, which is written down with its hash.

    The Région takes the whole or the differences, an organisme its own rows. Raises Refused otherwise, or when the
    content is erased. The first whole copy that is taken is what the partner is given, unless the file was dropped.
    """
    with transaction.atomic():
        held = ExchangeFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if held.erased_at is not None:
            raise Refused("Le contenu de ce fichier est effacé : le délai de conservation est passé.")
        name, data = PARTS[FilePart(part)](held, hat)
        ExchangeDownload.objects.create(file=held, part=part, hat=hat, sha256=hashlib.sha256(data).hexdigest())
        if part == FilePart.TOUT and held.delivered_at is None and not is_dropped(held):
            _left(held, BY_HAND, hat)
    return name, data


def _whole(file: ExchangeFile, hat: Membership) -> tuple[str, bytes]:
    if not files.may_take(file, hat):
        raise Refused(NOT_YOURS)
    return file.name, bytes(file.data)


def _changes(file: ExchangeFile, hat: Membership) -> tuple[str, bytes]:
    must_send(hat)
    earlier = files.before(file)
    if earlier is None:
        raise Refused("La version d’avant n’est plus là : les différences ne se calculent plus.")
    shape = presences.BY_PARTNER[file.partner]
    changed = files.changes(file, earlier, shape.key)
    return f"differences-{file.name}", to_csv([MOVE, *shape.names], changed)


def _own(file: ExchangeFile, hat: Membership) -> tuple[str, bytes]:
    own = files.rows_of(file, hat)
    if not own:
        raise Refused("Aucune ligne de ce fichier ne concerne vos stagiaires.")
    return f"vos-lignes-{file.name}", to_csv(presences.BY_PARTNER[file.partner].names, own)


PARTS: dict[FilePart, Callable[[ExchangeFile, Membership], tuple[str, bytes]]] = {
    FilePart.TOUT: _whole,
    FilePart.DIFFERENCES: _changes,
    FilePart.SIENNES: _own,
}


def _left(file: ExchangeFile, how: str, hat: Membership | None) -> None:
    """The file has left: so have its events. The database holds the move of each (`ExternalMove.ENVOYER`)."""
    now = timezone.now()
    left = ExchangeFile.objects.filter(pk=file.pk, delivered_at=None).update(delivered_at=now, delivery=how[:200])
    if not left:
        return
    waiting = ExternalEvent.objects.filter(file=file, state=ExternalState.A_ENVOYER)
    waiting.update(state=ExternalState.ENVOYE, sent_at=now)
    journal.record(file, "echange.parti", f"Fichier {file.name} parti", hat=hat)
