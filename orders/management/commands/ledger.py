"""Prove the books: `manage.py ledger --verify`."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.ui.french import heures, pluriel
from orders import proof
from orders.models import Avenant, BonDeCommande, LedgerEntry, LotBalance


class Command(BaseCommand):
    """Says where books, documents and balances disagree; fails when they do."""

    help = "Vérifie que les écritures, les pièces et les soldes des lots disent la même chose."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verify", action="store_true", help="rejoue toutes les écritures et compare")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["verify"]:
            for balance in LotBalance.objects.select_related("period__lot").order_by("period"):
                free = heures(balance.disponible)
                self.stdout.write(f"{balance.period} : {free} disponibles sur {heures(balance.maxi)}")
            return
        found = [str(one) for one in proof.disagreements()] + list(_documents())
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{pluriel(len(found), 'désaccord', 'désaccords')} dans les comptes d’heures.")
        self.stdout.write(f"{pluriel(LedgerEntry.objects.count(), 'écriture')} : tout concorde.")


def _documents() -> Iterator[str]:
    """Issued documents whose file is not the one that was sealed."""
    for model in (BonDeCommande, Avenant):
        for document in model.objects.exclude(sha256="").iterator(chunk_size=200):
            if hashlib.sha256(bytes(document.pdf or b"")).hexdigest() != document.sha256:
                yield f"{document} : le fichier n’est plus celui qui a été scellé"
