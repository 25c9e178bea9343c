"""A double click makes one thing.

The form carries a key drawn when it was shown; the first POST claims the key and keeps where it led;
any other POST with the same key is sent there. The claim and the thing made are one transaction, so a
failed attempt leaves the key free.

    with once(request, "intention.deposer") as claim:
        if claim.done:
            return redirect(claim.location)
        intention = workflow.file(...)
        claim.keep(intention.get_absolute_url())
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.http import HttpRequest

from core.journal.models import IdempotencyKey

FIELD = "cle"
HEADER = "Idempotency-Key"


@dataclass
class Claim:
    """The hold on one key. `done`: somebody already made the thing, and it stands at `location`."""

    row: IdempotencyKey | None
    done: bool = False
    location: str = ""

    def keep(self, location: str) -> None:
        """Remember where the thing made stands, for whoever comes with the same key."""
        self.location = location
        if self.row is not None:
            self.row.location = location
            self.row.save(update_fields=["location"])


def key_of(request: HttpRequest) -> uuid.UUID | None:
    """The key that the form (or the call's header) carries, if it is one."""
    try:
        return uuid.UUID(request.POST.get(FIELD) or request.headers.get(HEADER) or "")
    except ValueError:
        return None


@contextmanager
def once(request: HttpRequest, purpose: str) -> Iterator[Claim]:
    """Open a transaction that holds the form's key. Without a key (an old page), it is a plain transaction.

    Two simultaneous POSTs: the second waits for the first one's commit, then finds it `done`, or does the
    thing itself when the first one kept nothing (its form had a mistake).
    """
    shown = key_of(request)
    with transaction.atomic():
        if shown is None or not request.user.is_authenticated:
            yield Claim(None)
            return
        # A page shown again gives one key to all its forms: each act at each address has its own.
        key = uuid.uuid5(shown, f"{purpose} {request.path}")
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO journal_idempotencykey (key, actor_id, purpose, location, created_at) "
                "VALUES (%s, %s, %s, '', now()) ON CONFLICT (actor_id, key) DO NOTHING RETURNING id",
                [key, request.user.pk, purpose],
            )
            claimed = cursor.fetchone()
        if claimed:
            yield Claim(IdempotencyKey.objects.get(pk=claimed[0]))
        else:
            earlier = IdempotencyKey.objects.select_for_update(of=("self",)).get(actor=request.user, key=key)
            yield Claim(earlier, done=bool(earlier.location), location=earlier.location)
