"""A training belongs to the filière that its codes name (R41)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.reference.filieres import filiere_of, filieres_of
from tests.factories.reference import CertificationFactory, FiliereFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table() -> None:
    FiliereFactory(code="transport", formacode_prefixes=["318"], rome_prefixes=["N"], nsf_prefixes=["311"])
    FiliereFactory(code="maritime", formacode_prefixes=["31870"], rome_prefixes=["N31"], nsf_prefixes=[])
    FiliereFactory(code="batiment", formacode_prefixes=["22"], rome_prefixes=["F"], nsf_prefixes=["23"])
    FiliereFactory(code="niche", formacode_prefixes=[], rome_prefixes=[], nsf_prefixes=[])


@pytest.mark.parametrize(
    ("formacodes", "rome", "expected"),
    [
        (["31827"], "", "transport"),
        (["31870"], "", "maritime"),
        ([], "N3102", "maritime"),
        ([], "N4101", "transport"),
        (["22412"], "N4101", "batiment"),
        (["31827", "22412"], "", "transport"),
        (["99999"], ["Z9999", "F1604"], "batiment"),
        ([], "", None),
        (["99999"], "Z9999", None),
    ],
)
def test_which_filiere(formacodes: list[str], rome: str, expected: str | None) -> None:
    found = filiere_of(formacodes=formacodes, rome=rome)
    assert (found and found.code) == expected


def test_a_certification_speaks_first_by_its_own_filiere_then_by_its_codes() -> None:
    own = CertificationFactory(code="RNCP1", filiere=FiliereFactory(code="niche"), formacodes=["22412"], rome_codes=[])
    coded = CertificationFactory(code="RNCP2", filiere=None, formacodes=[], rome_codes=[], nsf_codes=["233"])

    assert [one.code for one in filieres_of(own, ["31827"])] == ["niche", "transport", "batiment"]
    assert filiere_of(coded) == FiliereFactory(code="batiment")


def test_a_retired_filiere_is_not_given() -> None:
    FiliereFactory(code="old", formacode_prefixes=["99"], retired_on="2026-01-01")
    assert filiere_of(formacodes=["99001"]) is None


def test_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        filieres_of(None, ["31827", "22412"], ["N4101"])
    assert len(queries) == 1
