"""`manage.py replay`: judge every receipt again; `--chain`: follow the chain. What is found is kept as a control."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.rulebook import controls
from core.rulebook.models import Control
from core.ui.french import nombre, pluriel


class Command(BaseCommand):
    help = "Juge de nouveau chaque décision d’après son reçu et dit tout écart\u00a0; --chain suit la chaîne."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", action="store_true", help="suivre la chaîne et dire où elle se rompt")
        parser.add_argument("--processes", type=int, default=2, help="combien de processus se partagent le travail")

    def handle(self, *args: Any, **options: Any) -> None:
        control = controls.check_chain() if options["chain"] else controls.check_replay(processes=options["processes"])
        self.stdout.write(f"{nombre(control.count)} reçus lus en {nombre(control.seconds)} s.")
        if options["chain"]:
            self._chain(control)
        else:
            self._replay(control)

    def _chain(self, control: Control) -> None:
        if not control.faults:
            self.stdout.write("La chaîne est entière.")
            return
        fault = control.detail["faults"][0]
        raise CommandError(
            f"La chaîne se rompt au reçu {fault['receipt']} "
            f"({fault['subject_type']} {fault['subject_id']}, {fault['act']})\u00a0: {fault['what']}."
        )

    def _replay(self, control: Control) -> None:
        if renamed := control.detail["renamed"]:
            self.stdout.write(f"{nombre(renamed)} portent le nom d’un jeu de règles antérieur, avec le même résultat.")
        if not control.faults:
            self.stdout.write("Aucun écart.")
            return
        for fault in control.detail["faults"]:
            rules = ", ".join(fault["rules"]) or fault["problem"]
            self.stdout.write(
                f"reçu {fault['receipt']} · {fault['subject_type']} {fault['subject_id']} · {fault['act']}\u00a0: "
                f"{fault['before']} → {fault['after'] or '?'} ({rules})\u00a0; "
                f"jeu {fault['hash_then'][:12]} → {fault['hash_now'][:12] or '?'}"
            )
        kinds = Counter((fault["subject_type"], fault["act"]) for fault in control.detail["faults"])
        told = ", ".join(f"{kind} {act}\u00a0: {count}" for (kind, act), count in sorted(kinds.items()))
        raise CommandError(f"{pluriel(control.faults, 'écart')} ({told}).")
