"""What a process of the replay starts with: it imports nothing of the portal before the portal is set up."""

from typing import Any

_KEYS = ("NAME", "HOST", "PORT", "USER", "PASSWORD")


def address() -> dict[str, Any]:
    """Which database this process works on, for those that it starts."""
    from django.db import connection

    return {key: connection.settings_dict.get(key, "") for key in _KEYS}


def begin(database: dict[str, Any]) -> None:
    """Set up the portal in a new process, on this database."""
    import django
    from django.db import connections

    django.setup()
    connections.settings["default"].update(database)


def replay_range(first: int, last: int) -> Any:
    """See `core.rulebook.replay.replay_range`."""
    from core.rulebook import replay

    return replay.replay_range(first, last)
