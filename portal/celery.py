"""The Celery application. A message is a wake-up: the work itself stands in the database (core.journal outbox)."""

import os
import signal

from celery import Celery
from celery.signals import beat_embedded_init, worker_ready

from portal.local.services.process import follow_to_the_end

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_embedded_init.connect
def end_beat_with_its_worker(**_: object) -> None:
    """`worker -B` forks the beat, which would outlive a worker that is killed."""
    follow_to_the_end(os.getppid(), signal.SIGTERM)


@worker_ready.connect
def announce_worker(**kwargs: object) -> None:
    """Beat once at the start, so that `/healthz` need not wait for the first tick of the clock."""
    from core.journal.tasks import beat_heart

    beat_heart()
