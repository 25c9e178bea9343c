"""The old contact form's spreadsheet: every row filed or given back with its reason, nothing lost."""

import io
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.journal import outbox
from core.ui import spreadsheets
from intentions.enums import Channel, Origin
from intentions.importing import batches
from intentions.models import ImportBatch, ImportRow, Intention
from intentions.remembered import remembering
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory, MetierFactory
from tests.intentions.spreadsheets import HEADERS, good_row, upload, xlsx

pytestmark = pytest.mark.django_db

BAD = [
    {"Raison sociale": ""},
    {"Métier": "licorne"},
    {"Nombre de postes": "beaucoup"},
    {"Nombre de postes": "0"},
    {"Lieu de travail": "Trifouillis"},
    {"Type de contrat": "CIE"},
    {"Type de contrat": ""},
    {"Type de contrat": "CDD", "Durée (mois)": ""},
    {"Heures par semaine": "60"},
    {"Heures par semaine": "beaucoup"},
    {"Date d'embauche": "bientôt"},
    {"Date d'embauche": "15/09/2020"},
    {"Date d'embauche": ""},
    {"Étapes": ""},
    {"Engagement": "non"},
    {"Engagement": ""},
    {"Type d'employeur": "SIAE"},
    {"Type d'employeur": ""},
    {"SIRET": "123"},
    {"Courriel": "pas une adresse"},
]


@pytest.fixture(autouse=True)
def _lists() -> None:
    MetierFactory(code="H2913", title="Soudage manuel")
    CommuneFactory(code="44109", name="Nantes")


def sent(rows: list[list[str]], worn=None, headers: list[str] | None = None) -> ImportBatch:
    """A batch read and set on its way with the columns guessed."""
    worn = worn or hat("region")
    batch = batches.receive(upload(xlsx(rows, headers)), worn)
    batches.start(batch, batch.mapping, tell_employers=False)
    batch.refresh_from_db()
    return batch


def test_the_lists_are_read_once_for_a_batch_and_not_once_a_row() -> None:
    batch = sent([good_row(n) for n in range(3)], hat("relais"))

    with CaptureQueriesContext(connection) as asked:
        assert batches.take_through(batch.pk)

    assert batch.counts()[ImportRow.State.ACCEPTEE] == 3
    looked_up = Counter(table for query in asked for table in LISTS if f'FROM "{table}"' in query["sql"])
    assert looked_up == dict.fromkeys(LISTS, 1)


@pytest.mark.parametrize("done", [1, 3])
def test_a_row_costs_the_same_however_many_came_before(done: int, django_assert_num_queries) -> None:
    batch = sent([good_row(n) for n in range(done + 1)], hat("relais"))
    with remembering():
        for _ in range(done):
            batches._treat_one(batch.pk)
        with django_assert_num_queries(ROW_QUERIES):
            batches._treat_one(batch.pk)


LISTS = ("reference_metier", "reference_commune", "reference_filiere")
ROW_QUERIES = 29  # of which 8 are savepoints, and 9 the writings of a deposit


def test_three_hundred_rows_twenty_of_them_bad() -> None:
    rows = [good_row(n) for n in range(280)]
    for at, changes in enumerate(BAD):
        rows.insert(at * 14, good_row(1000 + at, **changes))

    batch = sent(rows)
    finished = batches.take_through(batch.pk)

    assert finished
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.TERMINE
    assert not [
        row.values
        for row in batch.rows.filter(state="acceptee")
        if row.values[5].endswith(tuple(f" {1000 + n}" for n in range(20)))
    ]
    assert batch.counts() == Counter(acceptee=280, refusee=20)
    assert Intention.objects.filter(channel=Channel.IMPORT, origin=Origin.EMPLOYEUR, state="deposee").count() == 280
    assert all(row.reasons for row in batch.rows.filter(state="refusee"))


def test_a_reason_names_the_column_and_what_was_written() -> None:
    batch = sent([good_row(1, **{"Nombre de postes": "beaucoup"})])

    batches.take_through(batch.pk)

    assert batch.rows.get().reasons == [
        "Nombre de postes («\u00a0beaucoup\u00a0») : Écrivez un nombre entier, par exemple 6.".replace(
            ") :", ")\u00a0:"
        )
    ]


def test_a_job_known_by_its_code_bears_the_words_of_the_metier() -> None:
    batch = sent([good_row(1, **{"Intitulé du poste": ""})])

    batches.take_through(batch.pk)

    assert Intention.objects.get().job_title == "Soudage manuel"


def test_a_word_of_several_metiers_is_refused_with_the_codes_to_write() -> None:
    MetierFactory(code="G1803", title="Serveur en restauration")
    MetierFactory(code="G1801", title="Serveur de café")
    batch = sent([good_row(1, Métier="Serveur")])

    batches.take_through(batch.pk)

    [reason] = batch.rows.get().reasons
    assert "Écrivez le code de la vôtre" in reason
    assert "G1803" in reason
    assert "ci-dessous" not in reason


def test_a_dead_worker_loses_nothing_and_repeats_nothing() -> None:
    batch = sent([good_row(n) for n in range(3)])
    batches._treat_one(batch.pk)  # the first row, then the worker dies
    assert batch.counts() == Counter(acceptee=1, a_traiter=2)

    batches.take_through(batch.pk)
    batches.take_through(batch.pk)  # a second wake-up for the same batch

    assert Intention.objects.count() == 3
    assert batch.counts() == Counter(acceptee=3)


def test_the_refused_rows_come_back_corrected_and_only_they_are_treated() -> None:
    worn = hat("region")
    first = sent([good_row(1), good_row(2, Engagement="")], worn)
    batches.take_through(first.pk)
    returned = CalamineWorkbook.from_filelike(first.refused_file()).get_sheet_by_index(0).to_python()
    assert returned[0][:3] == ["Motif", "Ligne", "Raison sociale"]
    assert "Il manque encore" in str(returned[1][0])
    corrected = [
        ["oui" if header == "Engagement" else cell for header, cell in zip(returned[0], returned[1], strict=True)]
    ]

    second = sent(corrected, worn, headers=[str(title) for title in returned[0]])
    batches.take_through(second.pk)

    assert second.counts() == Counter(acceptee=1)
    assert Intention.objects.count() == 2


def test_the_same_file_twice_makes_one_intention_per_need() -> None:
    worn = hat("region")
    batches.take_through(sent([good_row(1)], worn).pk)
    again = sent([good_row(1)], worn)

    batches.take_through(again.pk)

    assert again.counts() == Counter(doublon=1)
    assert Intention.objects.count() == 1


def test_columns_settled_by_hand_are_remembered_for_the_organisation() -> None:
    worn = hat("organisme")
    headers = ["Qui", *HEADERS[1:]]
    batch = batches.receive(upload(xlsx([good_row(1)], headers)), worn)
    assert "0" not in batch.mapping
    batches.start(batch, {**batch.mapping, "0": "employer_name"}, tell_employers=False)

    same_form = batches.receive(upload(xlsx([good_row(2)], headers)), worn)
    elsewhere = batches.receive(upload(xlsx([good_row(2)], headers)), hat("organisme"))

    assert same_form.mapping["0"] == "employer_name"
    assert "0" not in elsewhere.mapping


def test_each_employer_is_told_when_the_importer_wishes() -> None:
    batch = batches.receive(upload(xlsx([good_row(1)])), hat("region"))
    batches.start(batch, batch.mapping, tell_employers=True)
    batches.take_through(batch.pk)

    outbox.work_all()

    assert [letter.to for letter in mail.outbox] == [["atelier1@exemple.test"]]
    assert "/intentions/lien/" in mail.outbox[0].body


def test_a_csv_with_semicolons_and_windows_letters_is_read() -> None:
    text = ";".join(HEADERS) + "\r\n" + ";".join(good_row(1)) + "\r\n"

    batch = batches.receive(upload(text.encode("cp1252"), "contacts.csv"), hat("region"))

    assert batch.headers == HEADERS
    assert batch.row_count == 1


def test_the_title_above_the_table_is_not_taken_for_its_columns() -> None:
    content = xlsx([[], HEADERS, good_row(1)], headers=["Besoins de recrutement 2027"])

    headers, rows = spreadsheets.read(io.BytesIO(content), len(content))

    assert headers == HEADERS
    assert [line for line, _ in rows] == [4]


def test_a_formula_stays_text_all_the_way() -> None:
    batch = sent([good_row(1, **{"Raison sociale": '=HYPERLINK("http://x")', "Engagement": ""})])
    batches.take_through(batch.pk)

    content = batch.refused_file().read()

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][2] == '=HYPERLINK("http://x")'
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_the_whole_way_on_screen(client: Client, django_capture_on_commit_callbacks) -> None:
    worn = hat("region")
    client.force_login(worn.user)
    answer = client.post(
        reverse("intention_reprise"), {"file": upload(xlsx([good_row(1), good_row(2, Engagement="")]))}
    )
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("intention_reprise_colonnes", args=[batch.pk])
    page = client.get(answer.url)
    assert page.status_code == 200

    answer = client.post(answer.url, {f"c{at}": key for at, key in batch.mapping.items()})
    running = client.get(answer.url)
    assert "Reprise en cours" in running.content.decode()
    fragment = client.get(answer.url, headers={"HX-Request": "true"})
    assert "<h1>" not in fragment.content.decode()

    batches.take_through(batch.pk)

    done = client.get(answer.url).content.decode()
    assert "1\u00a0ligne à corriger" in done
    assert client.get(reverse("intention_reprise_refusees", args=[batch.pk])).status_code == 200


@pytest.mark.parametrize("kind", ["employeur", "cariforef"])
def test_who_may_not_import_finds_no_page(client: Client, kind: str) -> None:
    client.force_login(hat(kind).user)

    assert client.get(reverse("intention_reprise")).status_code == 404


def test_another_organisation_s_batch_is_absent(client: Client) -> None:
    batch = batches.receive(upload(xlsx([good_row(1)])), hat("organisme"))
    client.force_login(hat("organisme").user)

    assert client.get(reverse("intention_reprise_lot", args=[batch.pk])).status_code == 404


def test_a_row_that_breaks_our_code_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = sent([good_row(1), good_row(2)])
    real = batches.treat

    def fragile(row: ImportRow, worn) -> None:
        if row.line == 2:
            raise KeyError("defect")
        real(row, worn)

    monkeypatch.setattr(batches, "treat", fragile)

    batches.take_through(batch.pk)

    assert batch.counts() == Counter(acceptee=1, refusee=1)
