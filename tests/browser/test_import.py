"""A spreadsheet of the old contact form: 300 rows, 20 of them bad in ways that are known, nothing lost."""

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import timezone
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from core.accounts.models import Membership
from intentions import tasks
from intentions.models import ImportBatch, Intention
from tests.browser.conftest import Watch
from tests.factories.accounts import hat, siret
from tests.factories.reference import AppellationFactory, CommuneFactory

HEADERS = [
    "Raison sociale", "SIRET", "Type d’employeur", "Personne à joindre", "Courriel", "Métier", "Intitulé du poste",
    "Nombre de postes", "Lieu de travail", "Type de contrat", "Durée du contrat", "Heures par semaine",
    "Date d’embauche", "Formation souhaitée", "Participation", "Engagement à recruter", "Vu chez",
]  # fmt: skip
ROWS = 300
# What is wrong in a row, and what its reason says of it. Four of each: twenty.
FAULTS = {
    "Métier": ("astronaute de fond", "Métier"),
    "Lieu de travail": ("Atlantide-sur-Mer", "Commune"),
    "Nombre de postes": ("beaucoup", "Nombre de postes"),
    "Date d’embauche": ("31/02/2027", "Embauche"),
    "Courriel": ("sans arobase", "Adresse électronique"),
}
EACH = 4


def good_row(number: int) -> dict[str, str]:
    start = timezone.localdate() + dt.timedelta(days=200)
    return dict(
        zip(
            HEADERS,
            [
                f"Métallerie numéro {number}", siret(50_000 + number), "Entreprise privée", "Camille Durand",
                f"rh{number}@exemple.test", "Soudeur", f"Soudeur d’atelier {number}", "2", "Nantes", "CDI", "", "35",
                start.strftime("%d/%m/%Y"), "Soudage TIG", "Accueil en stage", "oui", "Salon de l’emploi",
            ],
            strict=True,
        )
    )  # fmt: skip


def spreadsheet(path: Path) -> Path:
    """300 rows; every fifteenth has one fault."""
    faults = [(column, *FAULTS[column]) for column in FAULTS for _ in range(EACH)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Besoins")
        sheet.write_row(0, 0, HEADERS)
        for number in range(1, ROWS + 1):
            row = good_row(number)
            if number % 15 == 0:
                column, wrong, _ = faults[number // 15 - 1]
                row[column] = wrong
            sheet.write_row(number, 0, list(row.values()))
    return path


@pytest.fixture
def region() -> Membership:
    return hat("region", "gestionnaire")


@pytest.fixture
def reference() -> None:
    AppellationFactory(title="Soudeur")
    CommuneFactory()


def test_three_hundred_rows_are_taken_over_and_twenty_come_back(
    page_as: Callable[..., Page], region: Membership, reference: None, tmp_path: Path
) -> None:
    page = page_as(region)
    page.goto("/intentions/")
    page.get_by_role("link", name="Reprendre un tableau").click()
    page.locator("input[type=file]").set_input_files(spreadsheet(tmp_path / "besoins.xlsx"))
    page.get_by_role("button", name="Lire le tableau").click()

    # The columns: guessed where their titles speak; one that says nothing is left alone, one is settled by hand.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Que dit chaque colonne")
    expect(page.get_by_label("Nombre de postes")).to_have_value("post_count")
    page.get_by_label("Participation").select_option("milestones")
    page.get_by_label("Vu chez").select_option("")
    page.get_by_label("Écrire à chaque employeur").uncheck()
    page.get_by_role("button", name=re.compile("Reprendre 300")).click()

    # The progress is shown, then follows the worker to the end by itself.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reprise en cours")
    batch = ImportBatch.objects.get()
    tasks.take_rows(batch.pk)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reprise terminée")
    expect(page.locator("main")).to_contain_text("280 intentions déposées, 20 lignes refusées, 0 déjà connue")
    assert Intention.objects.filter(state="deposee").count() == ROWS - 20

    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger les lignes à corriger").click()
    assert download.value.suggested_filename == "besoins-a-corriger.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(Path(download.value.path()).read_bytes())).get_sheet_by_index(0)
    titles, *rows = sheet.to_python()
    assert titles == ["Motif", "Ligne", *HEADERS]
    assert [int(row[1]) for row in rows] == [number + 1 for number in range(15, ROWS + 1, 15)]
    expected = [FAULTS[column][1] for column in FAULTS for _ in range(EACH)]
    assert [word for row, word in zip(rows, expected, strict=True) if word not in row[0]] == []
    assert rows[0][2:] == list((good_row(15) | {"Métier": "astronaute de fond"}).values())


def test_the_corrected_file_is_taken_over_in_turn(
    page_as: Callable[..., Page], region: Membership, reference: None, tmp_path: Path
) -> None:
    """What comes back with « Motif » and « Ligne » may be sent again as it is, once corrected."""
    path = tmp_path / "besoins-a-corriger.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Motif", "Ligne", *HEADERS])
        sheet.write_row(1, 0, ["Métier : inconnu", 16, *good_row(15).values()])
    page = page_as(region)
    page.goto("/intentions/reprise/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Lire le tableau").click()
    expect(page.get_by_label("Motif")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Reprendre 1")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reprise en cours")
    tasks.take_rows(ImportBatch.objects.get().pk)

    expect(page.locator("main")).to_contain_text("1 intention déposée, 0 ligne refusée")


def test_a_file_that_is_no_table_is_refused_in_words(
    page_as: Callable[..., Page], region: Membership, tmp_path: Path, watch: Watch
) -> None:
    watch.expected.append("422")  # the page comes back with its refusal
    path = tmp_path / "besoins.xlsx"
    path.write_bytes(b"PK\x03\x04 pas un classeur")
    page = page_as(region)
    page.goto("/intentions/reprise/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Lire le tableau").click()

    expect(page.locator(".field.bad")).to_be_visible()
    assert not ImportBatch.objects.exists()
