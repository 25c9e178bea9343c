"""Our grammar of LHÉO 2.3 is the official one, for what we emit."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import Aim, CertificationRef, EntryMode
from sessions.publication.structure import CODES, CONTENT, NS, NUMBERS, TEXT, Child, validate_element
from tests.factories.publication import a_contact, a_sheet, an_address, with_block

XS = {"xs": "http://www.w3.org/2001/XMLSchema"}

VARIANTS = {
    "default": {},
    "blocks": with_block(),
    "specific register": {"aim": Aim.RS, "certifications": (CertificationRef(rs="RS5678"),)},
    "no certification": {"aim": Aim.NONE, "certifications": (), "nsf_codes": (), "meetings": ()},
    "permanent entries": {"entry_mode": EntryMode.PERMANENT, "weekly_hours": None, "level_in": 2},
    "everything": {
        "handicap_contact": a_contact(name="Référent handicap"),
        "registration_address": an_address(lines=("Bâtiment C", "1 place de l’Essai")),
        "registration_modalities": "Par téléphone",
        "catering": "Sur place",
        "lodging": "Foyer à 500 m",
        "transport": "Bus 4",
        "pedagogy": "Plateau technique",
        "duration_text": "19 semaines",
        "ordered_hours": 665,
        "company_periods": "Deux fois deux semaines",
    },
}


def formation(**changes: object) -> etree._Element:
    return formation_element(a_sheet(**changes), FeedSettings())


def find(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f".//{{{NS}}}{name}")
    assert found is not None
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_kind_of_session_is_valid(variant: str) -> None:
    assert validate_element(formation(**VARIANTS[variant])) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_kind_of_session_is_valid_against_the_official_schema(variant: str, official_schema: Path) -> None:
    assert validate_element(formation(**VARIANTS[variant]), official_schema) == []


def test_content_models_are_those_of_the_schema(official_schema: Path) -> None:
    schema = etree.parse(official_schema)

    official = {
        name: tuple(
            Child(
                child.get("ref").removeprefix("lheo:"),
                int(child.get("minOccurs", "1")),
                None if child.get("maxOccurs") == "unbounded" else int(child.get("maxOccurs", "1")),
            )
            for child in schema.xpath(
                "//xs:complexType[@name=$type]/xs:sequence/xs:element", namespaces=XS, type=f"{name}-subtype"
            )
        )
        for name in CONTENT
    }

    assert official == CONTENT


def test_lengths_are_those_of_the_schema(official_schema: Path) -> None:
    schema = etree.parse(official_schema)

    def bound(name: str, kind: str) -> str:
        return schema.xpath(
            f"string(//xs:simpleType[@name=$type]/xs:restriction/xs:{kind}/@value)",
            namespaces=XS,
            type=f"{name}-subtype",
        )

    dates = {"debut", "fin", "date"}
    official = {name: (bound(name, "minLength") or "0", bound(name, "maxLength")) for name in TEXT if name not in dates}

    assert official == {name: (str(least), str(most)) for name, (least, most) in TEXT.items() if name not in dates}


def test_codes_are_those_of_the_official_tables(official_tables: Path) -> None:
    tables = {name: set(table["values"]) for name, table in json.loads(official_tables.read_text()).items()}

    assert {name: set(codes) for name, codes in CODES.items()} == {
        **dict.fromkeys(
            (
                "certifiante",
                "niveau-entree-obligatoire",
                "prise-en-charge-frais-possible",
                "a-distance",
                "conventionnement",
            ),
            tables["dict-boolean"],
        ),
        "type-contact": tables["dict-type-contact"],
        "parcours-de-formation": tables["dict-type-parcours"],
        "code-niveau-entree": tables["dict-niveaux"],
        "code-niveau-sortie": tables["dict-niveaux"],
        "objectif-general-formation": tables["dict-AIS"],
        "modalites-enseignement": tables["dict-modalites-enseignement"],
        "modalites-entrees-sorties": tables["dict-modalites-es"],
        "etat-recrutement": tables["dict-etat-recrutement"],
        "modalite-recrutement": tables["dict-modalite-recrutement"],
        "validation-blocs": tables["dict-type-validation-blocs"],
        "code-perimetre-recrutement": tables["dict-perimetre-recrutement"],
        "code-financeur": tables["dict-financeurs"],
    }


def test_the_whole_vocabulary_that_we_emit_is_in_our_tables() -> None:
    emitted = {
        etree.QName(element).localname for changes in VARIANTS.values() for element in formation(**changes).iter()
    }

    assert emitted - set(CONTENT) - set(TEXT) - set(CODES) - NUMBERS == {"extras", "extra"}


def _drop(name: str) -> Callable[[etree._Element], None]:
    def spoil(element: etree._Element) -> None:
        found = find(element, name)
        found.getparent().remove(found)

    return spoil


def _write(name: str, text: str) -> Callable[[etree._Element], None]:
    def spoil(element: etree._Element) -> None:
        find(element, name).text = text

    return spoil


def _swap(element: etree._Element) -> None:
    title = find(element, "intitule-formation")
    title.getnext().addnext(title)


def _repeat(element: etree._Element) -> None:
    place = find(element, "modalites-enseignement")
    copy = etree.fromstring(etree.tostring(place))
    place.addnext(copy)


def _foreign(element: etree._Element) -> None:
    etree.SubElement(find(element, "extras").getparent(), "statut")


FAULTS = {
    "missing": (_drop("certifiante"), "«\u00a0formation\u00a0»\u00a0: il manque «\u00a0certifiante\u00a0»."),
    "out of order": (_swap, "«\u00a0formation\u00a0»\u00a0: il manque «\u00a0intitule-formation\u00a0»."),
    "twice": (
        _repeat,
        "«\u00a0action\u00a0»\u00a0: «\u00a0modalites-enseignement\u00a0» y est 2 fois, 1 au plus.",
    ),
    "unknown code": (
        _write("etat-recrutement", "4"),
        "«\u00a0etat-recrutement\u00a0»\u00a0: le code «\u00a04\u00a0» n’existe pas.",
    ),
    "blank text": (_write("ville", "   "), "«\u00a0ville\u00a0» est vide."),
    "too long": (_write("ligne", "x" * 51), "«\u00a0ligne\u00a0» compte 51 caractères, de 1 à 50 attendus."),
    "not a number": (
        _write("nb-places-financees", "-2"),
        "«\u00a0nb-places-financees\u00a0»\u00a0: «\u00a0-2\u00a0» n’est pas un nombre entier de 0 à 99999.",
    ),
    "another namespace": (
        _foreign,
        "«\u00a0statut\u00a0» n’est pas dans l’espace de noms LHÉO 2.3 par défaut.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told(fault: str) -> None:
    spoil, message = FAULTS[fault]
    element = formation()

    spoil(element)

    assert message in validate_element(element)


def test_a_prefixed_record_is_a_fault() -> None:
    prefixed = etree.fromstring(f'<l:formation xmlns:l="{NS}"/>')

    assert validate_element(prefixed) == [
        "«\u00a0formation\u00a0» n’est pas dans l’espace de noms LHÉO 2.3 par défaut."
    ]
