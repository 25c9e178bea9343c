"""The whole market in one spreadsheet: looked at, confirmed, written by the same acts as the screens, taken away."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.journal.models import Event, Notification
from core.ui.tables import csv_lines, write_xlsx
from orders.enums import LotRole
from orders.importing import batches, records
from orders.importing.columns import TABLE
from orders.importing.template import template
from orders.models import LedgerEntry, Lot, Marche, MarketImport
from orders.workflow import terms
from tests.factories.accounts import OrganisationFactory
from tests.factories.orders import LotFactory, LotMemberFactory, LotPlaceFactory
from tests.factories.reference import (
    CertificationFactory,
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    FiliereFactory,
    TerritoireFactory,
)

pytestmark = pytest.mark.django_db
State, Row = MarketImport.State, batches.RowState
LABELS = {column.key: column.label for column in TABLE.columns}


@pytest.fixture
def world():
    """What a file may name."""
    DepartementFactory(code="44")
    CommuneFactory(code="44109", name="Nantes", epci=EpciFactory(), territoire=TerritoireFactory())
    FiliereFactory(code="construction", name="Construction")
    CertificationFactory(code="RNCP39216")
    return {
        name: OrganisationFactory(organisme=True, name=f"Organisme {name}", siret=f"{n:014d}")
        for n, name in enumerate("ABC", start=11)
    }


def line(kind: str, lot: str = "1", **cells: str) -> dict[str, str]:
    base = {"type": kind, "marche": "2027-M"}
    return base | ({"lot": lot} if kind not in ("marché", "reconduction") else {}) | cells


MARCHE = line("marché", intitule="Formations", debut="01/01/2027", fin="31/12/2027", reconductions="2")
LOT = line("lot", intitule="Bâtiment", filiere="construction", departements="44", coordinateur="Claude Exemple")
PERIOD = line("période", debut="01/01/2027", fin="31/12/2027", mini="20 000", maxi="45 000,50")
WHOLE = [
    MARCHE,
    line("reconduction", debut="01/01/2028", fin="31/12/2028", decidee="15/10/2027"),
    LOT,
    PERIOD,
    line("période", debut="01/01/2028", fin="31/12/2028", mini="0", maxi="50000"),
    line("certification", certification="rncp 39216", obligatoire="oui"),
    line("membre", siret="000 000 000 000 11", role="Mandataire"),
    line("membre", organisme="organisme b", role="sous-traitant", carence="05/01/2027", accord="06/01/2027"),
    line("lieu", organisme="Organisme A", intitule="Atelier", adresse="1, quai", code_postal="44000", commune="nantes"),
    line("prix", debut="01/01/2028", prix="9,80"),
    line("prix", debut="01/01/2027", prix="9,35 €"),
]


def csv_of(*rows: dict[str, str]) -> SimpleUploadedFile:
    table = [list(LABELS.values()), *([row.get(key, "") for key in LABELS] for row in rows)]
    text = "\r\n".join(";".join(f'"{cell}"' for cell in cells) for cells in table)
    return SimpleUploadedFile("marches.csv", text.encode())


def looked_at(keeper, upload) -> MarketImport:
    batch = batches.receive(upload, keeper)
    assert batches.take_through(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.A_CONFIRMER
    return batch


def written(keeper, upload, *, tell_group: bool = False) -> MarketImport:
    batch = looked_at(keeper, upload)
    batches.confirm(batch, tell_group=tell_group, hat=keeper)
    assert batches.take_through(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.TERMINE
    return batch


def reasons(batch: MarketImport) -> str:
    return " | ".join(reason for row in batch.rows.order_by("line") for reason in row.reasons)


def test_nothing_is_written_before_it_is_confirmed_then_all_of_it_is(keeper, world):
    batch = looked_at(keeper, csv_of(*WHOLE))

    assert reasons(batch) == ""
    assert batch.counts() == {Row.NOUVELLE: len(WHOLE)}
    assert not Marche.objects.exists()
    assert not LedgerEntry.objects.exists()

    batches.confirm(batch, tell_group=True, hat=keeper)
    batches.take_through(batch.pk)

    assert batch.counts() == {Row.ENREGISTREE: len(WHOLE)}
    lot = Lot.objects.get()
    assert (lot.marche.ends_on, lot.marche.renewals.count()) == (dt.date(2028, 12, 31), 1)
    assert [(one.mini, one.maxi) for one in lot.periods.order_by("period")] == [
        (20_000, Decimal("45000.50")), (0, 50_000)
    ]  # fmt: skip
    assert [one.balance.disponible for one in lot.periods.order_by("period")] == [Decimal("45000.50"), 50_000]
    assert lot.lot_certifications.get().obligatoire
    roles = dict(lot.members.values_list("organisation__name", "role"))
    assert roles == {"Organisme A": LotRole.MANDATAIRE, "Organisme B": LotRole.SOUS_TRAITANT}
    assert lot.places.get().commune.name == "Nantes"
    assert list(lot.prices.order_by("period").values_list("amount", flat=True)) == [Decimal("9.35"), Decimal("9.80")]
    assert Notification.objects.filter(kind="marche.repris", user=keeper.user).count() == 1

    again = looked_at(keeper, csv_of(*WHOLE))
    assert again.counts() == {Row.INCHANGEE: len(WHOLE)}


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_what_goes_out_comes_back_and_changes_nothing(keeper, world, fmt):
    lot = LotFactory(title="=Bâtiment, second œuvre", gestionnaire=keeper.user)
    LotMemberFactory(lot=lot, sous_traitant=True)
    LotPlaceFactory(lot=lot, organisme=lot.members.get(role=LotRole.MANDATAIRE).organisation)
    finer = LotFactory(marche=lot.marche, filiere=FiliereFactory(code="construction"))
    finer.epcis.set([EpciFactory()])
    if fmt == "csv":
        upload = SimpleUploadedFile("m.csv", "".join(csv_lines(TABLE, records.market())).encode())
    else:
        file = io.BytesIO()
        write_xlsx(TABLE, records.market(), file)
        upload = SimpleUploadedFile("m.xlsx", file.getvalue())

    batch = looked_at(keeper, upload)

    assert reasons(batch) == ""
    assert set(batch.counts()) == {Row.INCHANGEE}
    assert batch.row_count == 1 + 5 + 1 + 4


BAD = [
    (line("marchés", intitule="X"), "A2 (Type)", "n’est pas un type de ligne"),
    (MARCHE | {"intitule": ""}, "D2 (Intitulé)", "elle est nécessaire"),
    (MARCHE | {"debut": "31/02/2027"}, "E2 (Début)", "n’est pas une date"),
    (MARCHE | {"fin": "01/01/2026"}, "F2 (Fin)", "ne vient pas après le début"),
    (MARCHE | {"reconductions": "mille"}, "G2 (Reconductions prévues)", "nombre entier"),
    (MARCHE | {"maxi": "12"}, "P2 (Maxi)", "ne se dit pas sur une ligne « marché »"),
    (LOT | {"lot": "0"}, "C2 (Lot)", "nombre entier de 1 à 999"),
    (LOT | {"filiere": "licornes"}, "I2 (Filière)", "n’est pas une filière"),
    (LOT | {"departements": "44, 99"}, "J2 (Départements)", "n’est pas connu"),
    (LOT | {"departements": ""}, "C2 (Lot)", "au moins un département"),
    (LOT | {"epcis": "Nantes Métropole"}, "J2 (Départements)", "pas les deux"),
    (LOT | {"gestionnaire": "personne@exemple.test"}, "M2 (Gestionnaire)", "d’aucun gestionnaire"),
    (LOT | {"marche": "2099-X"}, "B2 (Marché)", "n’est ni un marché du portail"),
    (PERIOD | {"maxi": "10"}, "P2 (Maxi)", "plus petit que le mini"),
    (PERIOD | {"mini": "beaucoup"}, "O2 (Mini)", "n’est pas un nombre"),
    (PERIOD | {"fin": "31/12/2040"}, "E2 (Début)", "n’en sort pas"),
    (PERIOD | {"debut": "01/06/2027"}, "E2 (Début)", "Une autre période"),
    (line("certification", certification="RNCP1"), "Q2 (Certification)", "n’est pas dans la liste"),
    (line("certification", certification="RNCP39216", obligatoire="peut-être"), "R2 (Obligatoire)", "ni « oui »"),
    (line("membre", siret="12", role="mandataire"), "S2 (SIRET de l’organisme)", "il compte 14 chiffres"),
    (line("membre", siret="0" * 12 + "11", organisme="Autre", role="mandataire"), "S2", "SIRET de Organisme A"),
    (line("membre", organisme="Organisme C", role="chef"), "U2 (Rôle)", "n’est pas un rôle"),
    (line("membre", organisme="Organisme C", role="mandataire"), "U2 (Rôle)", "déjà un mandataire"),
    (line("membre", organisme="Organisme A", role="co-traitant"), "U2 (Rôle)", "Un rôle change en deux lignes"),
    (line("membre", organisme="Organisme C", role="sous-traitant", carence="01/01/2027"), "W2", "accord du mandataire"),
    (line("membre", organisme="Organisme C", role="co-traitant", accord="01/01/2027"), "W2", "que d’un sous-traitant"),
    (line("lieu", organisme="Organisme C", intitule="Z", adresse="1", code_postal="44000", commune="Nantes"),
     "D2 (Intitulé)", "n’est pas membre du groupement"),
    (line("lieu", organisme="Organisme A", intitule="Z", adresse="1", code_postal="44000", commune="Brest"),
     "Z2 (Commune)", "n’est pas une commune du code postal 44000"),
    (line("prix", debut="01/01/2029", prix="10,00"), "AB2 (Prix de l’heure)", "(R124)"),
    (line("prix", debut="01/01/2029", prix="0"), "AB2 (Prix de l’heure)", "nombre possible"),
    (line("reconduction", debut="01/01/2040", fin="31/12/2040", decidee="01/01/2039"), "E2 (Début)", "le lendemain"),
]  # fmt: skip


def test_each_bad_row_is_refused_with_its_cell_and_its_reason_and_the_others_are_not(keeper, world):
    written(keeper, csv_of(*WHOLE))
    before = records_now()

    batch = looked_at(
        keeper, csv_of(*(row for row, _place, _why in BAD), line("certification", certification="RNCP39216"))
    )

    rows = list(batch.rows.order_by("line"))
    for number, (row, (_cells, place, why)) in enumerate(zip(rows, BAD, strict=False), start=2):
        told = " ".join(row.reasons).replace("\u00a0", " ")
        assert row.state == Row.REFUSEE, (number, place, why)
        where, _, label = place.partition(" ")
        assert told.startswith(f"{where[:-1]}{number} {label}"), told
        assert why in told
    assert rows[-1].state == Row.MODIFIEE  # no longer obligatory
    assert "Obligatoire\u00a0: Oui → Non" in rows[-1].changes
    assert records_now() == before

    sheet = CalamineWorkbook.from_filelike(batch.refused_file()).get_sheet_by_index(0).to_python()
    assert sheet[0][:3] == ["Motif", "Ligne", "Type"]
    assert len(sheet) == 1 + len(BAD)


def records_now() -> list[dict[str, object]]:
    return list(records.market())


def test_a_lot_refused_takes_its_own_rows_with_it_and_a_corrected_file_ends_the_work(keeper, world):
    wrong = [row | {"filiere": "licornes"} if row is LOT else row for row in WHOLE]
    batch = written(keeper, csv_of(*wrong))

    assert batch.counts() == {Row.ENREGISTREE: 2, Row.REFUSEE: len(WHOLE) - 2}
    assert "n’est ni un lot de ce marché" in reasons(batch)

    sheet = CalamineWorkbook.from_filelike(batch.refused_file()).get_sheet_by_index(0).to_python()
    corrected = [["Construction" if cell == "licornes" else str(cell) for cell in row] for row in sheet]
    text = "\n".join(";".join(f'"{cell}"' for cell in row) for row in corrected)
    written(keeper, SimpleUploadedFile("corrige.csv", text.encode()))

    assert Lot.objects.get().prices.count() == 2


def test_a_role_changes_and_a_place_leaves_by_the_column_actif(keeper, world):
    written(keeper, csv_of(*WHOLE))

    batch = written(
        keeper,
        csv_of(
            line("membre", organisme="Organisme C", role="mandataire"),
            line("membre", organisme="Organisme A", role="co-traitant"),
            line("membre", organisme="Organisme A", role="mandataire", actif="non"),
            WHOLE[7] | {"accord": "08/01/2027"},
            WHOLE[8] | {"actif": "non"},
            PERIOD | {"maxi": "46000"},
        ),
        tell_group=True,
    )

    assert reasons(batch) == ""
    lot = Lot.objects.get()
    roles = dict(lot.members.filter(is_active=True).values_list("organisation__name", "role"))
    assert roles["Organisme C"] == LotRole.MANDATAIRE
    assert roles["Organisme A"] == LotRole.COTRAITANT
    subcontractor = lot.members.get(organisation=world["B"])
    assert subcontractor.mandataire_agreed_on == dt.date(2027, 1, 8)
    said = Event.objects.get(kind="lot.membre_pieces")
    assert (said.detail["avant"]["accord"], "8\u00a0janvier 2027" in said.label) == ("2027-01-06", True)
    assert not lot.places.filter(is_active=True).exists()
    period = lot.periods.order_by("period")[0]
    assert (period.maxi, period.balance.disponible) == (46_000, 46_000)
    assert looked_at(keeper, csv_of(PERIOD | {"maxi": "46000"})).counts() == {Row.INCHANGEE: 1}


def test_what_somebody_changed_since_the_file_was_read_is_not_written_over(keeper, world):
    written(keeper, csv_of(*WHOLE))
    batch = looked_at(keeper, csv_of(PERIOD | {"maxi": "46000"}, LOT | {"coordinateur": "Alex Exemple"}))
    period = Lot.objects.get().periods.order_by("period")[0]
    terms.change_period(period, dt.date(2027, 12, 31), period.mini, Decimal(60_000), keeper)

    batches.confirm(batch, tell_group=False, hat=keeper)
    batches.take_through(batch.pk)

    assert batch.counts() == {Row.REFUSEE: 1, Row.ENREGISTREE: 1}
    assert "ne dit plus ce qu’il disait" in reasons(batch)
    period.refresh_from_db()
    assert (period.maxi, period.balance.disponible) == (60_000, 60_000)
    assert Lot.objects.get().coordinateur == "Alex Exemple"


def test_a_dead_worker_loses_nothing_and_repeats_nothing(keeper, world):
    batch = looked_at(keeper, csv_of(*WHOLE))
    batches.confirm(batch, tell_group=False, hat=keeper)
    assert not batches.take_through(batch.pk, seconds=0)  # no time at all
    assert batches._treat_some(batches.Lists(), batch.pk)  # one row, then the worker dies

    assert batch.counts()[Row.ENREGISTREE] == 1
    assert batches.take_through(batch.pk)
    assert batches.take_through(batch.pk)
    assert batch.counts() == {Row.ENREGISTREE: len(WHOLE)}


def test_the_screens_from_the_model_to_the_end(client, keeper, world):
    client.force_login(keeper.user)
    home = reverse("marche_reprise")
    assert "Aucun tableau envoyé" in client.get(home).content.decode()
    wrong = client.post(home, {"file": SimpleUploadedFile("x.csv", b"Nom;Poste\r\na;b\r\n")})
    assert (wrong.status_code, "pas de colonne" in wrong.content.decode()) == (422, True)

    sent = client.post(home, {"file": csv_of(*WHOLE, line("membre", role="chef"))})
    address = sent.url
    assert "Lecture du tableau" in client.get(address).content.decode()
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    batch = MarketImport.objects.get()
    batches.take_through(batch.pk)
    page = client.get(address, {"etat": "nouvelle"}).content.decode()
    assert "Rien n’est encore enregistré" in page
    assert "lot 1" in page
    assert "télécharger les lignes" in page.lower()
    assert client.get(reverse("marche_reprise_refusees", args=[batch.pk])).status_code == 200

    client.post(reverse("marche_reprise_enregistrer", args=[batch.pk]), {"tell_group": "on"})
    batches.take_through(batch.pk)
    assert "Reprise terminée" in client.get(address).content.decode()
    assert Notification.objects.filter(kind="lot.membre").count() == 2

    again = client.post(reverse("marche_reprise_abandonner", args=[batch.pk]), follow=True).content.decode()
    assert "déjà confirmé ou abandonné" in again
    exported = b"".join(client.get(reverse("marche_export"), {"format": "csv"}).streaming_content).decode()
    assert "Organisme A" in exported
    assert client.get(reverse("marche_export"), {"format": "pdf"}).status_code == 404


def test_a_file_is_given_up_and_nothing_is_kept_of_it(client, keeper, world):
    batch = looked_at(keeper, csv_of(*WHOLE))
    client.force_login(keeper.user)
    client.post(reverse("marche_reprise_abandonner", args=[batch.pk]))
    page = client.post(reverse("marche_reprise_enregistrer", args=[batch.pk]), follow=True).content.decode()
    assert "déjà confirmé ou abandonné" in page
    assert not Marche.objects.exists()


def test_the_model_is_a_file_of_the_right_shape(keeper, world):
    book = template()
    upload = SimpleUploadedFile("modele.xlsx", book.read())
    batch = looked_at(keeper, upload)
    assert "RNCP35316" in reasons(batch)  # the example names what this base does not know
    assert batch.rows.filter(kind="marche", state=Row.NOUVELLE).exists()


def test_looking_at_a_row_costs_the_same_however_many_lots_there_are(keeper, world, django_assert_max_num_queries):
    written(keeper, csv_of(*WHOLE))
    lots = [row | {"lot": str(n)} for n in range(2, 4) for row in WHOLE[2:] if row.get("lot")]
    batch = batches.receive(csv_of(*lots), keeper)
    with django_assert_max_num_queries(440):
        batches.take_through(batch.pk)
    assert batch.counts() == {Row.NOUVELLE: len(lots)}
