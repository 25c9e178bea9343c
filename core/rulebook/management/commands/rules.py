"""`manage.py rules --coverage`: how much of the register the portal itself holds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.rulebook.coverage import Standing, coverage
from core.rules import rule_texts


class Command(BaseCommand):
    help = "Mesure ce que le portail vérifie lui-même des textes : règles (--coverage)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--coverage", action="store_true", help="chaque règle : vérifiée, déclarée, ou rien")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = {"coverage": self.coverage}
        asked = [report for name, report in reports.items() if options[name]]
        if not asked:
            raise CommandError(f"Que mesurer ? {', '.join(f'--{name}' for name in reports)}.")
        for report in asked:
            report()

    def coverage(self) -> None:
        """One line per mode, then the rules that have neither predicate nor screen: an error, since none may."""
        lines = coverage()
        for line in lines:
            counts = " · ".join(f"{line.count(standing):3} {standing.label}" for standing in Standing)
            self.stdout.write(f"{line.mode.value}  {line.mode.label:22} {counts}")
        self.stdout.write(f"{len(rule_texts())} textes au registre.")
        nothing = [rule_id for line in lines for rule_id in line.rules[Standing.NOTHING]]
        if nothing:
            raise CommandError(f"Ni vérifiées, ni déclarées : {', '.join(nothing)}.")
