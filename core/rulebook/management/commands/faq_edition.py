"""`manage.py faq_edition path --document F0 --edition "…"`: load a new edition of a document, say what it moves."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.journal.refusals import Refused
from core.rulebook.workflow.documents import load_edition, read
from core.rules import documents
from core.rules.passages import Fate


class Command(BaseCommand):
    help = "Charge une nouvelle édition d’un document et dit quelles règles et quelles réponses elle touche."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="le texte de l’édition")
        parser.add_argument("--document", required=True, choices=list(documents()))
        parser.add_argument("--edition", required=True, help="« édition du 3 mars 2027 »")
        parser.add_argument("--dated", type=date.fromisoformat, help="AAAA-MM-JJ")

    def handle(self, *args: Any, path: Path, document: str, edition: str, dated: date | None, **options: Any) -> None:
        try:
            loaded = load_edition(document, edition, dated, read(path.read_bytes()))
        except OSError as error:
            raise CommandError(f"Fichier illisible : {error}") from error
        except Refused as refused:
            raise CommandError(refused.message) from refused
        report = loaded.report
        self.stdout.write(f"Comparée à : {report['compared_with'] or 'nos seules citations'}")
        for fate in Fate:
            self.stdout.write(f"{report['counts'][fate.value]:5}  {fate.label}")
        for one in report["passages"]:
            if one["fate"] == Fate.UNKNOWN:
                continue
            after = "-".join(map(str, one["after"])) if one["after"] else "nulle part"
            before = "-".join(map(str, one["before"]))
            self.stdout.write(f"{Fate(one['fate']).label:32} {one['kind']:14} {one['id']:32} {before} → {after}")
