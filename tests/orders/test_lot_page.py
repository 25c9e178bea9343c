"""The page of a lot costs the same, however much was bought on it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.reference.models import Commune
from orders.models import Lot
from orders.queries import covers
from orders.queries.territory import area_of, over, touched
from orders.workflow.market import Where, save_lot
from tests.factories.accounts import hat as hat_of
from tests.factories.commandes import engaged, ordered
from tests.factories.orders import LotFactory, LotMemberFactory, LotPlaceFactory
from tests.factories.reference import CommuneFactory, DepartementFactory, EpciFactory, TerritoireFactory

pytestmark = pytest.mark.django_db
QUERIES = 11


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_stays_under_twelve_queries_with_any_number_of_orders(client, count, django_assert_num_queries):
    keeper = hat_of("region", "gestionnaire")
    lot = LotFactory(gestionnaire=keeper.user)
    for _ in range(min(count, 3)):
        LotPlaceFactory(lot=lot)
        LotMemberFactory(lot=lot)
    ordered(lot, keeper, *({"places": 1} for _ in range(count)))
    for _ in range(count):
        engaged(lot, keeper, places=1)
    client.force_login(keeper.user)
    address = reverse("lot_detail", args=[lot.pk])
    client.get(address)
    with django_assert_num_queries(QUERIES):
        page = client.get(address)
    assert len(page.context["to_order"]) == min(count, 25)
    assert page.context["more_to_order"] is (count > 25)


def test_a_lot_of_a_finer_territory_covers_its_communes_and_no_other(client):
    keeper = hat_of("region", "gestionnaire")
    nantes = CommuneFactory(code="44109", name="Nantes", epci=EpciFactory(), territoire=TerritoireFactory())
    bouguenais = CommuneFactory(code="44020", name="Bouguenais", epci=None, territoire=None)
    lot = LotFactory(departements=["44"])
    save_lot(lot, keeper, where=Where(epcis=[nantes.epci]))

    assert area_of(lot).is_finer
    assert [area_of(lot).holds(one) for one in (nantes, bouguenais)] == [True, False]
    assert list(Lot.objects.filter(over(nantes))) == [lot]
    assert not Lot.objects.filter(over(bouguenais)).exists()
    assert covers(lot.filiere_id, "44", nantes)
    assert not covers(lot.filiere_id, "44", bouguenais)
    assert covers(lot.filiere_id, "44")  # a lot touches the département
    assert [one.pk for one in lot.departements.all()] == ["44"]
    assert touched([], [nantes.territoire]) == [DepartementFactory(code="44")]
    client.force_login(keeper.user)
    assert "Nantes Métropole" in client.get(reverse("lot_detail", args=[lot.pk])).content.decode()
    assert "Nantes Métropole" in client.get(reverse("lot_liste")).content.decode()


def test_the_form_takes_a_territory_by_its_name_or_departements_and_not_both(client):
    keeper = hat_of("region", "gestionnaire")
    commune = CommuneFactory(code="44109", name="Nantes", epci=EpciFactory(), territoire=TerritoireFactory())
    lot = LotFactory(gestionnaire=keeper.user)
    client.force_login(keeper.user)
    address = reverse("lot_modifier", args=[lot.pk])
    data = {
        "marche": lot.marche_id, "number": lot.number, "title": lot.title, "filiere": lot.filiere_id,
        "mini_hours": "1", "maxi_hours": "2", "gestionnaire": keeper.user_id, "coordinateur": "X", "is_active": "on",
    }  # fmt: skip
    both = client.post(address, data | {"departements": ["44"], "epcis": "nantes metropole"})
    unknown = client.post(address, data | {"territoires": "Atlantide"})
    neither = client.post(address, data)
    assert "pas les deux" in both.content.decode()
    assert "Atlantide" in unknown.content.decode()
    assert "au moins un département" in neither.content.decode()

    assert client.post(address, data | {"territoires": "NANTES"}).status_code == 302
    assert [one.pk for one in lot.territoires.all()] == [commune.territoire_id]
    form = client.get(address).context["form"]
    assert form.initial["territoires"] == "Nantes"
    assert form.initial["departements"] == []
    assert Commune.objects.filter(territoire__lots=lot).exists()
