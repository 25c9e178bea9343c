"""The public card of a session, as the catalogue shows it.

It is made from the same sheet as the feed, by the same cleaning and the same sentences, so that
what a person reads here is what the other sites have received.
"""

from decimal import Decimal
from typing import Any

from sessions.publication.lheo import access_phrase, alternation_text
from sessions.publication.sheet import Address, Contact, Organisme, SessionSheet
from sessions.publication.text import clean, one_line

_LINES = (
    "title",
    "rhythm",
    "registration_modalities",
    "duration_text",
    "pedagogy",
    "accessibility",
    "catering",
    "lodging",
    "transport",
)
_PARAGRAPHS = (
    "objective",
    "expected_results",
    "content",
    "prerequisites",
    "recruitment_modalities",
)
_AS_THEY_ARE = (
    "formation_number",
    "action_number",
    "session_number",
    "carif_number",
    "level_in",
    "level_out",
    "places",
    "places_left",
    "certifying",
    "url",
)
_CODES = ("aim", "access_mode", "recruitment", "entry_mode", "teaching", "pathway")
_LISTS = ("formacodes", "rome_codes", "nsf_codes")
_DATES = ("created", "modified", "start", "end")


def card(sheet: SessionSheet) -> dict[str, Any]:
    """Return the sheet as a dictionary that JSON can carry.

    Dates are ISO strings, hours are numbers, texts are cleaned and keep their paragraphs; an empty
    text stays an empty string. The lot and the order are for the readers of the feed, not here.
    """
    return {
        **{name: getattr(sheet, name) for name in _AS_THEY_ARE},
        **{name: str(getattr(sheet, name)) for name in _CODES},
        **{name: list(getattr(sheet, name)) for name in _LISTS},
        **{name: getattr(sheet, name).isoformat() for name in _DATES},
        **{name: one_line(getattr(sheet, name)) for name in _LINES},
        **{name: clean(getattr(sheet, name)) for name in _PARAGRAPHS},
        "access_phrase": access_phrase(sheet.access_mode),
        "company_periods": clean(alternation_text(sheet)),
        "registration_start": _day(sheet.registration_start),
        "registration_end": _day(sheet.registration_end),
        "hours_centre": _number(sheet.hours_centre),
        "hours_company": _number(sheet.hours_company),
        "hours_total": _number(sheet.hours_total),
        "weekly_hours": None if sheet.weekly_hours is None else _number(sheet.weekly_hours),
        "certifications": [
            {
                "rncp": item.rncp.removeprefix("RNCP"),
                "rs": item.rs,
                "certifinfo": item.certifinfo,
                "title": one_line(item.title),
            }
            for item in sheet.certifications
        ],
        "blocks": [{"code": item.code, "title": one_line(item.title)} for item in sheet.blocks],
        "meetings": [
            {
                "day": meeting.day.isoformat(),
                "start": None if meeting.start is None else f"{meeting.start:%H:%M}",
                "end": None if meeting.end is None else f"{meeting.end:%H:%M}",
                "remote": meeting.remote,
                "comment": one_line(meeting.comment),
                "address": None if meeting.address is None else _address(meeting.address),
            }
            for meeting in sorted(sheet.meetings, key=lambda meeting: meeting.day)
        ],
        "place": {"siret": sheet.place.siret, **_address(sheet.place.address)},
        "registration_address": _address(sheet.inscription_address),
        "contact": _contact(sheet.contact),
        "handicap_contact": (None if sheet.handicap_contact is None else _contact(sheet.handicap_contact)),
        "responsible": _organisme(sheet.responsible),
        "trainer": _organisme(sheet.trainer),
    }


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _number(value: Decimal | int) -> int | float:
    return int(value) if value == int(value) else float(value)


def _address(address: Address) -> dict[str, Any]:
    return {
        "denomination": one_line(address.denomination),
        "lines": [one_line(line) for line in address.lines],
        "postcode": address.postcode,
        "city": one_line(address.city),
        "insee": address.insee,
        "department": address.department_code,
        "latitude": None if address.latitude is None else float(address.latitude),
        "longitude": None if address.longitude is None else float(address.longitude),
    }


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "civility": one_line(contact.civility),
        "name": one_line(contact.name),
        "first_name": one_line(contact.first_name),
        "phone": contact.phone,
        "email": contact.email,
    }


def _organisme(organisme: Organisme) -> dict[str, Any]:
    return {
        "number": organisme.number,
        "siret": organisme.siret,
        "nda": organisme.nda,
        "name": one_line(organisme.name),
        "legal_name": one_line(organisme.legal_name),
        "address": _address(organisme.address),
        "contact": _contact(organisme.contact),
    }
