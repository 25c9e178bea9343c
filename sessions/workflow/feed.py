"""The writing of the feed: one writer at a time, one writing for many changes, nothing lost."""

import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events, outbox
from core.journal.models import OutboxMessage
from core.journal.refusals import Refused
from sessions.enums import SessionState
from sessions.models import FeedRelease, PublicationRecord, Quarantine
from sessions.notices import FeedRefused, region_administrators, tell_of_feed
from sessions.publication.feed import FeedReport, write_records
from sessions.sheets import feed_settings

WRITE = "flux.ecrire"
FEED_NAME = "lheo.xml"
ONE_WRITER = 0x4C48454F  # advisory lock
GATHER = 2  # seconds: changes of the same moment are written together…
SETTLE = 1  # …once the transactions that asked for it have had the time to end
READ_AT_ONCE = 200


def feed_path() -> Path:
    """Where the feed stands; its compressed twin is beside it."""
    return Path(settings.FEED_DIR) / FEED_NAME


def ask_for_writing(*, now: bool = False) -> None:
    """Promise that the feed will be written again. Inside the transaction of the change.

    Changes that come within two seconds share one promise. `now`: a person waits for it.
    """
    moment = timezone.now()
    if now:
        outbox.enqueue(WRITE, _the_feed(), f"{moment.timestamp():.6f}")
        return
    turn = math.floor(moment.timestamp() / GATHER) + 1
    wait = turn * GATHER + SETTLE - moment.timestamp()
    outbox.enqueue(WRITE, _the_feed(), turn, due_at=moment + timedelta(seconds=wait))
    transaction.on_commit(lambda: _wake_in(wait), robust=True)


def _the_feed() -> FeedRelease:
    """The feed as a subject of the outbox: no row of its own, so its number is 0."""
    return FeedRelease(pk=0)


def _wake_in(seconds: float) -> None:
    """Wake the worker when the promise is due. If the broker is away, the sweep finds it within a minute."""
    from core.journal.tasks import work_outbox

    try:
        work_outbox.apply_async(countdown=seconds + 0.05, ignore_result=True, retry=False)
    except work_outbox.OperationalError:
        return


@outbox.handles(WRITE)
def on_write(message: OutboxMessage) -> str:
    """Keep the promise of a writing."""
    release = write()
    if release is None:
        return "inchangé"
    return release.refused_reason or f"écrit : {release.published} sessions"


def write() -> FeedRelease | None:
    """Write the feed from the records as they stand. Returns the release, or None when nothing has changed.

    Run again after a stop in the middle, it gives the same file and one release. A refused writing is kept once,
    and the administrators of the Région are told.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_WRITER])
        last_out = FeedRelease.objects.filter(refused_reason="").order_by("-at", "-id").first()
        last = FeedRelease.objects.order_by("-at", "-id").first()
        waiting = last if last and last.refused_reason else None
        report = _write(last_out, waiting)
        quarantined = Quarantine.objects.count()
        if report.refused_reason:
            return _refused(report, waiting, quarantined)
        if last_out and waiting is None and (last_out.sha256, last_out.quarantined) == (report.sha256, quarantined):
            return None
        return FeedRelease.objects.create(
            published=report.published,
            quarantined=quarantined,
            sha256=report.sha256,
            confirmed_by=waiting.confirmed_by if waiting else None,
        )


def confirm(release: FeedRelease, hat: Membership) -> None:
    """Let a feed out that lost many records: an administrator of the Région has seen that it is meant.

    Raises Refused for another hat, or when that writing is no longer the one that waits.
    """
    if hat.kind != OrganisationKind.REGION or hat.role != Role.ADMINISTRATEUR:
        raise Refused("Seul un administrateur de la Région confirme une baisse du flux.")
    with transaction.atomic():
        last = FeedRelease.objects.select_for_update(of=("self",)).order_by("-at", "-id").first()
        if last is None or last.pk != release.pk or not last.refused_reason:
            raise Refused("Le flux a été écrit depuis : il n’y a plus rien à confirmer.")
        if last.confirmed_by_id is None:
            last.confirmed_by = hat
            last.save(update_fields=["confirmed_by"])
            events.record(
                last, "flux.confirme", f"Baisse du flux confirmée, jusqu’à {last.published} sessions", hat=hat
            )
        ask_for_writing(now=True)


def _write(last_out: FeedRelease | None, waiting: FeedRelease | None) -> FeedReport:
    conditions = feed_settings()
    previous = last_out.published if last_out else 0
    if waiting is not None and waiting.confirmed_by_id is not None:
        # Confirmed down to what the person saw; a further fall is weighed against that, not against the old feed.
        previous = min(previous, waiting.published)
    return write_records(_records(), feed_path(), conditions, previous_count=previous, today=timezone.localdate())


def _records() -> Iterator[bytes]:
    """Every published record, in the order of the sessions, read a few at a time."""
    published = (
        PublicationRecord.objects.filter(session__state__in=SessionState.public())
        .order_by("session_id")
        .values_list("xml", flat=True)
    )
    for xml in published.iterator(chunk_size=READ_AT_ONCE):
        yield xml.encode()


def _refused(report: FeedReport, waiting: FeedRelease | None, quarantined: int) -> FeedRelease:
    if waiting and (waiting.refused_reason, waiting.published) == (report.refused_reason, report.published):
        return waiting
    release = FeedRelease.objects.create(
        published=report.published, quarantined=quarantined, refused_reason=report.refused_reason
    )
    tell_of_feed(FeedRefused, region_administrators(), release, report.refused_reason)
    return release
