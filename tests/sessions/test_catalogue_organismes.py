"""« Prestataires 1 emploi = 1 formation » (R108): the active members of the active lots, and nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import OrganisationFactory
from tests.factories.orders import LotFactory, LotMemberFactory
from tests.factories.reference import FiliereFactory
from tests.factories.sessions import located_organisme, published_session

pytestmark = pytest.mark.django_db


def names(client: Client, **params: Any) -> list[str]:
    return [row.name for row in client.get(reverse("organismes"), params).context["page"].rows]


def test_the_active_members_of_active_lots_are_listed(client: Client) -> None:
    lot = LotFactory(mandataire=located_organisme(name="Afob"))
    LotMemberFactory(lot=lot, organisation=OrganisationFactory(organisme=True, name="Bâtir"))
    LotMemberFactory(lot=lot, organisation=OrganisationFactory(organisme=True, name="Parti"), is_active=False)
    LotFactory(mandataire=OrganisationFactory(organisme=True, name="Lot clos"), is_active=False)
    OrganisationFactory(organisme=True, name="Sans lot")

    assert names(client) == ["Afob", "Bâtir"]
    assert names(client, q="batir") == ["Bâtir"]


def test_by_sector_and_departement(client: Client) -> None:
    LotFactory(mandataire=located_organisme(name="Ouest"), departements=["44"])
    green = FiliereFactory(code="vert", name="Espaces verts")
    LotFactory(mandataire=located_organisme(name="Est"), departements=["49", "72"], filiere=green)

    assert names(client, departement="49") == ["Est"]
    assert names(client, filiere="vert") == ["Est"]
    assert names(client, filiere="vert", departement="44") == []
    assert names(client, filiere="inconnue") == ["Est", "Ouest"]


def test_the_page_of_an_organisme_has_its_lots_and_its_open_sessions(client: Client) -> None:
    session = published_session(title="Soudeur")
    page = client.get(reverse("organisme_detail", args=[session.organisme_id])).content.decode()

    assert "Soudeur" in page
    assert "Inter-industrie" in page
    assert "Positionner" not in page  # K11: nobody is positioned on an offer that is no session


def test_an_organisation_without_a_lot_has_no_page(client: Client) -> None:
    other = OrganisationFactory(organisme=True)
    employer = OrganisationFactory(employeur=True)

    assert client.get(reverse("organisme_detail", args=[other.pk])).status_code == 404
    assert client.get(reverse("organisme_detail", args=[employer.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_whatever_it_shows(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        LotFactory(mandataire=located_organisme())
    client.get(reverse("organismes"))

    with django_assert_num_queries(4):  # count, organisations, their lots, the départements of these
        assert len(names(client)) == count
