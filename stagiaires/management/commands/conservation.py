"""What the retention clock would take away on a day, or takes away now."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.ui.french import jour_court, pluriel
from stagiaires.workflow import retention


class Command(BaseCommand):
    help = "Dit ce que les délais de conservation effacent, ou l’efface (--effacer)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--le", metavar="AAAA-MM-JJ", help="le jour regardé ; aujourd’hui par défaut")
        parser.add_argument("--effacer", action="store_true", help="efface ce qui est dû aujourd’hui")

    def handle(self, *args: Any, **options: Any) -> None:
        on = _day(options["le"])
        if options["effacer"]:
            if options["le"]:
                raise CommandError("On n’efface que ce qui est dû aujourd’hui : sans --le.")
            self.stdout.write(f"{pluriel(retention.purge(), 'élément effacé', 'éléments effacés')}.")
            return
        for one in retention.foresee(on):
            self.stdout.write(f"{one.category.label}, {one.months} mois (avant le {jour_court(one.before)})")
            for what, counted in one.counts:
                self.stdout.write(f"  {counted} {what}")


def _day(text: str | None) -> date:
    if not text:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"« {text} » n’est pas une date (AAAA-MM-JJ).") from error
