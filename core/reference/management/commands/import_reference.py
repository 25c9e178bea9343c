"""Load an edition of an official list from a file; dry unless told otherwise."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.reference.enums import Source
from core.reference.importers import FileRefused, importer_for


class Command(BaseCommand):
    help = "Charge une édition d’une liste officielle (CSV ou XLSX). Sans --commit, dit seulement ce qui changerait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("liste", choices=Source.values)
        parser.add_argument("fichier", type=Path)
        parser.add_argument("--edition", required=True, help="nom de l’édition, par exemple « ROME 4.60 »")
        parser.add_argument("--date", type=dt.date.fromisoformat, help="date de l’édition, AAAA-MM-JJ")
        parser.add_argument(
            "--partielle", action="store_true", help="le fichier n’est pas la liste entière : ne retire aucune fiche"
        )
        parser.add_argument("--commit", action="store_true", help="écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = importer_for(options["liste"]).run(
                options["fichier"].read_bytes(),
                label=options["edition"],
                published_on=options["date"],
                full=not options["partielle"],
                commit=options["commit"],
            )
        except OSError as error:
            raise CommandError(f"{options['fichier']} ne se lit pas : {error.strerror}.") from error
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("\n".join(report.lines()))
        if not options["commit"]:
            self.stdout.write("Rien n’a été écrit : ajoutez --commit.")
