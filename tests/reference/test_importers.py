"""Loading an edition: good rows in, bad rows told, absent rows retired, nothing old broken."""

from __future__ import annotations

import datetime as dt

import pytest

from core.reference.enums import CertificationKind, Source
from core.reference.importers import IMPORTERS, Report, importer_for
from core.reference.models import Certification, CertificationBlock, CollectiveAgreement, Commune, Edition, Metier
from tests.factories.reference import (
    CertificationFactory,
    CommuneFactory,
    DepartementFactory,
    FiliereFactory,
    MetierFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


def load(source: str, text: str, **options: object) -> Report:
    return importer_for(source).run(text.encode(), label="Test", published_on=DAY, **{"commit": True, **options})


def told(report: Report) -> list[tuple[int, str, str]]:
    return [(bad.line, bad.value, bad.reason) for bad in report.refusals]


def test_every_list_has_its_importer() -> None:
    assert set(IMPORTERS) == set(Source)


def test_dry_by_default() -> None:
    report = importer_for("metiers").run(b"code,libelle\nH2913,Soudeur\n", label="Test")

    assert (report.created, report.edition) == (1, None)
    assert not Metier.objects.exists()
    assert not Edition.objects.exists()


def test_an_edition_remembers_what_it_brought() -> None:
    report = load("metiers", "code,libelle\nH2913,Soudeur\nZ9,Rien\n")

    edition = Edition.objects.get()
    assert report.edition == edition
    assert (edition.source, edition.label, edition.published_on) == ("metiers", "Test", DAY)
    assert (edition.rows_loaded, edition.rows_refused, edition.rows_retired) == (1, 1, 0)
    assert len(edition.sha256) == 64
    assert edition.refusals == [
        {"line": 3, "value": "Z9", "reason": "« Z9 » n’est pas un code ROME (une lettre de A à N et quatre chiffres)."}
    ]
    assert Metier.objects.get().edition == edition


def test_the_same_file_again_changes_nothing() -> None:
    text = "code,libelle\nH2913,Soudeur / Soudeuse\nD1102,Boulanger\n"
    load("metiers", text)

    again = load("metiers", text)

    assert (again.created, again.changed, again.unchanged, again.retired) == (0, 0, 2, 0)
    assert Metier.objects.count() == 2


def test_a_renamed_label_is_updated_and_found_by_its_new_name() -> None:
    load("metiers", "code,libelle\nH2913,Soudeur\n")

    report = load("metiers", "code,libelle\nH2913,Soudeur d'élite\n")

    assert (report.created, report.changed) == (0, 1)
    row = Metier.objects.get()
    assert (row.title, row.search) == ("Soudeur d’élite", "soudeur d elite")


def test_a_row_that_leaves_the_list_is_retired_then_may_come_back() -> None:
    load("metiers", "code,libelle\nH2913,Soudeur\nD1102,Boulanger\n")

    report = load("metiers", "code,libelle\nD1102,Boulanger\n")

    assert report.retired == 1
    assert Metier.objects.get(pk="H2913").retired_on == DAY
    assert list(Metier.objects.active().values_list("pk", flat=True)) == ["D1102"]

    load("metiers", "code,libelle\nH2913,Soudeur\nD1102,Boulanger\n")
    assert Metier.objects.get(pk="H2913").retired_on is None


def test_a_retired_row_stays_on_the_rows_that_point_to_it() -> None:
    MetierFactory(code="H2913")
    load("appellations", "ogr,rome,libelle\n1,H2913,Soudeur\n")

    load("metiers", "code,libelle\nD1102,Boulanger\n")

    assert Metier.objects.get(pk="H2913").appellations.get().title == "Soudeur"


def test_a_partial_file_retires_nothing() -> None:
    load("metiers", "code,libelle\nH2913,Soudeur\n")

    report = load("metiers", "code,libelle\nD1102,Boulanger\n", full=False)

    assert report.retired == 0
    assert Metier.objects.active().count() == 2


def test_a_bad_row_does_not_retire_what_it_names() -> None:
    load("metiers", "code,libelle\nH2913,Soudeur\nD1102,Boulanger\n")

    report = load("metiers", "code,libelle\nH2913,\nD1102,Boulanger\n")

    assert told(report) == [(2, "H2913", "« libelle » est vide.")]
    assert report.retired == 0
    assert Metier.objects.get(pk="H2913").retired_on is None


def test_a_code_twice_keeps_the_first() -> None:
    report = load("metiers", "code,libelle\nH2913,Soudeur\nh2913,Autre\n")

    assert told(report) == [(3, "H2913", "ce code figure déjà à la ligne 2.")]
    assert Metier.objects.get().title == "Soudeur"


def test_a_label_too_long_is_told_and_the_rest_loaded() -> None:
    report = load("metiers", f"code,libelle\nH2913,{'x' * 251}\nD1102,Boulanger\n")

    assert told(report) == [
        (
            2,
            "H2913",
            "intitulé : Assurez-vous que cette valeur comporte au plus 250 caractères (actuellement 251).",
        )
    ]
    assert report.created == 1


def test_a_label_that_grows_when_spelled_out_still_loads() -> None:
    report = load("metiers", f"code,libelle\nH2913,{'œ' * 250}\n")

    assert report.refusals == []
    assert len(Metier.objects.get().search) == 250


def test_a_column_that_the_file_lacks_leaves_its_field_alone() -> None:
    CommuneFactory(cholet=True)

    report = load("communes", "code_insee,nom,population\n49099,Cholet,60000\n")

    assert report.changed == 1
    commune = Commune.objects.get()
    assert (commune.population, commune.postcodes) == (60000, ["49300"])


def test_a_much_shorter_file_is_pointed_out() -> None:
    load("metiers", "code,libelle\n" + "".join(f"A1{n:03d},Métier {n}\n" for n in range(20)))

    report = load("metiers", "code,libelle\nA1001,Métier 1\n", commit=False)

    assert report.retired == 19
    assert report.warnings == [
        "Attention : ce fichier retirerait plus de fiches qu’il n’en contient. Est-ce bien la liste entière ?"
    ]


def test_communes() -> None:
    DepartementFactory(code="49")
    report = load(
        "communes",
        "code_insee,nom,codes_postaux,population,lat,lon,anciennes_communes\n"
        "49244,Mauges-sur-Loire,49110|49290,18000,47.36001,-0.87,Saint-Florent-le-Vieil|Montjean-sur-Loire\n"
        "4910,Trop court,,,,,\n"
        "33063,Bordeaux,33000,1,,,\n"
        "49007,Angers,4900x,1,,,\n"
        "49009,Nulle part,49000,1,147.2,0,\n"
        "49010,Moins,49000,-4,,,\n",
    )

    assert told(report) == [
        (3, "04910", "le département 04 n’est pas dans la liste chargée."),
        (4, "33063", "le département 33 n’est pas dans la liste chargée."),
        (5, "49007", "« 4900x » n’est pas un code postal."),
        (6, "49009", "« lat » : 147.2 n’est pas une coordonnée."),
        (7, "49010", "la population est négative."),
    ]
    commune = Commune.objects.get()
    assert commune.former_names == ["Saint-Florent-le-Vieil", "Montjean-sur-Loire"]
    assert commune.aliases == " | 49110 | 49290 | saint florent le vieil | montjean sur loire"
    assert commune.departement_id == "49"


def test_delegated_communes_of_the_official_file_are_ignored() -> None:
    DepartementFactory(code="49")

    report = load("communes", "TYPECOM,COM,DEP,LIBELLE\nCOM,49099,49,Cholet\nCOMD,49244,49,Le Puy\n")

    assert (report.rows, report.created, report.refusals) == (1, 1, [])


def test_certifications() -> None:
    FiliereFactory(code="construction", formacode_prefixes=["224"])
    report = load(
        "certifications",
        "Numero_Fiche;Intitule;Nomenclature_Europe_Niveau;formacodes;Date_Fin_Enregistrement;Actif\n"
        "RNCP37122;Titre professionnel plaquiste;NIV3;22412;05/03/2028;ACTIVE\n"
        "RS5054;CACES R489 3;;;;ACTIVE\n"
        "RNCP1;Ancien titre;NIV4;;;INACTIVE\n"
        "37122;Sans préfixe;NIV3;;;ACTIVE\n"
        "RNCP2;Titre;NIV9;;;ACTIVE\n"
        "RNCP3;Titre;NIV3;;31/02/2028;ACTIVE\n",
    )

    assert told(report) == [
        (5, "37122", "« 37122 » n’est pas un code RNCP ou RS (exemple : RNCP37715)."),
        (6, "RNCP2", "le niveau « NIV9 » n’existe pas (de 1 à 8)."),
        (7, "RNCP3", "« echeance » : « 31/02/2028 » n’est pas une date (attendu : 31/12/2029)."),
    ]
    plaquiste = Certification.objects.get(pk="RNCP37122")
    assert (plaquiste.kind, plaquiste.level, plaquiste.filiere_id) == (CertificationKind.RNCP, 3, "construction")
    assert plaquiste.valid_until == dt.date(2028, 3, 5)
    assert Certification.objects.get(pk="RS5054").filiere is None
    assert Certification.objects.get(pk="RNCP1").retired_on is not None


def test_a_filiere_chosen_by_hand_outlives_an_edition_without_that_column() -> None:
    chosen = FiliereFactory(code="niche", formacode_prefixes=[])
    FiliereFactory(code="construction", formacode_prefixes=["224"])
    CertificationFactory(code="RNCP37122", filiere=chosen, formacodes=["22412"])

    load("certifications", "code,intitule,formacodes\nRNCP37122,Plaquiste,22412\n")

    assert Certification.objects.get().filiere == chosen


def test_blocks() -> None:
    CertificationFactory(code="RNCP37275")

    report = load("blocs", "code,intitule\nRNCP37275BC01,Concevoir\nRNCP1BC01,Autre\nRNCP37275,Rien\n")

    assert told(report) == [
        (3, "RNCP1BC01", "la certification RNCP1 n’est pas dans la liste chargée."),
        (4, "RNCP37275", "« RNCP37275 » n’est pas un code de bloc (exemple : RNCP37715BC01)."),
    ]
    assert CertificationBlock.objects.get().certification_id == "RNCP37275"


def test_agreements_and_their_opco() -> None:
    load("opco", "code,nom\nOPCO2I,OPCO 2i\n")

    report = load("idcc", "idcc,convention_collective,opco\n18,Textile,OPCO2I\n16,Transports,INCONNU\n")

    assert told(report) == [(3, "0016", "l’Opco « INCONNU » n’est pas dans la liste chargée.")]
    assert CollectiveAgreement.objects.get().code == "0018"


@pytest.mark.parametrize(
    ("source", "text", "reason"),
    [
        ("formacodes", "code,libelle\n2241,Plâtre\n", "« 2241 » n’est pas un Formacode (5 chiffres)."),
        ("nsf", "code,libelle\nABC,Plâtre\n", "« ABC » n’est pas un code NSF (trois chiffres)."),
        ("epci", "siren,nom\n123,CC\n", "« 123 » n’est pas un SIREN (9 chiffres)."),
        ("appellations", "ogr,rome,libelle\nx,H2913,Soudeur\n", "« x » n’est pas un code OGR (des chiffres)."),
        ("appellations", "ogr,rome,libelle\n1,H2913,Soudeur\n", "le métier H2913 n’est pas dans la liste chargée."),
    ],
)
def test_reasons(source: str, text: str, reason: str) -> None:
    assert [bad.reason for bad in load(source, text).refusals] == [reason]
