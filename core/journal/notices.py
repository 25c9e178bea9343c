"""What people are told, once, in one daily message unless they prefer otherwise.

Each kind of news is a small class in a registry, so that the page of preferences writes itself.
"""

import contextlib
from collections.abc import Iterable

from django.db import models, transaction
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.events import subject_of
from core.journal.models import Notification, Preference

_registry: dict[str, type["Notice"]] = {}


class Notice:
    """One kind of news. `label` stands on the page of preferences; `audience` lists the kinds of hats told."""

    kind: str
    label: str
    audience: tuple[str, ...] = ()
    rhythm: str = Preference.Rhythm.QUOTIDIEN


def register(notice: type[Notice]) -> type[Notice]:
    """Class decorator: put this kind of news in the registry."""
    _registry[notice.kind] = notice
    return notice


def notices_for(kinds: Iterable[str]) -> list[type[Notice]]:
    """Kinds of news that a person wearing these kinds of hats may receive, by label."""
    worn = set(kinds)
    return sorted((n for n in _registry.values() if not n.audience or worn & set(n.audience)), key=lambda n: n.label)


def notify(
    notice: type[Notice],
    hats: Iterable[Membership],
    subject: models.Model,
    text: str,
    url: str,
    dedupe_key: str = "",
) -> int:
    """Tell each active hat once. Returns how many people are newly told.

    `text` is one French sentence, `url` the page where one acts; the same (kind, subject, `dedupe_key`) is
    told once to a person. Former members hear nothing. Whoever wants no e-mail of it reads it on the portal only:
    his row is settled from the start, so that the mailer never meets it.
    """
    subject_type, subject_id = subject_of(subject)
    rows = [
        Notification(
            user_id=hat.user_id,
            hat=hat,
            kind=notice.kind,
            subject_type=subject_type,
            subject_id=subject_id,
            text=text[:300],
            url=url,
            dedupe_key=f"{subject_type}:{subject_id}:{dedupe_key}"[:120],
        )
        for hat in hats
        if hat.is_active and hat.user.is_active
    ]
    known = set(
        Notification.objects.filter(
            kind=notice.kind, user__in=[row.user_id for row in rows], dedupe_key__in=[row.dedupe_key for row in rows]
        ).values_list("user_id", "dedupe_key")
    )
    fresh = [row for row in rows if (row.user_id, row.dedupe_key) not in known]
    _settle_unwanted(notice, fresh)
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        transaction.on_commit(_send_immediate, robust=True)
    return len(fresh)


def _settle_unwanted(notice: type[Notice], rows: list[Notification]) -> None:
    """Mark the rows of those who want no e-mail of this kind of news."""
    never = Preference.Rhythm.JAMAIS
    chosen = dict(
        Preference.objects.filter(kind=notice.kind, user__in=[row.user_id for row in rows]).values_list(
            "user_id", "rhythm"
        )
    )
    for row in rows:
        if chosen.get(row.user_id, notice.rhythm) == never:
            row.mailed_at = timezone.now()


def usual_rhythms() -> dict[str, str]:
    """The rhythm of each kind of news for whoever has chosen none."""
    return {notice.kind: notice.rhythm for notice in _registry.values()}


def _send_immediate() -> None:
    from core.journal.tasks import send_immediate

    # If the broker is away, the schedule sends them within the quarter of an hour.
    with contextlib.suppress(send_immediate.OperationalError):
        send_immediate.apply_async(ignore_result=True, retry=False)
