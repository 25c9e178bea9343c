"""The grouped message: what waits for one person, in one e-mail."""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from core.journal.models import Notification, Preference
from core.journal.notices import default_rhythm, rhythms_of


def send_grouped(rhythms: Iterable[str], *, base_url: str) -> int:
    """Send one message to each person who has unsent news at one of these rhythms. Returns the count of messages.

    Rows are locked and marked in the transaction of the sending: a second worker skips them.
    """
    wanted = set(rhythms)
    sent = 0
    for user_id in _people_waiting():
        with transaction.atomic():
            rows = list(
                Notification.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(user=user_id, mailed_at=None, user__is_active=True)
                .filter(hat__is_active=True)
                .select_related("user", "hat__organisation")
                .order_by("created_at", "id")
            )
            chosen = rhythms_of([user_id])
            due = [row for row in rows if chosen.get((user_id, row.kind), default_rhythm(row.kind)) in wanted]
            if not due:
                continue
            _send(due, base_url)
            sent += 1
            Notification.objects.filter(pk__in=[row.pk for row in due]).update(mailed_at=timezone.now())
    return sent


def _people_waiting() -> list[int]:
    return list(
        Notification.objects.filter(mailed_at=None, user__is_active=True, hat__is_active=True)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


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


DAILY = (Preference.Rhythm.QUOTIDIEN, Preference.Rhythm.IMMEDIAT)
AT_ONCE = (Preference.Rhythm.IMMEDIAT,)
