"""What people type, and what they expect to see first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.reference import search
from core.reference.enums import Vocabulary
from core.reference.models import Appellation, Certification, Commune, Metier
from core.reference.vocabulary import refresh, respell
from tests.factories.reference import CertificationFactory, CommuneFactory, MetierFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_set")]

COMMUNES = [
    ("st nazaire", "Saint-Nazaire (44600)"),
    ("Saint Nazaire", "Saint-Nazaire (44600)"),
    ("SAINT-NAZAIRE", "Saint-Nazaire (44600)"),
    ("44600", "Saint-Nazaire (44600)"),
    ("cholet", "Cholet (49300)"),
    ("Cholet (49300)", "Cholet (49300)"),
    ("49300 cholet", "Cholet (49300)"),
    ("nan", "Nantes (44000)"),
    ("44200", "Nantes (44200)"),
    ("443", "Nantes (44300)"),
    ("49", "Angers (49000)"),
    ("le mans", "Le Mans (72000)"),
    ("mans", "Le Mans (72000)"),
    ("laval", "Laval (53000)"),
    ("roche sur yon", "La Roche-sur-Yon (85000)"),
    ("l'ile d'yeu", "L’Île-d’Yeu (85350)"),
    ("ste luce", "Sainte-Luce-sur-Loire (44980)"),
    ("angeres", "Angers (49000)"),
    ("chateaubrian", "Châteaubriant (44110)"),
    ("st florent le vieil", "Mauges-sur-Loire (49110)"),
    ("rennes", "Rennes (35000)"),
    ("49080", "Bouchemaine (49080)"),
]

METIERS = [
    ("soudeur", "Soudeur / Soudeuse", "H2913"),
    ("soudeuse", "Soudeur / Soudeuse", "H2913"),
    ("SOUDEUR / SOUDEUSE", "Soudeur / Soudeuse", "H2913"),
    ("boulanger", "Boulanger / Boulangère", "D1102"),
    ("boulenger", "Boulanger / Boulangère", "D1102"),
    ("plaquiste", "Plaquiste", "F1604"),
    ("cuisinier", "Cuisinier / Cuisinière", "G1602"),
    ("serveur", "Serveur / Serveuse en restauration", "G1803"),
    ("chauffeur poids lourd", "Chauffeur / Chauffeuse de poids lourd", "N4101"),
    ("conducteur routier", "Conducteur routier / Conductrice routière", "N4101"),
    ("caissière", "Caissier / Caissière", "D1505"),
    ("magasinier", "Magasinier / Magasinière", "N1103"),
    ("peintre bâtiment", "Peintre en bâtiment", "F1606"),
    ("macon", "Maçon / Maçonne", "F1703"),
    ("H2913", "Soudeur / Soudeuse", "H2913"),
]

CERTIFICATIONS = [
    ("RNCP37122", "RNCP37122"),
    ("rncp 37122", "RNCP37122"),
    ("37122", "RNCP37122"),
    ("plaquiste", "RNCP37122"),
    ("tp plaquiste", "RNCP37122"),
    ("cap cuisine", "RNCP38430"),
    ("soudeur", "RNCP40037"),
    ("gestionnaire de paye", "RNCP37948"),
    ("RS5054", "RS5054"),
    ("caces 3 R489 frontaux", "RS5054"),
]


@pytest.mark.parametrize(("typed", "first"), COMMUNES)
def test_communes(typed: str, first: str) -> None:
    assert [one.label for one in search.communes(typed)][:1] == [first]


@pytest.mark.parametrize(("typed", "first", "rome"), METIERS)
def test_metiers(typed: str, first: str, rome: str) -> None:
    assert [(one.label, one.value) for one in search.metiers(typed)][:1] == [(first, rome)]


@pytest.mark.parametrize(("typed", "first"), CERTIFICATIONS)
def test_certifications(typed: str, first: str) -> None:
    assert [one.value for one in search.certifications(typed)][:1] == [first]


@pytest.mark.parametrize("typed", ["", "x", "zzzz", "’’", "日本", "%", "_", "a'; --", "x" * 5000, "0"])
@pytest.mark.parametrize("find", [search.communes, search.metiers, search.certifications])
def test_nothing_to_find(find: object, typed: str) -> None:
    assert find(typed) == []  # type: ignore[operator]


def test_the_region_comes_before_its_neighbours() -> None:
    names = [one.hint for one in search.communes("saint", limit=100)]
    region = {"Loire-Atlantique", "Maine-et-Loire", "Mayenne", "Sarthe", "Vendée"}

    assert [hint.split(" · ")[0] in region for hint in names] == [True] * 100


def test_an_old_name_says_what_it_became() -> None:
    [first, *_] = search.communes("le fuilet")

    assert (first.label, first.hint) == ("Montrevault-sur-Èvre (49110)", "Maine-et-Loire · réunit Le Fuilet")


def test_the_hint_tells_certifications_apart() -> None:
    assert search.certifications("37122") == [
        search.Suggestion("RNCP37122", "Titre professionnel plaquiste", "RNCP37122 · niveau 3 · jusqu’au 05/03/2028")
    ]


def test_what_is_retired_or_past_is_not_proposed() -> None:
    Commune.objects.filter(pk="49099").update(retired_on=dt.date(2026, 1, 1))
    Metier.objects.filter(pk="F1604").update(retired_on=dt.date(2026, 1, 1))
    Certification.objects.filter(pk="RNCP37122").update(valid_until=dt.date(2020, 1, 1))

    assert "49099" not in [one.value for one in search.communes("cholet")]
    assert "F1604" not in [one.value for one in search.metiers("plaquiste")]
    assert search.certifications("RNCP37122") == []


@pytest.mark.parametrize(
    ("find", "typed"),
    [
        (search.communes, "st nazaire"),
        (search.communes, "44600"),
        (search.metiers, "soudeur"),
        (search.metiers, "H2913"),
        (search.certifications, "plaquiste"),
    ],
)
def test_one_query_each(find: object, typed: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        find(typed)  # type: ignore[operator]
    assert len(queries) == 1


def test_a_typo_takes_two_more() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert search.metiers("boulenger")[0].value == "D1102"
    assert len(queries) == 3


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("boulenger", "boulanger"),
        ("soudur", "soudeur"),
        ("souduer", "soudeur"),
        ("boulang", "boulang"),
        ("xyzxyzxyz", "xyzxyzxyz"),
    ],
)
def test_spelling(typed: str, meant: str) -> None:
    assert respell(Vocabulary.METIERS, [typed]) == [meant]


def test_a_corrected_word_must_still_exist() -> None:
    Appellation.objects.filter(search__contains="plaquiste").update(search="autre")
    Metier.objects.filter(pk="F1604").update(search="autre")
    refresh(Vocabulary.METIERS)

    assert search.metiers("plaquitse") == []


@pytest.mark.parametrize("typed", ["Cholet (49300)", "cholet", "49300 Cholet", "49099"])
def test_a_text_means_one_commune(typed: str) -> None:
    assert search.find_commune(typed) == Commune.objects.get(pk="49099")


def test_five_digits_are_a_postcode_before_a_commune_code() -> None:
    CommuneFactory(code="49081", name="Ailleurs", postcodes=["49999"])
    CommuneFactory(code="49998", name="Autre", postcodes=["49081"])

    assert search.find_commune("49081") == Commune.objects.get(pk="49998")
    assert search.find_commune("49081", code="49081") == Commune.objects.get(pk="49081")


def test_a_text_may_mean_several_or_nothing() -> None:
    several = search.find_commune("saint")
    assert isinstance(several, list)
    assert len(several) == 10
    assert search.find_commune("zzzz") == []
    assert search.find_metier("zzzz") == []
    assert search.find_certification("zzzz") == []


@pytest.mark.parametrize("typed", ["Soudeur / Soudeuse", "H2913", "Soudeur / Soudeuse (H2913)"])
def test_a_text_means_one_metier(typed: str) -> None:
    assert search.find_metier(typed) == Metier.objects.get(pk="H2913")


def test_the_code_of_the_proposal_decides() -> None:
    chosen = MetierFactory(code="F1604")

    assert search.find_metier("soudeur", code="F1604") == chosen
    assert search.find_metier("Soudeur / Soudeuse", code="Z9999") == Metier.objects.get(pk="H2913")


@pytest.mark.parametrize("typed", ["RNCP37122", "Titre professionnel plaquiste", "plaquiste", "Plaquiste (RNCP37122)"])
def test_a_text_means_one_certification(typed: str) -> None:
    assert search.find_certification(typed) == Certification.objects.get(pk="RNCP37122")


@pytest.mark.parametrize("code", ["\x00", "' OR 1=1", "é", "x" * 5000])
def test_a_code_that_is_none_falls_back_on_the_text(code: str) -> None:
    assert search.find_commune("cholet", code=code) == Commune.objects.get(pk="49099")


def test_the_beginning_of_a_code_is_not_the_code() -> None:
    CertificationFactory(code="RNCP371")

    assert search.find_certification("RNCP371") == Certification.objects.get(pk="RNCP371")
