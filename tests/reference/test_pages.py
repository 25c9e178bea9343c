"""The proposals, open to all; the official lists, for the administrators of the Région alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.accounts.models import Membership
from core.journal.events import history_of
from core.reference.models import Edition, Metier, StagedEdition
from tests.factories.accounts import hat
from tests.factories.reference import AppellationFactory, CertificationFactory, CommuneFactory, EditionFactory

pytestmark = pytest.mark.django_db
GOOD = "code,libelle\nH2913,Soudeur / Soudeuse\nZ1,Rien\n"


@pytest.fixture
def administrator() -> Membership:
    return hat("region", role="administrateur")


@pytest.fixture
def desk(client: Client, administrator: Membership) -> Client:
    client.force_login(administrator.user)
    return client


def send(desk: Client, administrator: Membership, text: str = GOOD, **changes: object) -> object:
    return desk.post(
        "/reference/listes/metiers/",
        {
            "casquette": administrator.pk,
            "file": SimpleUploadedFile("rome.csv", text.encode()),
            "label": "ROME 4.61",
            "published_on": "2026-06-01",
            "is_full": "oui",
            **changes,
        },
    )


class TestProposals:
    def test_communes(self, client: Client) -> None:
        CommuneFactory(cholet=True)
        response = client.get("/reference/communes/", {"q": "chol"})

        assert response.json() == [{"value": "49099", "label": "Cholet (49300)", "hint": "Maine-et-Loire"}]
        assert response["Cache-Control"] == "public, max-age=3600"

    def test_metiers(self, client: Client) -> None:
        AppellationFactory(title="Soudeur / Soudeuse TIG")

        assert client.get("/reference/metiers/", {"q": "tig"}).json() == [
            {"value": "H2913", "label": "Soudeur / Soudeuse TIG", "hint": "H2913 · Soudeur / Soudeuse"}
        ]

    def test_certifications(self, client: Client) -> None:
        CertificationFactory(code="RNCP40037", title="Soudeur assembleur", level=None, valid_until=None)

        assert client.get("/reference/certifications/", {"q": "soudeur"}).json() == [
            {"value": "RNCP40037", "label": "Soudeur assembleur", "hint": "RNCP40037"}
        ]

    @pytest.mark.parametrize("name", ["communes", "metiers", "certifications"])
    @pytest.mark.parametrize("query", ["", "?q=", "?q=a", "?q=%00%00", "?q=" + "é" * 3000])
    def test_nothing_asked(self, client: Client, name: str, query: str) -> None:
        response = client.get(f"/reference/{name}/{query}")

        assert (response.status_code, response.json()) == (200, [])

    def test_only_read(self, client: Client) -> None:
        assert client.post("/reference/communes/", {"q": "nantes"}).status_code == 405


@pytest.mark.parametrize("wearer", ["employeur", "organisme", "valideur", "region:decideur", "region:gestionnaire"])
def test_the_lists_are_closed_to_others(client: Client, wearer: str) -> None:
    kind, _, role = wearer.partition(":")
    client.force_login(hat(kind, role=role).user)
    edition = EditionFactory()
    addresses = ["/reference/listes/", "/reference/listes/metiers/", f"/reference/listes/editions/{edition.pk}/"]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_the_lists_ask_to_sign_in(client: Client) -> None:
    assert client.get("/reference/listes/").status_code == 302


def test_the_index_names_each_list_and_says_that_zones_stand_in(desk: Client) -> None:
    EditionFactory(source="metiers", label="ROME 4.60")
    page = desk.get("/reference/listes/").content.decode()

    assert "ROME 4.60" in page
    assert "Certifications (RNCP et répertoire spécifique)" in page
    assert "zones d’emploi, en attendant la liste de la Région" in page


def test_an_unknown_list_is_absent(desk: Client) -> None:
    assert desk.get("/reference/listes/autre/").status_code == 404


def test_a_file_is_read_before_it_is_loaded(desk: Client, administrator: Membership) -> None:
    response = send(desk, administrator)

    staged = StagedEdition.objects.get()
    assert response["Location"] == f"/reference/depots/{staged.pk}/"
    assert not Metier.objects.exists()
    page = desk.get(response["Location"]).content.decode()
    assert "Rien n’est encore chargé" in page
    assert "« Z1 » n’est pas un code ROME" in page

    loaded = desk.post(f"/reference/depots/{staged.pk}/charger/", {"casquette": administrator.pk})

    edition = Edition.objects.get()
    assert loaded["Location"] == f"/reference/listes/editions/{edition.pk}/"
    assert (edition.label, edition.rows_loaded, edition.rows_refused) == ("ROME 4.61", 1, 1)
    assert Metier.objects.get().pk == "H2913"
    assert not StagedEdition.objects.exists()
    [line] = history_of(edition, with_internal=True)
    assert (line.hat, line.label) == (administrator, "Liste chargée : Métiers (ROME) · ROME 4.61")
    assert "« Z1 » n’est pas un code ROME" in desk.get(loaded["Location"]).content.decode()


def test_a_file_may_be_given_up(desk: Client, administrator: Membership) -> None:
    send(desk, administrator)
    staged = StagedEdition.objects.get()

    desk.post(f"/reference/depots/{staged.pk}/abandonner/", {"casquette": administrator.pk})

    assert not StagedEdition.objects.exists()
    assert not Metier.objects.exists()
    assert desk.post(f"/reference/depots/{staged.pk}/charger/").status_code == 404


def test_the_same_form_sent_twice_makes_one_file(desk: Client, administrator: Membership) -> None:
    key = "6a0e3b52-9a41-4f0e-9f0e-0c3f3a2f1a11"

    first, second = (send(desk, administrator, cle=key) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert StagedEdition.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"file": SimpleUploadedFile("rome.pdf", b"%PDF")}, "Ce fichier n’est pas d’un type accepté"),
        ({"text": "nom\nSoudeur\n"}, "Colonne absente : code, libelle"),
        ({"label": ""}, "id_label"),
        ({"published_on": "31/02/2026"}, "Écrivez une date du calendrier"),
        ({"is_full": ""}, "Répondez par oui ou par non"),
    ],
    ids=["ending", "columns", "label", "date", "full"],
)
def test_a_wrong_form_says_why(desk: Client, administrator: Membership, changes: dict[str, object], told: str) -> None:
    response = send(desk, administrator, **changes)

    assert response.status_code == 422
    assert told in response.content.decode()
    assert not StagedEdition.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_lists(desk: Client, django_assert_num_queries: object, count: int) -> None:
    for n in range(count):
        EditionFactory(source="metiers", label=f"ROME {n}")
    with django_assert_num_queries(6):  # type: ignore[operator]
        desk.get("/reference/listes/")
    with django_assert_num_queries(5):  # type: ignore[operator]
        desk.get("/reference/listes/metiers/")
