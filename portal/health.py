"""`GET /healthz`: is each part alive, for those who watch over the portal."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.journal.tasks import HEARTBEAT

WORKER_LATE = 120.0  # seconds without a heart-beat


@never_cache
@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and worker answer; 503 with what is wrong. Ages in seconds; no detail leaks."""
    broker, worker = _broker_and_worker()
    checks: dict[str, object] = {"database": _database(), "broker": broker, "worker_age": worker}
    checks["feed_age"] = _feed_age()
    healthy = bool(checks["database"] and worker is not None and worker < WORKER_LATE)
    return JsonResponse({"ok": healthy, **checks}, status=200 if healthy else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except Exception:  # noqa: BLE001 whatever is wrong, the answer is « no »
        return False


def _broker_and_worker() -> tuple[bool, float | None]:
    """Whether the broker answers, and how many seconds ago the worker last beat (None: never heard)."""
    try:
        beat = cache.get(HEARTBEAT)
    except Exception:  # noqa: BLE001
        return False, None
    return True, None if beat is None else round(timezone.now().timestamp() - beat, 1)


def _feed_age() -> float | None:
    feed = Path(settings.FEED_DIR) / "lheo.xml"
    if not feed.exists():
        return None
    return round(timezone.now().timestamp() - feed.stat().st_mtime, 1)
