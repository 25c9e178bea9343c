"""Reads the messages that Django's file backend keeps in a folder instead of sending them."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.utils import timezone

SEPARATOR = b"-" * 79 + b"\n"  # what the backend writes after each message
NEWEST = 100


@dataclass(frozen=True)
class CaughtMail:
    """One message, its text as a person would read it."""

    to: str
    subject: str
    sent_at: datetime | None
    text: str


def caught_messages(folder: Path, limit: int = NEWEST) -> list[CaughtMail]:
    """The newest messages of the folder, newest first; [] when there is none (or no folder yet)."""
    if not folder.is_dir():
        return []
    mails: list[CaughtMail] = []
    for file in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        parts = [part for part in file.read_bytes().split(SEPARATOR) if part.strip()]
        mails.extend(_read(part) for part in reversed(parts))
        if len(mails) >= limit:
            break
    return mails[:limit]


def _read(raw: bytes) -> CaughtMail:
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    try:
        # Django writes the moment in universal time, as « -0000 », which is read without a zone; it is shown in ours.
        sent_at = timezone.localtime(parsedate_to_datetime(str(message["Date"])).replace(tzinfo=UTC))
    except (TypeError, ValueError):
        sent_at = None
    return CaughtMail(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=sent_at,
        text=body.get_content() if body else "",
    )
