"""What prevents a sheet from being published: one counter-example per check, and the sheets that pass."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from sessions.publication.checks import LABELS, TEXT_LIMITS, Problem, check, check_names
from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import (
    AccessMode,
    Aim,
    CertificationRef,
    CompetenceBlock,
    InformationMeeting,
    Place,
    SessionSheet,
)
from sessions.publication.structure import validate_element
from tests.factories.publication import TODAY, a_contact, a_sheet, an_address, an_organisme, with_block


def at(**changes: Any) -> dict[str, Any]:
    return {"place": Place(address=an_address(**changes))}


def mandataire(**changes: Any) -> dict[str, Any]:
    return {"responsible": an_organisme(**changes)}


def meeting(**changes: Any) -> dict[str, Any]:
    return {"meetings": (InformationMeeting(**{"day": date(2026, 11, 26)} | changes),)}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    # numbers
    ("a number with a space", {"formation_number": "F 1"}, "formation_number"),
    ("no number", {"action_number": ""}, "action_number"),
    ("a number of 41 characters", {"session_number": "S" * 41}, "session_number"),
    # kinds
    ("a date that is a text", {"start": "2026-12-39"}, "start"),
    ("a moment for a date", {"start": datetime(2026, 12, 7, 9, tzinfo=UTC)}, "start"),
    ("hours that are a text", {"hours_total": "665"}, "hours_total"),
    ("places that are a truth value", {"places": True}, "places"),
    ("no organisation", {"responsible": None}, "responsible"),
    ("no place", {"place": None}, "place"),
    ("no title at all", {"title": None}, "title"),
    # texts
    ("a blank title", {"title": "\u00a0 \n"}, "title"),
    ("a title of 256 characters", {"title": "x" * 256}, "title"),
    ("an objective of 3,001 characters", {"objective": "x" * 3001}, "objective"),
    ("prerequisites too long for the sentence before them", {"prerequisites": "x" * 2701}, "prerequisites"),
    ("pedagogy of 201 characters", {"pedagogy": "x" * 201}, "pedagogy"),
    ("no rhythm", {"rhythm": ""}, "rhythm"),
    # enumerations
    ("an unknown aim", {"aim": "diplome"}, "aim"),
    ("an unknown access mode", {"access_mode": "libre"}, "access_mode"),
    ("an unknown recruitment state", {"recruitment": "complet"}, "recruitment"),
    ("an unknown entry mode", {"entry_mode": "1"}, "entry_mode"),
    ("an unknown teaching", {"teaching": "foad"}, "teaching"),
    ("an unknown pathway", {"pathway": ""}, "pathway"),
    # dates
    ("an end before the start", {"end": date(2026, 12, 6)}, "end"),
    ("a year of two digits", {"start": date(26, 12, 7)}, "start"),
    ("a year far away", {"end": date(2206, 4, 30)}, "end"),
    ("a change in the future", {"modified": date(2026, 11, 22)}, "modified"),
    ("a change before the creation", {"modified": date(2026, 9, 30)}, "modified"),
    ("registration without an end", {"registration_start": date(2026, 11, 1)}, "registration_start"),
    (
        "registration that ends first",
        {"registration_start": date(2026, 11, 2), "registration_end": date(2026, 11, 1)},
        "registration_end",
    ),
    # quantities
    ("half an hour", {"hours_centre": Decimal("524.5")}, "hours_centre"),
    ("hours that are no number", {"hours_company": Decimal("NaN")}, "hours_company"),
    ("endless hours", {"hours_total": Decimal("Infinity")}, "hours_total"),
    ("negative hours", {"hours_company": -1}, "hours_company"),
    ("too many hours", {"hours_total": 100_000}, "hours_total"),
    ("a total below its parts", {"hours_total": 664}, "hours_total"),
    ("no hour at all", {"hours_centre": 0, "hours_company": 0, "hours_total": 0}, "hours_total"),
    ("half an ordered hour", {"ordered_hours": Decimal("1.5")}, "ordered_hours"),
    ("a week of 49 hours", {"weekly_hours": 49}, "weekly_hours"),
    ("a week of no hour", {"weekly_hours": 0}, "weekly_hours"),
    ("a week that is no number", {"weekly_hours": Decimal("NaN")}, "weekly_hours"),
    ("no place to take", {"places": 0, "places_left": None}, "places"),
    ("negative places", {"places": -8, "places_left": None}, "places"),
    ("huge places", {"places": 1000}, "places"),
    ("more places left than places", {"places_left": 9}, "places_left"),
    ("a level 0", {"level_in": 0}, "level_in"),
    ("a level 9", {"level_out": 9}, "level_out"),
    # codes
    ("no Formacode", {"formacodes": ()}, "formacodes"),
    ("six Formacodes", {"formacodes": tuple(f"2302{rank}" for rank in range(6))}, "formacodes"),
    ("a Formacode twice", {"formacodes": ("23026", "23026")}, "formacodes"),
    ("a Formacode of four digits", {"formacodes": ("2302",)}, "formacodes"),
    ("a Formacode in other digits", {"formacodes": ("٢٣٠٢٦",)}, "formacodes"),
    ("no ROME code", {"rome_codes": ()}, "rome_codes"),
    ("a ROME code in lower case", {"rome_codes": ("h2913",)}, "rome_codes"),
    ("an NSF code with its letter", {"nsf_codes": ("254s",)}, "nsf_codes"),
    # certifications
    ("an RNCP code with a space", {"certifications": (CertificationRef(rncp="RNCP 39181"),)}, "certifications"),
    (
        "an RS code without its letters",
        {"aim": Aim.RS, "certifications": (CertificationRef(rs="5678"),)},
        "certifications",
    ),
    (
        "a CertifInfo code with letters",
        {"certifications": (CertificationRef(rncp="1", certifinfo="x"),)},
        "certifications",
    ),
    ("both registers", {"certifications": (CertificationRef(rncp="1", rs="RS1"),)}, "certifications"),
    ("neither register", {"certifications": (CertificationRef(rncp="1"), CertificationRef())}, "certifications"),
    ("a certification aimed at and not given", {"certifications": ()}, "certifications"),
    ("an RS aim with an RNCP code", {"aim": Aim.RS}, "certifications"),
    ("six certifications", {"certifications": (CertificationRef(rncp="1"),) * 6}, "certifications"),
    ("no certification, and one all the same", {"aim": Aim.NONE}, "aim"),
    ("blocks aimed at and not given", {"aim": Aim.RNCP_BLOCKS}, "blocks"),
    ("a block code of another form", with_block(code="39181-1"), "blocks"),
    ("a block of another certification", with_block(code="RNCP1BC01"), "blocks"),
    ("a block without a title", with_block(title=" "), "blocks"),
    ("a block title of 501 characters", with_block(title="x" * 501), "blocks"),
    # addresses
    ("no street", at(lines=()), "place"),
    ("five lines", at(lines=("1 rue A",) * 5), "place"),
    ("a word of 51 characters", at(lines=("x" * 51,)), "place"),
    ("a city of 51 characters", at(city="x" * 51), "place"),
    ("no city", at(city=""), "place"),
    ("a postcode of four digits", at(postcode="4980"), "place"),
    ("an INSEE code that is none", at(insee="2C004"), "place"),
    ("another département than the commune's", at(department="44"), "place"),
    ("the postcode of another département", at(postcode="44000"), "place"),
    ("a latitude alone", at(longitude=None), "place"),
    ("a position off the Earth", at(latitude=147), "place"),
    ("a position that is no number", at(latitude=float("nan")), "place"),
    ("a SIRET with letters for the place", {"place": Place(address=an_address(), siret="1234567820001A")}, "place"),
    ("an inscription address without city", {"registration_address": an_address(city="")}, "registration_address"),
    # organisations
    ("a SIRET with a wrong key", mandataire(siret="12345678200011"), "responsible"),
    ("a SIRET with spaces", mandataire(siret="123 456 782 00010"), "responsible"),
    ("a SIREN for a SIRET", mandataire(siret="123456782"), "responsible"),
    ("no SIRET", {"trainer": an_organisme(siret="")}, "trainer"),
    ("an NDA of ten digits", mandataire(nda="5249000000"), "responsible"),
    ("an NDA with another letter", mandataire(nda="7331Q001531"), "responsible"),
    ("no NDA", mandataire(nda=""), "responsible"),
    ("no raison sociale", {"trainer": an_organisme(legal_name="")}, "trainer"),
    ("a name of 251 characters", mandataire(name="x" * 251), "responsible"),
    ("an organisation without a number", {"trainer": an_organisme(number="")}, "trainer"),
    # contacts
    ("a contact that one cannot reach", {"contact": a_contact(phone="", email="")}, "contact"),
    ("a telephone in words", {"contact": a_contact(phone="le standard")}, "contact"),
    ("a telephone of spaces", {"contact": a_contact(phone=" " * 12)}, "contact"),
    ("an e-mail with a control character", {"contact": a_contact(email="a\x00@exemple.fr")}, "contact"),
    ("an e-mail without a domain", {"contact": a_contact(email="accueil@")}, "contact"),
    ("an e-mail of 161 characters", {"contact": a_contact(email="x" * 150 + "@exemple.fr")}, "contact"),
    ("a contact's name of 51 characters", {"contact": a_contact(name="x" * 51)}, "contact"),
    ("a referent that one cannot reach", {"handicap_contact": a_contact(phone="", email="")}, "handicap_contact"),
    # meetings
    ("a meeting on no date", meeting(day="jeudi"), "meetings"),
    ("a meeting at a text", meeting(start="09:30"), "meetings"),
    ("a meeting that ends first", meeting(start=time(10), end=time(9)), "meetings"),
    ("a meeting after the session", meeting(day=date(2027, 5, 1)), "meetings"),
    ("a meeting's comment of 501 characters", meeting(comment="x" * 501), "meetings"),
    ("a meeting in no city", meeting(address=an_address(city="")), "meetings"),
    # url
    ("no public page", {"url": ""}, "url"),
    ("a page without its scheme", {"url": "portail.exemple.test/1"}, "url"),
    ("a page that is a script", {"url": "javascript:alert(1)"}, "url"),
    ("a page with a space", {"url": "https://portail.exemple.test/a b"}, "url"),
    ("a page with a broken host", {"url": "https://[portail/"}, "url"),
    ("a page of 401 characters", {"url": "https://portail.exemple.test/" + "x" * 372}, "url"),
]


@pytest.mark.parametrize(("changes", "field"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_is_refused_at_its_field_and_nowhere_else(changes: dict[str, Any], field: str) -> None:
    problems = check(a_sheet(**changes), TODAY)

    assert {problem.field for problem in problems} == {field}
    assert all(problem.message_fr[0].isupper() and problem.message_fr[-1] == "." for problem in problems)


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("as it is", {}),
    ("texts at their limit", {"title": "x" * 255, "content": "x" * 3000, "prerequisites": "x" * 2700}),
    ("plain strings for enumerations", {"aim": "rncp_complet", "access_mode": "socle", "entry_mode": "dates_fixes"}),
    ("one day", {"start": date(2026, 12, 7), "end": date(2026, 12, 7), "meetings": ()}),
    ("whole hours as decimals", {"hours_centre": Decimal("525.00")}),
    ("the total above its parts", {"hours_total": 700}),
    ("everything in the company", {"hours_centre": 0, "hours_company": 140, "hours_total": 140}),
    ("a part-time week", {"weekly_hours": Decimal("24.5")}),
    ("an NDA with a P", mandataire(nda="7331P001531")),
    ("a postcode of the neighbouring département", at(insee="86042", postcode="37160")),
    ("Corsica", at(insee="2A004", postcode="20000")),
    ("overseas", at(insee="97411", postcode="97400", department="974")),
    ("a street wrapped on several lines", at(lines=("Zone d’activités des Exemples " * 3,))),
    ("La Poste's own SIRET", mandataire(siret="35600000000048")),
    (
        "two blocks",
        {**with_block(), "blocks": tuple(CompetenceBlock(code=f"RNCP39181BC0{n}", title="x") for n in (1, 2))},
    ),
    ("created and changed today", {"created": TODAY, "modified": TODAY}),
]


@pytest.mark.parametrize("changes", [case[1] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_it_is_accepted_and_makes_a_valid_record(changes: dict[str, Any]) -> None:
    sheet = a_sheet(**changes)

    assert check(sheet, TODAY) == []
    assert validate_element(formation_element(sheet, FeedSettings())) == []


def test_all_the_problems_are_told_at_once() -> None:
    problems = check(a_sheet(title="", places=0, places_left=None, url=""), TODAY)

    assert problems == [
        Problem("title", "Il manque l’intitulé."),
        Problem("places", "Le nombre de places va de 1 à 999."),
        Problem("url", "L’adresse de la page publique ne se lit pas."),
    ]


def test_a_length_is_counted_as_the_feed_will_write_it() -> None:
    assert check(a_sheet(title=" " * 300 + "x" * 255), TODAY) == []
    assert check(a_sheet(objective="x" * 3120), TODAY) == [
        Problem("objective", "L’objectif\u00a0: 3\u00a0120 caractères, 3\u00a0000 au plus. Raccourcissez ce texte.")
    ]


@pytest.mark.parametrize("mode", list(AccessMode))
def test_the_longest_prerequisites_fit_behind_each_access_sentence(mode: AccessMode) -> None:
    sheet = a_sheet(access_mode=mode, prerequisites="x" * TEXT_LIMITS["prerequisites"][1])

    assert validate_element(formation_element(sheet, FeedSettings())) == []


def test_every_limited_text_is_a_field_with_a_name_to_call_it() -> None:
    assert set(TEXT_LIMITS) <= set(LABELS)
    assert set(LABELS) <= set(SessionSheet.__dataclass_fields__)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Postes chez CANARI Industrie à Angers", True),
        ("postes chez canari  industrie", True),
        ("Postes chez Canarì Industrie.", True),
        ("Postes chez Canari Industries", False),
        ("Élevage de canaris", False),
    ],
)
def test_an_employer_named_in_a_text_is_found(text: str, found: bool) -> None:
    problems = check_names(a_sheet(prerequisites=text), ["Canari Industrie", "SA"])

    expected = [Problem("prerequisites", "Ce texte public nomme «\u00a0Canari Industrie\u00a0»\u00a0: retirez ce nom.")]
    assert problems == (expected if found else [])


def test_a_meeting_may_not_name_an_employer_either() -> None:
    problems = check_names(a_sheet(**meeting(comment="Avec Canari Industrie")), ["Canari Industrie"])

    assert [problem.field for problem in problems] == ["meetings"]
