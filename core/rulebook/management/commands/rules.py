"""`manage.py rules --coverage --faq`: how much of the register, and of the FAQs, the portal itself holds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.rulebook.coverage import Standing, coverage
from core.rulebook.faq import failures, share
from core.rules import rule_texts
from core.rules.faq import Coverage


class Command(BaseCommand):
    help = "Mesure ce que le portail vérifie lui-même des textes : règles (--coverage), questions (--faq)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--coverage", action="store_true", help="chaque règle : vérifiée, déclarée, ou rien")
        parser.add_argument(
            "--faq", action="store_true", help="chaque question des FAQ : vérifiée, déclarée, information"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        reports = {"coverage": self.coverage, "faq": self.faq}
        asked = [report for name, report in reports.items() if options[name]]
        if not asked:
            raise CommandError(f"Que mesurer ? {', '.join(f'--{name}' for name in reports)}.")
        for report in asked:
            report()

    def coverage(self) -> None:
        """One line per mode, the screen of each rule that is only declared; an error for one that has neither."""
        lines = coverage()
        for line in lines:
            counts = " · ".join(f"{line.count(standing):3} {standing.label}" for standing in Standing)
            self.stdout.write(f"{line.mode.value}  {line.mode.label:22} {counts}")
        for text in (rule_texts()[one] for line in lines for one in line.rules[Standing.DECLARED]):
            self.stdout.write(f"{text.id:5}{' ; '.join(f'{place.url}, « {place.words} »' for place in text.shown)}")
        self.stdout.write(f"{len(rule_texts())} textes au registre.")
        nothing = [rule_id for line in lines for rule_id in line.rules[Standing.NOTHING]]
        if nothing:
            raise CommandError(f"Ni vérifiées, ni déclarées : {', '.join(nothing)}.")

    def faq(self) -> None:
        """The share of the questions that scenarios check; an error for a question without answer, or one belied."""
        shared = share()
        total = sum(map(len, shared.values()))
        for reached, found in shared.items():
            self.stdout.write(f"{reached.label:25} {len(found):4}  {100 * len(found) / total:5.1f} %")
        scenarios = sum(len(question.scenarios) for found in shared.values() for question in found)
        self.stdout.write(f"{total} questions, {scenarios} exemples.")
        belied = failures()
        for question, result in belied:
            self.stdout.write(f"{question.slug} : « {result.scenario.title} », {result.judgement.verdict.label}")
        if shared[Coverage.NOTHING] or belied:
            raise CommandError("Des questions sans réponse, ou des exemples que le portail ne juge plus comme la FAQ.")
