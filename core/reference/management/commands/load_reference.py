"""Load the reference set that comes with the portal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.reference import default


class Command(BaseCommand):
    help = "Charge les listes officielles fournies avec le portail ; ne fait rien quand elles sont déjà là."

    def handle(self, *args: Any, **options: Any) -> None:
        reports = default.load()
        if options["verbosity"] == 0:
            return
        for report in reports:
            self.stdout.write("\n".join(report.lines()))
        if not reports:
            self.stdout.write("Les listes fournies sont déjà chargées.")
