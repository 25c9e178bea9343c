"""Make a year of invented data, to try the portal or to measure it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.accounts.models import Organisation
from pilotage import demo

SEALED = 6  # documents whose file is made at once; the worker makes the others in the minutes that follow


class Command(BaseCommand):
    help = "Crée une année de démonstration, inventée, qui suit la date du jour ; même graine, même contenu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="la graine du tirage")
        parser.add_argument("--sessions", type=int, default=120, help="combien de sessions autorisées")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sessions"] < 1:
            raise CommandError("Il faut au moins une session.")
        if Organisation.objects.exists():
            raise CommandError(
                "Cette base contient déjà des organisations : l’année de démonstration ne s’ajoute à rien. "
                "Videz la base, ou donnez-en une autre."
            )
        started = time.monotonic()
        try:
            summary = demo.generate(seed=options["seed"], sessions=options["sessions"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        demo.seal_latest(SEALED)
        self.stdout.write(f"{summary}, en {time.monotonic() - started:.0f} s.")
