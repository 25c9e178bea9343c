"""The employment zones stand in for the territories until the Région's list is loaded."""

from __future__ import annotations

import pytest

from core.reference.importers import FileRefused, Report, importer_for
from core.reference.models import Commune, TerritoireEfop
from core.reference.queries import territoires_are_stand_ins
from tests.factories.reference import CommuneFactory, EpciFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> None:
    metropole = EpciFactory(code="244400404", name="Nantes Métropole")
    CommuneFactory(epci=metropole)
    CommuneFactory(code="44162", name="Saint-Herblain", epci=metropole)
    CommuneFactory(cholet=True)
    CommuneFactory(rennes=True)
    load("zones-emploi", "code,zone_emploi,zone_emploi_nom\n44109,5216,Nantes\n44162,5216,Nantes\n49099,5206,Cholet\n")


def load(source: str, text: str, *, full: bool = True) -> Report:
    return importer_for(source).run(text.encode(), label="Test", full=full, commit=True)


def territoires() -> dict[str, str | None]:
    return dict(Commune.objects.order_by("pk").values_list("name", "territoire__name"))


@pytest.mark.usefixtures("region")
def test_zones_stand_in() -> None:
    assert territoires() == {"Nantes": "Nantes", "Saint-Herblain": "Nantes", "Cholet": "Cholet", "Rennes": None}
    assert territoires_are_stand_ins()


@pytest.mark.usefixtures("region")
def test_the_list_of_the_region_replaces_them_by_intercommunalite_and_by_commune() -> None:
    report = load(
        "territoires", "siren;nom_territoire\n244400404;Métropole nantaise\n49099;Mauges et Choletais\n44162;Couronne\n"
    )

    assert territoires() == {
        "Nantes": "Métropole nantaise",
        "Saint-Herblain": "Couronne",
        "Cholet": "Mauges et Choletais",
        "Rennes": None,
    }
    assert not territoires_are_stand_ins()
    assert report.retired == 2
    assert "3 communes rattachées à 3 territoires." in report.notes


@pytest.mark.usefixtures("region")
def test_a_record_of_before_keeps_its_zone() -> None:
    before = Commune.objects.select_related("territoire").get(pk="49099").territoire

    load("territoires", "siren;nom_territoire\n49099;Mauges et Choletais\n")

    before.refresh_from_db()
    assert (before.name, before.is_stand_in) == ("Cholet", True)
    assert before.retired_on is not None


@pytest.mark.usefixtures("region")
def test_communes_left_out_are_pointed_out() -> None:
    report = load("territoires", "siren;nom_territoire\n49099;Mauges et Choletais\n")

    assert "Attention : 2 communes de la région restent sans territoire." in report.warnings
    assert territoires()["Nantes"] is None


@pytest.mark.usefixtures("region")
def test_bad_rows() -> None:
    report = load(
        "territoires",
        "siren;nom_territoire\n49099;Mauges\n49099;Anjou\n35238;Rennes\n999999999;Rien\n44109;\n",
    )

    assert [(bad.line, bad.reason) for bad in report.refusals] == [
        (3, "« 49099 » est déjà rattaché au territoire mauges."),
        (4, "« 35238 » n’est ni une commune de la région ni une intercommunalité connue."),
        (5, "« 999999999 » n’est ni une commune de la région ni une intercommunalité connue."),
        (6, "« territoire » est vide."),
    ]


@pytest.mark.usefixtures("region")
def test_zones_never_come_back_over_the_list_of_the_region() -> None:
    load("territoires", "siren;nom_territoire\n49099;Mauges\n")

    with pytest.raises(FileRefused, match="La liste de la Région est chargée"):
        load("zones-emploi", "code,zone_emploi,zone_emploi_nom\n49099,5206,Cholet\n")


@pytest.mark.usefixtures("region")
def test_loading_communes_again_keeps_their_territory() -> None:
    load("communes", "code,nom,population\n49099,Cholet,60000\n", full=False)

    assert territoires()["Cholet"] == "Cholet"


@pytest.mark.usefixtures("region")
def test_the_same_list_again_changes_nothing() -> None:
    text = "siren;nom_territoire\n49099;Mauges\n"
    load("territoires", text)

    again = load("territoires", text)

    assert (again.created, again.changed, again.unchanged, again.retired) == (0, 0, 1, 0)
    assert TerritoireEfop.objects.active().count() == 1
