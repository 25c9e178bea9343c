"""Receipts: what was judged, on what ground, chained so that nothing can be slipped in or taken out."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.events import subject_of
from core.rulebook import letters
from core.rulebook.models import Receipt
from core.rulebook.parameters import written
from core.rules import Judgement

_CHAIN_LOCK = 0x1E1F  # one writer of the chain at a time, until its transaction ends


def issue(
    subject: models.Model,
    act: str,
    judgement: Judgement,
    *,
    hat: Membership | None = None,
    told: Mapping[str, Any] | None = None,
) -> Receipt:
    """Keep what was judged on `subject` for `act` (« depot », « envoi », « decision »).

    Written in the caller's transaction, after the last receipt: two writers wait for one another.

    Args:
        told: what the letter of this act will say and no rule reads, as plain values (`letters.told`).
    """
    hold_chain()
    subject_type, subject_id = subject_of(subject)
    previous = Receipt.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    said = judgement.as_dict()
    if told:
        said["told"] = dict(told)
    receipt = Receipt(
        at=timezone.now(),
        subject_type=subject_type,
        subject_id=subject_id,
        act=act,
        facts=said.pop("facts"),
        derogations=said.pop("derogations"),
        parameters={name: written(value) for name, value in judgement.parameters.items()},
        judged_on=judgement.parameters.on or timezone.localdate(),
        verdict=judgement.verdict.value,
        judgement=said,
        ruleset_hash=judgement.ruleset_hash,
        author=hat.user if hat else None,
        hat=hat,
        previous_hash=previous,
    )
    receipt.hash = seal(receipt)
    receipt.save(force_insert=True)
    letters.promise(receipt)
    return receipt


def hold_chain() -> None:
    """Become the one writer of the chain until the transaction ends.

    `issue` does it; an act that also locks rows which other acts lock after their receipt calls it first: two acts
    then never wait for one another in a circle.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A receipt is written with the act that it explains")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])


def seal(receipt: Receipt) -> str:
    """The SHA-256 of everything the receipt says, and of the receipt before it."""
    said = {
        "at": receipt.at.astimezone(UTC).isoformat(),
        "subject": [receipt.subject_type, receipt.subject_id],
        "act": receipt.act,
        "facts": receipt.facts,
        "parameters": receipt.parameters,
        "derogations": receipt.derogations,
        "verdict": receipt.verdict,
        "judgement": receipt.judgement,
        "ruleset_hash": receipt.ruleset_hash,
        "author": receipt.author_id,
        "hat": receipt.hat_id,
        "previous": receipt.previous_hash,
    }
    if receipt.judged_on is not None:  # the first receipts were sealed without it
        said["on"] = receipt.judged_on.isoformat()
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def last_receipt(subject: models.Model, *, but: Collection[str] = ()) -> Receipt | None:
    """The latest receipt of a file, those of the acts `but` left aside."""
    subject_type, subject_id = subject_of(subject)
    found = Receipt.objects.filter(subject_type=subject_type, subject_id=subject_id).exclude(act__in=but)
    return found.order_by("-id").first()
