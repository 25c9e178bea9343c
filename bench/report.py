"""The table, as docs/mesures.md keeps it."""

import os
import platform
from typing import TextIO

from django.utils import timezone

from bench.measures import describe_base
from bench.rows import Row

HEAD = ("Mesure", "Portail", "Plancher", "Part")


def show(rows: list[Row], sessions: int, out: TextIO) -> None:
    """Write a Markdown table, under what it was measured on."""
    machine = f"{os.cpu_count()} cœurs, Python {platform.python_version()}, {describe_base()}"
    print(f"{timezone.localdate():%d/%m/%Y}, {sessions} sessions, {machine}.\n", file=out)
    widths = [max(len(row[n]) for row in (HEAD, *rows)) for n in range(len(HEAD))]
    for row in (HEAD, tuple("-" * width for width in widths), *rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |", file=out)
