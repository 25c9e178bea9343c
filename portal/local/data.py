"""What `make run` makes ready before the first page: tables, reference data, a demo year, static files.

One process for all of it, because starting Django costs more than most of these commands do when
there is nothing to do.
"""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def static_files_are_current() -> bool:
    """Whether the collected files are younger than every source; collecting again takes 5 s."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    collected = manifest.stat().st_mtime
    sources = (Path(storage.path(path)) for finder in get_finders() for path, storage in finder.list([]))
    # The change time, because installers may keep a file's old modification time.
    return all(source.stat().st_ctime < collected for source in sources)


def main() -> None:
    """Run every command; each finds by itself that there is nothing to do."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference", verbosity=0)
    call_command("prepare_demo", verbosity=0)
    if not static_files_are_current():
        call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    main()
