"""Places, organisations, contacts and meetings."""

import re
from collections.abc import Iterator
from datetime import date, time
from urllib.parse import urlsplit

from stdnum.fr import siret as siret_number

from sessions.publication.checks.problem import Problem, length
from sessions.publication.lheo import PAYS_DE_LA_LOIRE
from sessions.publication.sheet import (
    Address,
    Contact,
    InformationMeeting,
    SessionSheet,
)
from sessions.publication.text import LINE_WIDTH, wrap

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_NDA = re.compile(r"(\d{11}|\d{4}P\d{6})", re.ASCII)
_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_INSEE = re.compile(r"(\d{2}|2A|2B)\d{3}", re.ASCII)
_PHONE = re.compile(r"\+?\d[0-9 .()-]{7,22}\d", re.ASCII)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+")
_MAX_EMAIL = 160


def coordinate_problems(sheet: SessionSheet) -> Iterator[Problem]:
    """Yield what is wrong with where the session is and whom to reach."""
    yield from _places(sheet)
    yield from _organismes(sheet)
    yield from _meetings(sheet)
    yield from _url(sheet.url)


def _address(field: str, owner: str, address: Address) -> Iterator[Problem]:
    lines = wrap(address.lines)
    if not lines:
        yield Problem(field, f"Il manque la rue dans l’adresse {owner}.")
    if len(lines) > 4:
        yield Problem(field, f"L’adresse {owner} est trop longue : quatre lignes de 50 caractères.")
    if any(len(line) > LINE_WIDTH for line in lines):
        yield Problem(field, f"Un mot de l’adresse {owner} dépasse 50 caractères.")
    yield from length(field, f"la ville {owner}", address.city, 1, 50)
    yield from length(field, f"le nom du lieu {owner}", address.denomination, 0, 255)
    if not _POSTCODE.fullmatch(address.postcode):
        yield Problem(field, f"Le code postal {owner} doit avoir cinq chiffres.")
    if not _INSEE.fullmatch(address.insee):
        yield Problem(field, f"Le code INSEE de la commune {owner} doit avoir cinq caractères.")
    elif _POSTCODE.fullmatch(address.postcode):
        yield from _department(field, owner, address)
    yield from _location(field, owner, address)


def _department(field: str, owner: str, address: Address) -> Iterator[Problem]:
    found = Address(lines=(), postcode="", city="", insee=address.insee).department_code
    if address.department_code != found:
        yield Problem(field, f"Le département {owner} n’est pas celui de la commune.")
    # A few communes of France have the postcode of the next département; none in this region.
    if found in PAYS_DE_LA_LOIRE and not address.postcode.startswith(found):
        yield Problem(field, f"Le code postal {owner} n’est pas celui de la commune.")


def _location(field: str, owner: str, address: Address) -> Iterator[Problem]:
    latitude, longitude = address.latitude, address.longitude
    if (latitude is None) != (longitude is None):
        yield Problem(field, f"La position {owner} n’a que l’une de ses deux coordonnées.")
    # « not (a <= x <= b) » also catches the values that are not numbers.
    elif (
        latitude is not None
        and longitude is not None
        and not (-90 <= float(latitude) <= 90 and -180 <= float(longitude) <= 180)
    ):
        yield Problem(field, f"La position {owner} n’est pas sur la Terre.")


def _siret(field: str, owner: str, siret: str) -> Iterator[Problem]:
    # stdnum forgives spaces and dots; the feed does not.
    if not (len(siret) == 14 and siret.isascii() and siret_number.is_valid(siret)):
        yield Problem(field, f"Le SIRET {owner} n’est pas juste : vérifiez ses 14 chiffres.")


def _places(sheet: SessionSheet) -> Iterator[Problem]:
    yield from _address("place", "du lieu de formation", sheet.place.address)
    if sheet.place.siret:
        yield from _siret("place", "du lieu de formation", sheet.place.siret)
    if sheet.registration_address is not None:
        yield from _address("registration_address", "pour s’inscrire", sheet.registration_address)
    yield from _contact("contact", "de la session", sheet.contact)
    if sheet.handicap_contact is not None:
        yield from _contact("handicap_contact", "du référent handicap", sheet.handicap_contact)


def _organismes(sheet: SessionSheet) -> Iterator[Problem]:
    pairs = (
        ("responsible", "de l’organisme responsable", sheet.responsible),
        ("trainer", "de l’organisme formateur", sheet.trainer),
    )
    for field, owner, organisme in pairs:
        if not _NUMBER.fullmatch(organisme.number):
            yield Problem(field, f"Le numéro {owner} ne convient pas.")
        yield from _siret(field, owner, organisme.siret)
        yield from length(field, f"le nom {owner}", organisme.name, 1, 250)
        yield from length(field, f"la raison sociale {owner}", organisme.legal_name, 1, 250)
        yield from _address(field, owner, organisme.address)
        yield from _contact(field, owner, organisme.contact)
    if not _NDA.fullmatch(sheet.responsible.nda):
        yield Problem(
            "responsible",
            "Le numéro de déclaration d’activité de l’organisme responsable doit avoir onze"
            " caractères, par exemple 52440123456.",
        )


def _contact(field: str, owner: str, contact: Contact) -> Iterator[Problem]:
    if not (contact.phone or contact.email):
        yield Problem(field, f"Donnez un téléphone ou un courriel {owner}.")
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        yield Problem(field, f"Le téléphone {owner} ne se lit pas.")
    if contact.email and not (len(contact.email) <= _MAX_EMAIL and _EMAIL.fullmatch(contact.email)):
        yield Problem(field, f"Le courriel {owner} ne se lit pas.")
    yield from length(field, f"le nom du contact {owner}", contact.name, 0, 50)
    yield from length(field, f"le prénom du contact {owner}", contact.first_name, 0, 50)
    yield from length(field, f"la civilité du contact {owner}", contact.civility, 0, 50)


def _meetings(sheet: SessionSheet) -> Iterator[Problem]:
    for meeting in sheet.meetings:
        if not _is_meeting(meeting):
            yield Problem("meetings", "Une réunion d’information n’a pas de date ou d’heure juste.")
            continue
        yield from length("meetings", "le commentaire d’une réunion", meeting.comment, 0, 500)
        if meeting.end and (meeting.start is None or meeting.end <= meeting.start):
            yield Problem("meetings", "Une réunion d’information finit avant de commencer.")
        if meeting.day > sheet.end:
            yield Problem("meetings", "Une réunion d’information vient après la fin de la session.")
        if meeting.address is not None:
            yield from _address("meetings", "d’une réunion d’information", meeting.address)


def _is_meeting(meeting: InformationMeeting) -> bool:
    hours = (meeting.start, meeting.end)
    return isinstance(meeting.day, date) and all(hour is None or isinstance(hour, time) for hour in hours)


def _url(url: str) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    legible = parts.scheme in {"http", "https"} and parts.netloc and len(url) <= 400
    if not legible or not re.fullmatch(r"[!-~]+", url):
        yield Problem("url", "L’adresse de la page publique ne se lit pas.")
