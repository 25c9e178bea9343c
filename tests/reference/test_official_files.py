"""The cut-down official files, where they are at hand: the importers read them as they are published."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reference.importers import Report, importer_for
from core.reference.models import Certification, Commune, Departement
from tests.factories.reference import FiliereFactory

FILES = Path(__file__).resolve().parents[3] / "shared" / "reference"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES.is_dir(), reason="the cut-down official files are not at hand (../shared/reference)"),
]


def load(source: str, file: str) -> Report:
    return importer_for(source).run((FILES / file).read_bytes(), label=file, commit=True)


def test_communes_with_their_departements_and_intercommunalites() -> None:
    assert load("departements", "geo/departements.csv").refusals == []
    assert load("epci", "geo/epci_pdl.csv").refusals == []

    report = load("communes", "geo/communes_pdl.csv")

    assert (report.loaded, report.refusals) == (1228, [])
    assert Departement.objects.filter(in_region=True).count() == 5
    assert str(Commune.objects.get(pk="44109")) == "Nantes (44000)"
    zones = load("zones-emploi", "geo/communes_pdl.csv")
    assert (zones.loaded, zones.refusals) == (23, [])


def test_rome() -> None:
    metiers = load("metiers", "nomenclatures/rome_v460.csv")
    assert (metiers.loaded, metiers.refusals) == (1584, [])

    titles = load("appellations", "nomenclatures/rome_appellations_secteurs.csv")
    assert titles.loaded == titles.rows == 7431


def test_nomenclatures() -> None:
    loaded = {
        source: (report.loaded, len(report.refusals))
        for source, file in [
            ("formacodes", "nomenclatures/formacode.csv"),
            ("nsf", "nomenclatures/nsf.csv"),
            ("opco", "nomenclatures/opco.csv"),
            ("idcc", "nomenclatures/idcc_opco.csv"),
        ]
        for report in [load(source, file)]
    }
    assert loaded == {"formacodes": (2637, 0), "nsf": (115, 0), "opco": (11, 0), "idcc": (331, 0)}


def test_certifications_of_certif_info() -> None:
    FiliereFactory(code="construction", formacode_prefixes=["224"], rome_prefixes=["F"])

    report = load("certifications", "nomenclatures/certifications_secteurs.csv")

    assert report.loaded + len(report.refusals) == 986
    assert {bad.value: bad.reason for bad in report.refusals} == {}
    plaquiste = Certification.objects.get(pk="RNCP37122")
    assert (plaquiste.level, plaquiste.filiere_id) == (3, "construction")
