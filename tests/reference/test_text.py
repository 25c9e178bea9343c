"""What people type and what the lists say are compared in one spelling."""

import pytest

from core.reference.text import normalise, normalise_place, tidy


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Saint-Sébastien-sur-Loire", "saint sebastien sur loire"),
        ("L’Île-d'Yeu", "l ile d yeu"),
        ("  Œuvre   d’ART ", "oeuvre d art"),
        ("Vendeur / Vendeuse", "vendeur vendeuse"),
        ("Ça & là", "ca la"),
        ("Ⅳ", "iv"),
        ("日本", ""),
        ("", ""),
    ],
)
def test_normalise(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("St-Nazaire", "saint nazaire"),
        ("ste luce s/loire", "sainte luce s loire"),
        ("Stains", "stains"),
    ],
)
def test_places_are_spelled_out(typed: str, expected: str) -> None:
    assert normalise_place(typed) == expected


def test_labels_are_tidied() -> None:
    assert tidy("  Agent d'entretien\t\x00 du\n bâtiment ") == "Agent d’entretien du bâtiment"


def test_a_commune_is_found_under_its_cedex():
    assert normalise_place("Nantes Cedex 3") == normalise_place("NANTES CEDEX") == "nantes"
    assert normalise_place("Cedexville") == "cedexville"
