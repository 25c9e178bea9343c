"""The code that the trainer shows: four signs that change every half minute, made from the half-day's secret.

HMAC-SHA-256 of the half-day and the window of time. A code is taken in its own window and the next one (the time to
type it), and in the one before (a phone whose clock is ahead): a photograph sent home is worth nothing a minute later.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

WINDOW = 30  # seconds
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0, 1, I, L, O: they are taken for one another
SIGNS = 4
Secret = bytes | memoryview


def new_secret() -> bytes:
    """What makes the codes of one half-day."""
    return secrets.token_bytes(32)


def window_of(moment: datetime) -> int:
    return int(moment.timestamp()) // WINDOW


def code(secret: Secret, half_day: int, window: int) -> str:
    """The four signs shown during a window."""
    digest = hmac.new(bytes(secret), f"{half_day}:{window}".encode(), hashlib.sha256).digest()
    number, signs = int.from_bytes(digest[:8], "big"), ""
    for _ in range(SIGNS):
        number, rest = divmod(number, len(ALPHABET))
        signs += ALPHABET[rest]
    return signs


def codes_until(secret: Secret, half_day: int, first: datetime, last: datetime) -> tuple[int, list[str]]:
    """(first window, the codes of each window until `last`): what a phone shows when the network is cut."""
    start, end = window_of(first), window_of(last)
    return start, [code(secret, half_day, window) for window in range(start, max(start, end) + 1)]


def is_current(secret: Secret, half_day: int, typed: str, moment: datetime) -> bool:
    """Whether these signs are (or were a moment ago) on the trainer's screen."""
    said = "".join(typed.split()).upper().encode()
    now = window_of(moment)
    return any(hmac.compare_digest(said, code(secret, half_day, now + shift).encode()) for shift in (0, -1, 1))
