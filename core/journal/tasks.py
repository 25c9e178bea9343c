"""Wake-ups and the schedule of the ground floor. Each task finds its own work in the database."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from core.journal import mailer, outbox
from core.journal.history import acting
from core.journal.models import IdempotencyKey

HEARTBEAT = "worker-heartbeat"


@shared_task
def work_outbox() -> int:
    """Do the work that is due. Sent on commit, and swept every minute for what a lost message left."""
    with acting("outbox"):
        return outbox.work_all()


@shared_task
def send_immediate() -> int:
    """Send the news that their readers want at once."""
    return mailer.send_grouped(mailer.AT_ONCE, base_url=settings.SITE_URL)


@shared_task
def send_daily_digest() -> int:
    """Send each person one message with all that is new for him."""
    return mailer.send_grouped(mailer.DAILY, base_url=settings.SITE_URL)


@shared_task
def forget_old_keys() -> int:
    """A key serves against double clicks and retries; after 30 days it only takes room."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(days=30)).delete()[0]


@shared_task
def beat_heart() -> None:
    """Say that a worker lives: `/healthz` reads how long ago."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=3600)
