"""The documentation of the formats, made from their tables: `manage.py formats --write`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from stagiaires.exchanges import reading

PAGE = Path(settings.BASE_DIR) / "docs" / "echanges.md"


class Command(BaseCommand):
    """Prints the formats of the exchanges, or writes them in their page."""

    help = "Dit les formats des échanges, ou les écrit dans docs/echanges.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="écrit docs/echanges.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["write"]:
            self.stdout.write(reading.markdown())
            return
        PAGE.write_text(reading.within(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"{PAGE.name} est à jour.")
