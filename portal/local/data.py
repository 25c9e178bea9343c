"""What the database of the default start holds: its tables, the reference data, a demo year.

One process for all of it, because starting Django costs more than most of these commands.
"""

from __future__ import annotations

import django
from django.core.management import call_command

COMMANDS: tuple[tuple[str, dict[str, object]], ...] = (
    ("migrate", {"interactive": False, "verbosity": 0}),
    ("load_reference", {"verbosity": 0}),
    ("prepare_demo", {"verbosity": 0}),
    ("collectstatic", {"interactive": False, "verbosity": 0}),
)


def main() -> None:
    """Run every command; each does nothing when there is nothing to do."""
    django.setup()
    for name, options in COMMANDS:
        call_command(name, **options)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    main()
