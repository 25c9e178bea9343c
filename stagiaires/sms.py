"""Text messages to those in training: off unless a deployment names who carries them (`SMS_SENDER`).

A sender is one small class; the portal knows no operator. `InProcess` carries nothing away: it keeps what it was
given, for the demonstration and the tests.
"""

from typing import ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

FRENCH_MOBILE = ("6", "7")


class Sender(Protocol):
    """Carries one short text to one telephone. Raises whatever it likes: the outbox tries again."""

    def send(self, number: str, text: str) -> None: ...


class InProcess:
    """Keeps what was sent, the last last: (number, text)."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, number: str, text: str) -> None:
        self.sent.append((number, text))


def sender() -> Sender | None:
    """Who carries text messages here; None while the channel is off."""
    if not settings.SMS_SENDER:
        return None
    made: Sender = import_string(settings.SMS_SENDER)()
    return made


def mobile(number: str) -> str:
    """« 06 12 34 56 78 » → « +33612345678 »; empty for what is no French mobile."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    for prefix in ("0033", "33", "0"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 9 and digits[len(prefix)] in FRENCH_MOBILE:
            return f"+33{digits[len(prefix) :]}"
    return ""
