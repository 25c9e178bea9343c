"""A sheet becomes a LHÉO record: each table of the mapping, and the whole once, as a golden text."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from sessions.publication.feed import serialise
from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import (
    AccessMode,
    Aim,
    CertificationRef,
    InformationMeeting,
    Pathway,
    Place,
    Recruitment,
    Teaching,
)
from sessions.publication.structure import NS
from tests.factories.publication import a_contact, a_sheet, an_address, with_block

L = {"l": NS}
GOLDEN = Path(__file__).with_name("golden_formation.xml")


def text(path: str, settings: FeedSettings | None = None, **changes: object) -> str:
    element = formation_element(a_sheet(**changes), settings or FeedSettings())
    return element.xpath(f"string({path})", namespaces=L)


def texts(path: str, settings: FeedSettings | None = None, **changes: object) -> list[str]:
    element = formation_element(a_sheet(**changes), settings or FeedSettings())
    return [found.text for found in element.xpath(path, namespaces=L)]


def test_a_record_is_as_agreed() -> None:
    record = serialise(formation_element(a_sheet(**with_block()), FeedSettings()))

    assert record.decode() == GOLDEN.read_text()


@pytest.mark.parametrize(
    ("changes", "certifying", "objective"),
    [
        ({}, "1", "6"),
        (with_block(), "1", "6"),
        ({"aim": Aim.RS, "certifications": (CertificationRef(rs="RS5678"),)}, "1", "6"),
        ({"aim": Aim.NONE, "certifications": ()}, "0", "7"),
        ({"aim": Aim.NONE, "certifications": (), "prequalification": True}, "0", "8"),
    ],
)
def test_the_aim_tells_whether_it_certifies_and_what_for(changes: dict, certifying: str, objective: str) -> None:
    assert text("l:certifiante", **changes) == certifying
    assert text("l:objectif-general-formation", **changes) == objective


@pytest.mark.parametrize(
    ("field", "value", "path", "code"),
    [
        ("teaching", Teaching.ON_SITE, "//l:modalites-enseignement", "0"),
        ("teaching", Teaching.MIXED, "//l:modalites-enseignement", "1"),
        ("teaching", Teaching.REMOTE, "//l:modalites-enseignement", "2"),
        ("entry_mode", "dates_fixes", "//l:modalites-entrees-sorties", "0"),
        ("entry_mode", "entrees_permanentes", "//l:modalites-entrees-sorties", "1"),
        ("recruitment", Recruitment.OPEN, "//l:etat-recrutement", "1"),
        ("recruitment", Recruitment.CLOSED, "//l:etat-recrutement", "2"),
        ("recruitment", Recruitment.SUSPENDED, "//l:etat-recrutement", "3"),
        ("pathway", Pathway.GROUP, "//l:parcours-de-formation", "1"),
        ("pathway", Pathway.INDIVIDUAL, "//l:parcours-de-formation", "2"),
        ("pathway", Pathway.MODULAR, "//l:parcours-de-formation", "3"),
        ("pathway", Pathway.MIXED, "//l:parcours-de-formation", "4"),
        ("level_in", None, "//l:code-niveau-entree", "1"),
        ("level_in", 3, "//l:code-niveau-entree", "13"),
        ("level_out", 4, "//l:code-niveau-sortie", "14"),
        ("level_out", None, "//l:code-niveau-sortie", ""),
    ],
)
def test_codes_follow_the_official_tables(field: str, value: object, path: str, code: str) -> None:
    assert text(path, **{field: value}) == code


@pytest.mark.parametrize(
    ("mode", "prerequisites", "expected"),
    [
        (
            AccessMode.SOCLE,
            "",
            (
                "Session socle. Ouverte à tous les demandeurs d’emploi, sans intention d’embauche."
                " Conditions et prérequis\u00a0: aucune."
            ),
        ),
        (
            AccessMode.INTENTION,
            "Savoir lire.",
            (
                "Session sur intention d’embauche. Des employeurs ont déclaré vouloir recruter"
                " à l’issue de la formation."
                " Conditions et prérequis\u00a0: Savoir lire."
            ),
        ),
    ],
)
def test_the_mode_of_access_opens_the_specific_conditions(mode: str, prerequisites: str, expected: str) -> None:
    """R103 (mode d’accès shown by every reader), R110 (prerequisites carried with the session)."""
    changes = {"access_mode": mode, "prerequisites": prerequisites}

    assert text("//l:conditions-specifiques", **changes) == expected
    assert text("//l:session/l:extras[@info='session']/l:extra[@info='mode-acces']", **changes) == mode


def test_the_region_finances_the_places_under_the_programme_label() -> None:
    settings = FeedSettings(programme_label="PROGRAMME D’ESSAI", cofinancer_codes=("3",))

    assert texts("//l:organisme-financeur/l:code-financeur", settings) == ["2", "3"]
    assert text("//l:organisme-financeur[1]/l:nb-places-financees", settings) == "8"
    extra = "//l:organisme-financeur[1]/l:extras[@info='specificites']/l:extra"
    assert text(f"{extra}[@info='programme-financeur']", settings) == "PROGRAMME D’ESSAI"
    assert text(f"{extra}[@info='ref-action-marche-financeur']", settings) == "Lot 12 / BC 2026-0041"


def test_without_lot_nor_order_there_is_no_reference() -> None:
    assert texts("//l:extra[@info='ref-action-marche-financeur']", lot_number=" ", order_reference="") == []


@pytest.mark.parametrize(("prefix", "code"), [(False, "39181"), (True, "RNCP39181")])
@pytest.mark.parametrize("given", ["39181", "RNCP39181"])
def test_rncp_codes_are_written_as_the_partners_ask(given: str, prefix: bool, code: str) -> None:
    certifications = (CertificationRef(rncp=given),)

    assert text("//l:code-RNCP", FeedSettings(rncp_prefix=prefix), certifications=certifications) == code


@pytest.mark.parametrize(("aim", "validation"), [(Aim.RNCP_BLOCKS, "0"), (Aim.RNCP_COMPLETE, "1")])
def test_blocks_tell_whether_the_certification_is_whole(aim: str, validation: str) -> None:
    changes = with_block() | {"aim": aim}

    assert text("//l:validation-blocs", **changes) == validation
    assert text("//l:code-bloc", **changes) == "RNCP39181BC01"


def test_address_lines_are_wrapped_at_50_and_nothing_is_lost() -> None:
    long = "Zone d’activités des Exemples et des Contre-exemples, bâtiment principal, entrée par la cour nord"

    lines = texts("//l:lieu-de-formation//l:ligne", place=Place(address=an_address(lines=(long, "14 rue des Essais"))))

    assert max(map(len, lines)) <= 50
    assert " ".join(lines) == f"{long} 14 rue des Essais"


@pytest.mark.parametrize(
    ("insee", "postcode", "department", "region"),
    [
        ("49353", "49800", "49", "52"),
        ("75056", "75001", "75", ""),
        ("97411", "97400", "974", ""),
        ("2A004", "20000", "2A", ""),
    ],
)
def test_department_and_region_come_from_the_commune(insee: str, postcode: str, department: str, region: str) -> None:
    place = Place(address=an_address(insee=insee, postcode=postcode))

    assert text("//l:lieu-de-formation//l:departement", place=place) == department
    assert text("//l:lieu-de-formation//l:region", place=place) == region


@pytest.mark.parametrize(
    ("phone", "kind"),
    [("02 41 00 00 00", "telfixe"), ("06 00 00 00 00", "portable"), ("+33 7 00 00 00 00", "portable")],
)
def test_a_mobile_number_goes_to_its_own_element(phone: str, kind: str) -> None:
    element = formation_element(a_sheet(contact=a_contact(phone=phone)), FeedSettings())

    found = element.xpath("l:contact-formation[1]//l:numtel/..", namespaces=L)

    assert [etree.QName(parent).localname for parent in found] == [kind]


def test_weekly_hours_are_an_integer_or_stay_in_words() -> None:
    path = "//l:extras[@info='duree-hebdo']/l:extra"

    assert texts(path, weekly_hours=Decimal("35.00")) == ["35"]
    assert texts(path, weekly_hours=Decimal("24.5")) == []


def test_alternation_is_told_from_the_hours_when_nothing_is_written() -> None:
    path = "//l:modalites-alternance"

    assert text(path) == "525 heures en centre, 140 heures en entreprise."
    assert text(path, hours_company=0, hours_total=525) == "Aucune période en entreprise."
    assert text(path, company_periods=" \n") == "525 heures en centre, 140 heures en entreprise."
    assert text(path, company_periods="Deux semaines en mars") == "Deux semaines en mars"


def test_meetings_are_recruitment_steps_and_the_first_three_are_dates() -> None:

    meetings = tuple(InformationMeeting(day=date(2026, 11, day), start=time(9, 5)) for day in (27, 24, 25, 26))

    assert texts("//l:date-information/l:date", meetings=meetings) == ["20261124", "20261125", "20261126"]
    assert texts("//l:recrutement/l:modalite-recrutement", meetings=meetings) == ["9"] * 4
    assert texts("//l:recrutement/l:heure-debut", meetings=meetings) == ["09h05"] * 4


def test_hours_that_are_not_whole_are_never_rounded() -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        formation_element(a_sheet(hours_centre=Decimal("350.5")), FeedSettings())
