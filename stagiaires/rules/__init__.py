"""Rules of people in training: facts in, verdict out. Pure, usable without the framework."""

from core.rules import RuleSet

from . import admission, answer, parcours, programme, status
from .facts import AdmissionFacts, ParcoursFacts, ProgrammeFacts

ADMISSION: RuleSet = RuleSet.gather("admission", AdmissionFacts, admission.book, status.book, answer.book)
PARCOURS: RuleSet = RuleSet.gather("parcours", ParcoursFacts, parcours.book)
PROGRAMME: RuleSet = RuleSet.gather("programme", ProgrammeFacts, programme.book)
RULESETS = (ADMISSION, PARCOURS, PROGRAMME)

__all__ = [
    "ADMISSION",
    "PARCOURS",
    "PROGRAMME",
    "RULESETS",
    "AdmissionFacts",
    "ParcoursFacts",
    "ProgrammeFacts",
]
