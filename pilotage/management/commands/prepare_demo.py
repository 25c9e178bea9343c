"""The demonstration's data, made at the first start and left alone at the next ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from core.accounts.models import Organisation

SESSIONS = 40  # a third of `generate_year`'s own year: the first start is waited for


class Command(BaseCommand):
    help = "Crée l’année de démonstration si la base est vide ; ne fait rien sinon, ni hors du mode démonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or Organisation.objects.exists():
            return
        self.stdout.write("Création de l’année de démonstration (une à trois minutes, la première fois seulement)…")
        self.stdout.flush()
        call_command("generate_year", sessions=SESSIONS, stdout=self.stdout)
