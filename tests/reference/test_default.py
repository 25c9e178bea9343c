"""The set that comes with the portal: coherent, loaded once, never stepping back over the Région's own editions."""

from __future__ import annotations

import datetime as dt
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.reference import default
from core.reference.enums import Source
from core.reference.filieres import Decider
from core.reference.importers import importer_for
from core.reference.models import (
    Appellation,
    Certification,
    Commune,
    Edition,
    Filiere,
    Metier,
    TerritoireEfop,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_set")]


def test_every_shipped_file_loads_without_a_bad_row() -> None:
    editions = Edition.objects.filter(is_shipped=True)

    assert {edition.source for edition in editions} == set(Source) - {Source.TERRITOIRES}
    assert {edition.source: edition.refusals for edition in editions if edition.rows_refused} == {}


def test_the_region_and_its_neighbours() -> None:
    assert Commune.objects.filter(departement__in_region=True).count() == 1228
    assert Commune.objects.filter(departement__in_region=False).count() > 3000
    assert not Commune.objects.filter(departement__in_region=True, latitude=None).exists()
    assert not Commune.objects.filter(departement__in_region=True, territoire=None).exists()
    assert TerritoireEfop.objects.filter(is_stand_in=True).count() == 23


def test_enough_to_choose_from() -> None:
    assert Certification.objects.active().count() >= 100
    assert Metier.objects.count() >= 150
    assert Appellation.objects.count() >= 1000
    assert Filiere.objects.count() == 16


def test_certifications_are_open_and_point_to_known_codes() -> None:
    metiers = set(Metier.objects.values_list("pk", flat=True))
    unknown = {
        row.code: set(row.rome_codes) - metiers
        for row in Certification.objects.order_by("code")
        if set(row.rome_codes) - metiers
    }
    assert unknown == {}
    assert not Certification.objects.filter(filiere=None).exists()
    assert not Certification.objects.filter(valid_until__lt=timezone.localdate()).exists()


def test_the_codes_of_a_certification_lead_to_its_filiere() -> None:
    decider = Decider.load()
    by_hand = ["RNCP37489"]  # cybersecurity, filed by its publisher under the maintenance of electronics
    elsewhere = {
        row.code: (row.filiere_id, found)
        for row in Certification.objects.exclude(code__in=by_hand).order_by("code")
        if row.filiere_id not in (found := [one.code for one in decider.all(row.formacodes, row.rome_codes)])
    }
    assert elsewhere == {}


def test_a_second_load_does_nothing_and_takes_no_time() -> None:
    start = time.monotonic()
    assert default.load() == []
    assert time.monotonic() - start < 1


def test_a_newer_edition_of_the_region_is_not_undone() -> None:
    importer_for("opco").run(
        b"code,nom\nNOUVEL,Nouvel Opco\n", label="Opco 2027", published_on=dt.date(2027, 1, 1), commit=True
    )
    Edition.objects.filter(source="opco", is_shipped=True).update(sha256="another file")

    assert default.load() == []
    assert not Edition.objects.filter(source="opco", sha256="another file", is_shipped=False).exists()


def test_a_newer_shipped_file_adds_to_the_regions_own_without_retiring() -> None:
    importer_for("opco").run(
        b"code,nom\nNOUVEL,Nouvel Opco\n", label="Opco 2010", published_on=dt.date(2010, 1, 1), full=False, commit=True
    )
    Edition.objects.filter(source="opco", is_shipped=True).update(sha256="an older shipped file")

    [report] = default.load()

    assert (report.source, report.retired) == (Source.OPCO, 0)


def test_load_reference_says_that_all_is_there() -> None:
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert out.getvalue() == "Les listes fournies sont déjà chargées.\n"


def test_import_reference_is_dry_by_default(tmp_path: object) -> None:
    file = tmp_path / "rome.csv"  # type: ignore[operator]
    file.write_text("code,libelle\nH2913,Soudeur d’art\n", encoding="utf-8")
    out = StringIO()

    call_command("import_reference", "metiers", str(file), edition="Essai", partielle=True, stdout=out)

    assert out.getvalue() == (
        "Métiers (ROME) : 1 fiches bonnes pour 1 lignes lues (0 nouvelles, 1 modifiées, 0 inchangées).\n"
        "Rien n’a été écrit : ajoutez --commit.\n"
    )
    call_command("import_reference", "metiers", str(file), edition="Essai", partielle=True, commit=True, stdout=out)
    assert Metier.objects.get(pk="H2913").title == "Soudeur d’art"


def test_import_reference_refuses_what_it_cannot_read(tmp_path: object) -> None:
    with pytest.raises(CommandError, match=r"absent\.csv ne se lit pas"):
        call_command("import_reference", "metiers", str(tmp_path / "absent.csv"), edition="Essai")  # type: ignore[operator]
