"""The exchange that the settings open; none when they are absent."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core import checks

from invoices.chorus.client import Account, PisteClient
from invoices.chorus.contract import Call, ChorusPro

NAMES = (
    "CHORUS_API_URL",
    "CHORUS_OAUTH_URL",
    "CHORUS_CLIENT_ID",
    "CHORUS_CLIENT_SECRET",
    "CHORUS_LOGIN",
    "CHORUS_PASSWORD",
)


def is_configured() -> bool:
    """Whether all that the exchange needs is given."""
    return all(getattr(settings, name) for name in NAMES)


def connect(watch: Callable[[Call], None]) -> ChorusPro | None:
    """The client that these settings describe, the same one (and its token) for a whole process; None without them."""
    if not is_configured():
        return None
    return _client(tuple(getattr(settings, name) for name in NAMES), settings.CHORUS_TIMEOUT, watch)


@lru_cache(maxsize=4)
def _client(given: tuple[str, ...], seconds: float, watch: Callable[[Call], None]) -> PisteClient:
    api_url, oauth_url, *rest = given
    return PisteClient(Account(api_url.rstrip("/"), oauth_url.rstrip("/"), *rest), seconds=seconds, watch=watch)


def check(**_: object) -> list[checks.CheckMessage]:
    """Half a configuration is a mistake: nothing would be deposited, and nobody would know why."""
    missing = [name for name in NAMES if not getattr(settings, name)]
    if not missing or len(missing) == len(NAMES):
        return []
    names = ", ".join(missing)
    return [checks.Warning(f"Chorus Pro n’est réglé qu’en partie : il manque {names}.", id="invoices.W001")]
