"""What is watched over the programme and never over one file (R50, P10)."""

from __future__ import annotations

from decimal import Decimal

from core.rules import NOT_APPLICABLE, SATISFIED, UNSATISFIED, Outcome, Parameters, Rulebook
from core.rules.french import number

from .facts import ProgrammeFacts

book = Rulebook("programme")


@book.rule(
    "R50",
    reads=("mean_hours",),
    kept=lambda f, p: f"{number(f.mean_hours)} h en moyenne, pour {number(p['programme_mean_hours'])} h envisagées.",
    broken=lambda f, p: (
        f"{number(f.mean_hours)} h en moyenne : la Région en envisage {number(p['programme_mean_hours'])} h pour "
        "l'ensemble du programme."
    ),
)
def mean_hours(facts: ProgrammeFacts, parameters: Parameters) -> Outcome:
    """The mean of the programme, never the length of one parcours (K9)."""
    if facts.mean_hours is None:
        return NOT_APPLICABLE
    aimed = Decimal(parameters["programme_mean_hours"])
    room = aimed * Decimal(parameters["programme_mean_gap_percent"]) / 100
    return SATISFIED if abs(facts.mean_hours - aimed) <= room else UNSATISFIED


@book.rule(
    "P10",
    reads=("entries", "disabled_entries"),
    kept=lambda f, p: (
        f"{number(f.disabled_entries)} entrées de travailleurs handicapés sur {number(f.entries)} : au moins "
        f"{number(p['disabled_entries_percent'])} %."
    ),
    broken=lambda f, p: (
        f"{number(f.disabled_entries)} entrées de travailleurs handicapés sur {number(f.entries)} : l'objectif est "
        f"de {number(p['disabled_entries_percent'])} % au moins."
    ),
)
def disabled_entries(facts: ProgrammeFacts, parameters: Parameters) -> Outcome:
    if not facts.entries or facts.entries < 0 or facts.disabled_entries is None:
        return NOT_APPLICABLE
    enough = facts.disabled_entries * 100 >= facts.entries * parameters["disabled_entries_percent"]
    return SATISFIED if enough else UNSATISFIED
