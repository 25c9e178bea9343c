"""One year of the scheme, from the first day to this morning."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from core.journal.models import Notification, OutboxMessage, OutboxState
from core.ui.french import pluriel
from intentions.models import Intention
from invoices.tasks import on_invoice
from invoices.workflow.invoices import MAKE_FILE as INVOICE_FILE
from orders import documents
from orders.workflow import avenants, bons
from pilotage.demo import afterwards, bulk, candidates, catalogue, invoices, market, places, waiting
from pilotage.demo.clock import Diary, at
from pilotage.demo.life import Life, keep_promises
from pilotage.demo.people import World, settle
from pilotage.demo.plans import lots_on, plan_year
from sessions.models import Session, SessionRequest
from sessions.workflow import feed
from stagiaires.enums import ParcoursState
from stagiaires.models import Parcours
from stagiaires.workflow import links
from stagiaires.workflow.exchanges import papers

DAYS = 400  # lived before today
LIVED = 120  # sessions, at most, that go through the workflow
FRESH = 4  # days: news older than that has been read
FILES = {
    bons.MAKE_FILE: documents.on_order,
    avenants.MAKE_FILE: documents.on_avenant,
    INVOICE_FILE: on_invoice,
}
DONE = "fait pendant l’année de démonstration"


@dataclass(frozen=True)
class Summary:
    """What a year holds."""

    lots: int
    intentions: int
    requests: int
    sessions: int

    def __str__(self) -> str:
        counts = (
            pluriel(self.lots, "lot"),
            pluriel(self.intentions, "intention"),
            pluriel(self.requests, "demande"),
            pluriel(self.sessions, "session"),
        )
        return ", ".join(counts)


def generate(*, seed: int, sessions: int, today: date | None = None) -> Summary:
    """Live a whole year that ends yesterday and leaves `sessions` sessions; all of it, or nothing.

    Beyond `LIVED` sessions, the year is copied as often as it takes; copies are still to be ordered, so that only what
    was lived is invoiced.

    The same seed on the same day makes the same year. Nothing is sent to anyone: what the workflow promised to do
    later is noted as done, and its news as mailed. The files of orders and invoices are still to be made, by the worker
    or by `seal_latest`. Writes the feed at the end.

    Raises LookupError when the official lists are not loaded.
    """
    with transaction.atomic():
        _live(seed, min(sessions, LIVED), today or timezone.localdate())
        connection.run_on_commit = []  # nobody is to be woken for what happened months ago
    bulk.multiply(sessions)
    feed.write()
    return Summary(
        lots=sum(map(len, catalogue.LOTS.values())),
        intentions=Intention.objects.count(),
        requests=SessionRequest.objects.count(),
        sessions=Session.objects.count(),
    )


def seal_latest(number: int) -> int:
    """Make now the files of the last orders, avenants and invoices; the worker makes the others. Returns how many."""
    with transaction.atomic():
        waiting = OutboxMessage.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state=OutboxState.A_FAIRE, topic__in=FILES
        )
        latest = list(waiting.order_by("-id")[:number])
        for message in latest:
            message.answer = FILES[message.topic](message)
            message.state, message.done_at = OutboxState.FAIT, timezone.now()
            message.save()
    return len(latest)


def _live(seed: int, sessions: int, today: date) -> None:
    diary = Diary(today, today - timedelta(days=DAYS))
    world = World(random.Random(seed), diary, catalogue.load())  # noqa: S311 nothing secret is drawn
    diary.note(diary.moment, lambda: _begin(world, sessions))
    diary.live()
    _close_the_past(world)


def _begin(world: World, sessions: int) -> None:
    settle(world)
    opened = market.open_market(world, world.diary.since)
    for plan in plan_year(world, opened, sessions):
        Life(world, plan).begin()
    lots = lots_on(world, opened, world.diary.today)
    waiting.note_waiting(world, lots, sessions)
    waiting.note_own(world, lots)
    places.note_hours(world)
    candidates.note_candidates(world, sessions)
    invoices.note_invoices(world, opened)
    afterwards.note_afterwards(world)
    world.diary.note(at(world.diary.today - timedelta(days=1), 23, 30), keep_promises)


def _close_the_past(world: World) -> None:
    """All is told and done, but for what the worker has still to make: files, and what people of a group that the
    visitor follows are sent.
    """
    Notification.objects.filter(mailed_at=None).update(mailed_at=F("created_at"))
    old = at(world.diary.today - timedelta(days=FRESH), 0)
    Notification.objects.filter(created_at__lt=old).update(read_at=F("created_at"))
    own = Parcours.objects.filter(organisme=world.hats["organisme"].organisation_id, state__in=ParcoursState.active())
    papers_due = Q(topic=papers.TOPIC, subject_id__in=own.values("pk"))
    links_due = Q(topic=links.SEND, subject_id__in=own.values("stagiaire"))
    past = OutboxMessage.objects.filter(state=OutboxState.A_FAIRE).exclude(topic__in=FILES)
    past.exclude(papers_due | links_due).update(state=OutboxState.FAIT, done_at=F("created_at"), answer=DONE)
