"""The back-fill of AGORA: `manage.py agora --back-fill --since 2017-01-01`."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.journal.history import acting
from core.ui.french import pluriel
from stagiaires.exchanges.agora import FIRST_ENTRY
from stagiaires.workflow.exchanges import events, papers


class Command(BaseCommand):
    """Writes what AGORA and France Travail have not been told of the files of before. Run twice, it writes nothing."""

    help = "Écrit les événements AGORA et promet les AIS et AES des dossiers qui n’en ont pas encore."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--back-fill", action="store_true", help="reprend l’antériorité")
        parser.add_argument("--since", default=FIRST_ENTRY, help="premier jour d’entrée, aaaa-mm-jj")
        parser.add_argument("--until", default="", help="dernier jour d’entrée, aaaa-mm-jj")
        parser.add_argument("--dry-run", action="store_true", help="compte, et n’écrit rien")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["back_fill"]:
            raise CommandError("Dites ce qui est à faire : --back-fill.")
        since, until = _day(options["since"]), _day(options["until"]) if options["until"] else None
        with acting("reprise AGORA"):
            if options["dry_run"]:
                with transaction.atomic():
                    seen, written, asked = self._go(since, until)
                    transaction.set_rollback(True)
            else:
                seen, written, asked = self._go(since, until)
        looked = pluriel(seen, "dossier regardé", "dossiers regardés")
        if options["dry_run"]:
            said = pluriel(written, "événement serait écrit", "événements seraient écrits")
        else:
            said = pluriel(written, "événement écrit", "événements écrits")
        promised = pluriel(asked, "attestation à établir", "attestations à établir")
        self.stdout.write(f"{looked}, {said}, {promised}.")

    def _go(self, since: date, until: date | None) -> tuple[int, int, int]:
        seen = written = 0
        for looked, new in events.back_fill(since, until):
            seen, written = seen + looked, written + new
        with transaction.atomic():
            return seen, written, papers.back_fill(since, until)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"« {text} » n’est pas un jour : écrivez aaaa-mm-jj.") from None
