"""Signed words that phones carry: the trainer's link, the half-day that a phone may sign for, a trainee's own phone.

None is stored: each is a number signed with the portal's key, under a salt of its own, so that one is never taken for
another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

LINK, PASS, TICKET, DEVICE, HELD = (
    f"stagiaires.{name}" for name in ("formateur", "demi", "billet", "appareil", "liens")
)
PASS_AFTER = timedelta(days=7)  # the end of its half-day: what a phone kept without network has left by then
PASS_AGAIN = timedelta(hours=1)  # when whoever still holds the half-day opens it later, so that what waits leaves
TICKET_LIFE = timedelta(minutes=10)  # to find one's name and sign once the code was scanned
DEVICE_LIFE = timedelta(days=400)  # what browsers keep at most
HELD_LIFE = timedelta(days=400)
DEVICE_COOKIE, HELD_COOKIE = "stagiaire", "formateur"


def link_token(link: int) -> str:
    """The word of a trainer's link."""
    return signing.Signer(salt=LINK).sign(str(link))


def link_url(link: int) -> str:
    """The whole address to give to a trainer."""
    return settings.SITE_URL.rstrip("/") + reverse("formateur_lien", args=[link_token(link)])


def read_link(token: str) -> int | None:
    """The number of the link, when the word is one of ours."""
    try:
        return int(signing.Signer(salt=LINK).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@dataclass(frozen=True)
class Pass:
    """What lets a phone send signatures for one half-day, for a while after it too: who had opened it there."""

    half_day: int
    hat: int | None
    link: int | None


def pass_for(half_day: int, *, hat: int | None, link: int | None, ends_at: datetime) -> str:
    """`ends_at`: when the half-day ends. Its pass has nothing more to open some days after."""
    until = max(ends_at + PASS_AFTER, timezone.now() + PASS_AGAIN)
    return signing.dumps([half_day, hat, link, int(until.timestamp())], salt=PASS)


def read_pass(token: str) -> Pass | None:
    """Whose pass it is; None past its term. That its holder still may is for the caller to ask."""
    said = _read(token, PASS, None)
    if not isinstance(said, list) or len(said) != 4 or said[3] < timezone.now().timestamp():
        return None
    return Pass(*said[:3])


def ticket_for(half_day: int) -> str:
    """Given to whoever shows a code that is current: it stands in the form that signs."""
    return signing.dumps(half_day, salt=TICKET)


def read_ticket(token: str) -> int | None:
    said = _read(token, TICKET, TICKET_LIFE)
    return said if isinstance(said, int) else None


def device_for(parcours: int) -> str:
    """Kept by the phone of a person who has said the right birth date once."""
    return signing.dumps(parcours, salt=DEVICE)


def read_device(token: str) -> int | None:
    said = _read(token, DEVICE, DEVICE_LIFE)
    return said if isinstance(said, int) else None


def held_for(links: list[int]) -> str:
    """The trainer's links that a phone has opened."""
    return signing.dumps(links, salt=HELD)


def read_held(token: str) -> list[int]:
    said = _read(token, HELD, HELD_LIFE)
    return [one for one in said if isinstance(one, int)] if isinstance(said, list) else []


def _read(token: str, salt: str, life: timedelta | None) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=life)
    except signing.BadSignature:
        return None
