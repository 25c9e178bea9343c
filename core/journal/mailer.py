"""The grouped message: what waits for one person, in one e-mail."""

from collections import defaultdict
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone

from core.journal.models import Notification, Preference
from core.journal.notices import usual_rhythms

DAILY = (Preference.Rhythm.QUOTIDIEN, Preference.Rhythm.IMMEDIAT)
AT_ONCE = (Preference.Rhythm.IMMEDIAT,)

logger = structlog.get_logger(__name__)


def send_grouped(rhythms: Iterable[str], *, base_url: str) -> int:
    """Send one message to each person who has unsent news at one of these rhythms. Returns the count of messages.

    A link names the news, not the file: it opens the file under the hat that was told (`notification`).

    Rows are marked before the sending, in a transaction of their own: a second worker finds them taken, and no
    transaction waits for the mail server. A message that cannot leave is unmarked for the next time and holds
    nobody else's back.
    """
    due = _unsent(rhythms)
    sent = 0
    for user_id in list(due.order_by("user_id").values_list("user_id", flat=True).distinct()):
        try:
            sent += _send_to(user_id, due, base_url)
        except Exception as error:  # noqa: BLE001 whatever the mail service answers
            logger.warning("news_not_sent", user=user_id, error=type(error).__name__)
    return sent


def _unsent(rhythms: Iterable[str]) -> QuerySet[Notification]:
    """News not sent yet whose reader wants it at one of these rhythms; what he has not chosen follows the notice."""
    chosen = Preference.objects.filter(user=OuterRef("user"), kind=OuterRef("kind")).values("rhythm")
    usual = Case(
        *(When(kind=kind, then=Value(str(rhythm))) for kind, rhythm in usual_rhythms().items()),
        default=Value(str(Preference.Rhythm.QUOTIDIEN)),
    )
    waiting = Notification.objects.filter(mailed_at=None, user__is_active=True, hat__is_active=True)
    return waiting.alias(rhythm=Coalesce(Subquery(chosen), usual)).filter(rhythm__in=[str(one) for one in rhythms])


def _send_to(user_id: int, due: QuerySet[Notification], base_url: str) -> int:
    rows = _claim(user_id, due)
    if not rows:
        return 0
    try:
        _send(rows, base_url)
    except Exception:
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=None)
        raise
    return 1


@transaction.atomic
def _claim(user_id: int, due: QuerySet[Notification]) -> list[Notification]:
    """This person's unsent news, marked as sent: nobody else takes it."""
    rows = list(
        due.filter(user=user_id)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user", "hat__organisation")
        .order_by("created_at", "id")
    )
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())
    return rows


def _send(rows: list[Notification], base_url: str) -> None:
    by_hat: dict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        by_hat[row.hat.organisation.name if row.hat else settings.SITE_NAME].append(row)
    context = {"groups": dict(by_hat), "base_url": base_url, "user": rows[0].user, "site_name": settings.SITE_NAME}
    subject = rows[0].text if len(rows) == 1 else f"{len(rows)} nouvelles de vos dossiers"
    message = EmailMultiAlternatives(
        subject=f"{subject} · {settings.SITE_NAME}",
        body=render_to_string("journal/email/digest.txt", context),
        to=[rows[0].user.email],
    )
    message.attach_alternative(render_to_string("journal/email/digest.html", context), "text/html")
    message.send()
