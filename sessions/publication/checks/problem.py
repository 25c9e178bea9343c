"""What a check says, and the words and limits that all checks share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sessions.publication.sheet import SessionSheet
from sessions.publication.text import one_line

TEXT_LIMITS: dict[str, tuple[int, int]] = {
    "title": (1, 255),
    "objective": (1, 3000),
    "expected_results": (1, 3000),
    "content": (1, 3000),
    "rhythm": (1, 3000),
    "prerequisites": (0, 2700),
    "recruitment_modalities": (0, 3000),
    "registration_modalities": (0, 255),
    "company_periods": (0, 3000),
    "duration_text": (0, 150),
    "pedagogy": (0, 200),
    "accessibility": (0, 250),
    "catering": (0, 250),
    "lodging": (0, 250),
    "transport": (0, 250),
    "lot_number": (0, 50),
    "order_reference": (0, 50),
    "carif_number": (0, 50),
}
"""Least and most characters of each free text of a sheet, counted once cleaned (LHÉO 2.3).

The prerequisites share 3,000 characters with the sentence that tells the mode d’accès.
"""

LABELS: dict[str, str] = {
    "formation_number": "le numéro de formation",
    "action_number": "le numéro d’action",
    "session_number": "le numéro de session",
    "created": "la date de création",
    "modified": "la date de mise à jour",
    "title": "l’intitulé",
    "objective": "l’objectif",
    "expected_results": "les résultats attendus",
    "content": "le contenu",
    "aim": "la visée",
    "rhythm": "le rythme",
    "prerequisites": "les prérequis",
    "recruitment_modalities": "les modalités de recrutement",
    "registration_modalities": "les modalités d’inscription",
    "registration_start": "le début des inscriptions",
    "registration_end": "la fin des inscriptions",
    "company_periods": "les périodes en entreprise",
    "duration_text": "la durée indicative",
    "pedagogy": "les modalités pédagogiques",
    "accessibility": "l’accessibilité",
    "catering": "la restauration",
    "lodging": "l’hébergement",
    "transport": "les transports",
    "lot_number": "le numéro de lot",
    "order_reference": "le bon de commande",
    "carif_number": "le numéro du Carif",
    "access_mode": "le mode d’accès",
    "recruitment": "l’état du recrutement",
    "entry_mode": "les modalités d’entrée",
    "teaching": "la modalité d’enseignement",
    "pathway": "le type de parcours",
    "start": "la date de début",
    "end": "la date de fin",
    "hours_centre": "les heures en centre",
    "hours_company": "les heures en entreprise",
    "hours_total": "le total des heures",
    "ordered_hours": "les heures commandées",
    "weekly_hours": "les heures par semaine",
    "places": "le nombre de places",
    "places_left": "le nombre de places libres",
    "level_in": "le niveau à l’entrée",
    "level_out": "le niveau à la sortie",
    "url": "l’adresse de la page publique",
    "place": "le lieu de formation",
    "responsible": "l’organisme responsable",
    "trainer": "l’organisme formateur",
    "contact": "le contact",
    "handicap_contact": "le référent handicap",
    "registration_address": "l’adresse d’inscription",
}
"""How each field is called in a message."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: the sheet's field and a sentence in French."""

    field: str
    message_fr: str


Check = Callable[[SessionSheet], list[Problem]]
"""A further check that a caller may add (reference lists, private names)."""


def sentence(text: str) -> str:
    """Return the text with a capital, to begin a sentence."""
    return text[:1].upper() + text[1:]


def figure(number: int) -> str:
    """Return a number as written in French."""
    return f"{number:,}".replace(",", "\u00a0")


def length(field: str, label: str, text: str, least: int, most: int) -> Iterator[Problem]:
    """Yield a problem when the cleaned text has less than ``least`` or more than ``most`` characters."""
    size = len(one_line(text))
    if size < least:
        yield Problem(field, f"Il manque {label}.")
    elif size > most:
        yield Problem(
            field,
            f"{sentence(label)} : {figure(size)} caractères, {figure(most)} au plus. Raccourcissez ce texte.",
        )
