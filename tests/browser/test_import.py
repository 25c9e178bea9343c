"""A spreadsheet of 300 rows, 20 of them bad, as a person of the Région takes it over."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.accounts.models import Membership
from intentions.importing import batches
from intentions.models import ImportBatch, Intention
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory, MetierFactory
from tests.intentions.spreadsheets import good_row, xlsx
from tests.intentions.test_import import BAD

pytestmark = pytest.mark.django_db(transaction=True)


def test_three_hundred_rows_twenty_of_them_bad(page_as: Callable[[Membership], Page], tmp_path: Path) -> None:
    MetierFactory(code="H2913", title="Soudage manuel")
    CommuneFactory(code="44109", name="Nantes")
    rows = [good_row(n) for n in range(280)] + [good_row(1000 + n, **changes) for n, changes in enumerate(BAD)]
    file = tmp_path / "contacts.xlsx"
    file.write_bytes(xlsx(rows))
    page = page_as(hat("region", role="gestionnaire"))

    page.goto("/intentions/")
    page.get_by_role("link", name="Reprendre un tableau").click()
    page.get_by_label("Le tableau à reprendre").set_input_files(file)
    page.get_by_role("button", name="Lire le tableau").click()
    expect(page.get_by_role("heading", name="Que dit chaque colonne")).to_be_visible()
    expect(page.get_by_label("Raison sociale")).to_have_value("employer_name")
    page.get_by_label(re.compile("Écrire à chaque employeur")).uncheck()
    page.get_by_role("button", name=re.compile("Reprendre 300")).click()

    expect(page.get_by_role("heading", name="Reprise en cours")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0")
    batch = ImportBatch.objects.get()
    for _ in range(10):
        batches._treat_one(batch.pk)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "10")  # it moves by itself
    batches.take_through(batch.pk)

    expect(page.get_by_role("heading", name="Reprise terminée")).to_be_visible()
    expect(page.get_by_text(re.compile("280.intentions déposées, 20.lignes refusées"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger les lignes à corriger").click()
    assert download.value.suggested_filename == "contacts-a-corriger.xlsx"
    assert Intention.objects.filter(state="deposee").count() == 280
