"""The training itself: texts, dates, hours, places, codes, certifications."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sessions.publication.checks.problem import (
    LABELS,
    TEXT_LIMITS,
    Problem,
    figure,
    length,
    sentence,
)
from sessions.publication.sheet import (
    AccessMode,
    Address,
    Aim,
    CertificationRef,
    Contact,
    EntryMode,
    Organisme,
    Pathway,
    Recruitment,
    SessionSheet,
    Teaching,
)

_ENUMS: dict[str, type[StrEnum]] = {
    "aim": Aim,
    "access_mode": AccessMode,
    "recruitment": Recruitment,
    "entry_mode": EntryMode,
    "teaching": Teaching,
    "pathway": Pathway,
}
_NUMBERS = ("formation_number", "action_number", "session_number")
_HOURS = ("hours_centre", "hours_company", "hours_total")
_MAX_HOURS = 99_999
_MAX_PLACES = 999
_MAX_WEEKLY_HOURS = 48
_FIRST_YEAR = 2000
_YEARS_AHEAD = 10

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_FORMACODE = re.compile(r"\d{5}", re.ASCII)
_NSF = re.compile(r"\d{3}", re.ASCII)
_ROME = re.compile(r"[A-Z]\d{4}", re.ASCII)
_RNCP = re.compile(r"(RNCP)?\d{1,6}", re.ASCII)
_RS = re.compile(r"RS\d{1,6}", re.ASCII)
_CERTIFINFO = re.compile(r"\d{1,10}", re.ASCII)
_BLOCK = re.compile(r"RNCP(\d{1,6})BC\d{1,3}", re.ASCII)


def offer_problems(sheet: SessionSheet, today: date) -> Iterator[Problem]:
    """Yield what is wrong with the offer, whose values are of the right kind."""
    yield from _numbers(sheet)
    yield from _texts(sheet)
    yield from _enums(sheet)
    yield from _dates(sheet, today)
    yield from _quantities(sheet)
    yield from _codes(sheet)
    yield from _certifications(sheet)
    yield from _blocks(sheet)


def kind_problems(sheet: SessionSheet) -> Iterator[Problem]:
    """Yield a problem for each value that is not of the kind that its field announces."""
    expected: dict[str, tuple[type, ...]] = {
        **dict.fromkeys((*_NUMBERS, *TEXT_LIMITS, *_ENUMS, "url"), (str,)),
        **dict.fromkeys(("created", "modified", "start", "end"), (date,)),
        **dict.fromkeys(("registration_start", "registration_end"), (date, type(None))),
        **dict.fromkeys(_HOURS, (int, Decimal)),
        **dict.fromkeys(("weekly_hours", "ordered_hours"), (int, Decimal, type(None))),
        **dict.fromkeys(("level_in", "level_out", "places_left"), (int, type(None))),
        "places": (int,),
        "responsible": (Organisme,),
        "trainer": (Organisme,),
        "contact": (Contact,),
        "handicap_contact": (Contact, type(None)),
        "registration_address": (Address, type(None)),
    }
    for field, kinds in expected.items():
        value = getattr(sheet, field)
        # A truth value is an integer for Python, and a moment a date; neither compares as we need.
        if not isinstance(value, kinds) or isinstance(value, bool | datetime):
            yield Problem(field, f"Il manque {LABELS[field]}, ou sa forme n’est pas la bonne.")
    if not isinstance(getattr(sheet.place, "address", None), Address):
        yield Problem("place", "Il manque le lieu de formation.")


def _numbers(sheet: SessionSheet) -> Iterator[Problem]:
    for field in _NUMBERS:
        if not _NUMBER.fullmatch(getattr(sheet, field)):
            yield Problem(
                field,
                f"{sentence(LABELS[field])} ne peut avoir que des lettres, des chiffres, « - »,"
                " « _ » et « . », 40 au plus.",
            )


def _texts(sheet: SessionSheet) -> Iterator[Problem]:
    for field, (least, most) in TEXT_LIMITS.items():
        yield from length(field, LABELS[field], getattr(sheet, field), least, most)


def _enums(sheet: SessionSheet) -> Iterator[Problem]:
    for field, enum in _ENUMS.items():
        if getattr(sheet, field) not in set(enum):
            yield Problem(field, f"{sentence(LABELS[field])} : « {getattr(sheet, field)} » est inconnu.")


def _dates(sheet: SessionSheet, today: date) -> Iterator[Problem]:
    fields = ("created", "modified", "start", "end", "registration_start", "registration_end")
    for field in fields:
        value = getattr(sheet, field)
        if value and not _FIRST_YEAR <= value.year <= today.year + _YEARS_AHEAD:
            yield Problem(field, f"{sentence(LABELS[field])} : l’année {value.year} surprend.")
    for field in ("created", "modified"):
        if getattr(sheet, field) > today:
            yield Problem(field, f"{sentence(LABELS[field])} est dans l’avenir.")
    if sheet.modified < sheet.created:
        yield Problem("modified", "La date de mise à jour vient avant la date de création.")
    if sheet.end < sheet.start:
        yield Problem("end", "La session finit avant d’avoir commencé.")
    if (sheet.registration_start is None) != (sheet.registration_end is None):
        yield Problem("registration_start", "Donnez le début et la fin des inscriptions, ou aucun des deux.")
    elif (
        sheet.registration_start is not None
        and sheet.registration_end is not None
        and sheet.registration_end < sheet.registration_start
    ):
        yield Problem("registration_end", "Les inscriptions finissent avant de commencer.")


def _is_whole(value: Decimal | int) -> bool:
    # Decimal("NaN") and the infinities have no integer part at all.
    return isinstance(value, int) or (value.is_finite() and value == int(value))


def _hours(sheet: SessionSheet) -> Iterator[Problem]:
    fields = [*_HOURS, *(["ordered_hours"] if sheet.ordered_hours is not None else [])]
    for field in fields:
        value = getattr(sheet, field)
        if not _is_whole(value):
            yield Problem(field, f"{sentence(LABELS[field])} : donnez un nombre entier d’heures.")
        elif not 0 <= value <= _MAX_HOURS:
            yield Problem(field, f"{sentence(LABELS[field])} : de 0 à {figure(_MAX_HOURS)} heures.")


def _quantities(sheet: SessionSheet) -> Iterator[Problem]:
    hours = list(_hours(sheet))
    yield from hours
    if not hours:
        if sheet.hours_total == 0:
            yield Problem("hours_total", "La formation n’a aucune heure.")
        elif sheet.hours_total < sheet.hours_centre + sheet.hours_company:
            yield Problem(
                "hours_total",
                "Le total des heures est plus petit que les heures en centre et en entreprise additionnées.",
            )
    weekly = sheet.weekly_hours
    if weekly is not None and not ((isinstance(weekly, int) or weekly.is_finite()) and 0 < weekly <= _MAX_WEEKLY_HOURS):
        yield Problem("weekly_hours", f"Les heures par semaine vont de 1 à {_MAX_WEEKLY_HOURS}.")
    if not 1 <= sheet.places <= _MAX_PLACES:
        yield Problem("places", f"Le nombre de places va de 1 à {_MAX_PLACES}.")
    elif sheet.places_left is not None and not 0 <= sheet.places_left <= sheet.places:
        yield Problem("places_left", "Les places libres ne peuvent pas dépasser les places commandées.")
    for field in ("level_in", "level_out"):
        level = getattr(sheet, field)
        if level is not None and not 1 <= level <= 8:
            yield Problem(field, f"{sentence(LABELS[field])} va de 1 à 8.")


def _codes(sheet: SessionSheet) -> Iterator[Problem]:
    lists = (
        ("formacodes", "Formacode", sheet.formacodes, _FORMACODE, 1, 5, "cinq chiffres"),
        ("rome_codes", "ROME", sheet.rome_codes, _ROME, 1, 5, "une lettre et quatre chiffres"),
        ("nsf_codes", "NSF", sheet.nsf_codes, _NSF, 0, 3, "trois chiffres"),
    )
    for field, label, codes, pattern, least, most, shape in lists:
        if len(codes) < least:
            yield Problem(field, f"Il manque un code {label}.")
        if len(codes) > most:
            yield Problem(field, f"Trop de codes {label} : {len(codes)}, {most} au plus.")
        if len(set(codes)) < len(codes):
            yield Problem(field, f"Un code {label} est donné deux fois.")
        for code in codes:
            if not pattern.fullmatch(code):
                yield Problem(field, f"Le code {label} « {code} » doit avoir {shape}.")


def _certifications(sheet: SessionSheet) -> Iterator[Problem]:
    certifications = sheet.certifications
    if len(certifications) > 5:
        yield Problem("certifications", f"Trop de certifications : {len(certifications)}, 5 au plus.")
    for certification in certifications:
        yield from _certification_codes(certification)
    if sheet.aim in {Aim.RNCP_COMPLETE, Aim.RNCP_BLOCKS} and not any(item.rncp for item in certifications):
        yield Problem("certifications", "Donnez le code RNCP de la certification visée.")
    if sheet.aim == Aim.RS and not any(item.rs for item in certifications):
        yield Problem("certifications", "Donnez le code RS de la certification visée.")
    if sheet.aim == Aim.NONE and (certifications or sheet.blocks):
        yield Problem("aim", "La session est dite sans certification, mais en porte une.")
    if sheet.aim == Aim.RNCP_BLOCKS and not sheet.blocks:
        yield Problem("blocks", "Donnez les blocs de compétences visés.")


def _certification_codes(certification: CertificationRef) -> Iterator[Problem]:
    if certification.rncp and certification.rs:
        yield Problem("certifications", "Une certification est au RNCP ou au RS, pas aux deux.")
    if not (certification.rncp or certification.rs):
        yield Problem("certifications", "Une certification n’a ni code RNCP ni code RS.")
    for code, pattern, example in (
        (certification.rncp, _RNCP, "RNCP suivi de chiffres, par exemple RNCP34567"),
        (certification.rs, _RS, "RS suivi de chiffres, par exemple RS5678"),
        (certification.certifinfo, _CERTIFINFO, "des chiffres, dix au plus"),
    ):
        if code and not pattern.fullmatch(code):
            yield Problem("certifications", f"Le code « {code} » doit être {example}.")


def _blocks(sheet: SessionSheet) -> Iterator[Problem]:
    targets = {item.rncp.removeprefix("RNCP") for item in sheet.certifications if item.rncp}
    for block in sheet.blocks:
        yield from length("blocks", "le libellé d’un bloc", block.title, 1, 500)
        found = _BLOCK.fullmatch(block.code)
        if found is None:
            yield Problem("blocks", f"Le code de bloc « {block.code} » doit avoir la forme RNCP34567BC02.")
        elif found[1] not in targets:
            yield Problem("blocks", f"Le bloc {block.code} n’est d’aucune des certifications visées.")
