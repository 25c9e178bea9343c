"""From what is authorised to an order, then to an avenant that transfers hours: gestionnaire, mandataire, décideur."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from orders import proof
from orders.models import BonDeCommande
from orders.queries import mandataire_of
from tests.browser.conftest import Watch
from tests.factories.accounts import hat
from tests.factories.commandes import engaged
from tests.factories.orders import LotFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_its_avenant_and_its_transfer(
    page_as: Callable[..., Page], worker: Callable[[], int], watch: Watch
) -> None:
    watch.expected.append("422")  # too many places: the page comes back with its refusal
    keeper, lot = hat("region", "gestionnaire"), LotFactory(period=("0", "2000"))
    with transaction.atomic():
        _, usinage = engaged(lot, keeper, title="Soudage"), engaged(lot, keeper, title="Usinage")

    region = page_as(keeper)
    region.goto(f"/lots/{lot.pk}/")
    expect(region.get_by_text("1 000,00 heures autorisées ou commandées").last).to_be_visible()
    region.get_by_role("button", name="Préparer un bon de commande").click()
    region.get_by_label("Objet").fill("Sessions de janvier")
    region.get_by_role("button", name="Garder et relire").click()
    region.get_by_role("link", name="Émettre…").click()
    expect(region.get_by_role("row", name="Total")).to_contain_text("9 350,00 €")
    region.get_by_role("button", name="Émettre le bon de commande").click()
    expect(region.get_by_role("heading", level=1)).to_contain_text("Bon de commande 2023-1E1F-BC-0001")
    order = BonDeCommande.objects.get()
    worker()

    mandataire = page_as(hat("organisme", organisation=mandataire_of(lot)))
    mandataire.goto("/")
    mandataire.get_by_role("link", name="Lire et accuser réception").click()
    mandataire.get_by_role("button", name="Accuser réception").click()
    expect(mandataire.get_by_text("La réception est accusée.")).to_be_visible()

    region.reload()
    region.get_by_role("button", name="Préparer un avenant").click()
    region.get_by_label("Transférer des heures").check()
    region.get_by_role("combobox", name="Composante", exact=True).fill("soud")
    region.get_by_role("option", name="Soudage").click()
    region.get_by_role("combobox", name="Vers la composante").fill(usinage.number)
    region.get_by_role("option", name="Usinage").click()
    region.get_by_label("Combien").fill("6")
    region.get_by_label("places (chacune vaut").check()
    region.get_by_role("button", name="Ajouter cette opération").click()
    expect(region.get_by_text("n’a que 500,00 heures").last).to_be_visible()  # nothing that was typed is lost
    region.get_by_label("Combien").fill("2")
    region.get_by_role("button", name="Ajouter cette opération").click()
    expect(region.get_by_role("row", name="Soudage")).to_contain_text("300,00 heures")
    expect(region.get_by_role("row", name="Usinage")).to_contain_text("700,00 heures")
    region.get_by_role("link", name="Émettre l’avenant…").click()
    region.get_by_label("Motif de l’avenant").fill("Deux stagiaires changent de groupe")
    region.get_by_role("button", name="Émettre l’avenant").click()
    expect(region.get_by_text("L’avenant est émis.")).to_be_visible()

    mandataire.reload()
    mandataire.get_by_role("button", name="Accuser réception de l’avenant 1").click()
    expect(mandataire.get_by_text("La réception de l’avenant est accusée.")).to_be_visible()

    decideur = page_as(hat("region", "decideur"))
    decideur.goto(f"/commandes/{order.pk}/")
    expect(decideur.get_by_text("Deux stagiaires changent de groupe").first).to_be_visible()
    expect(decideur.get_by_role("button", name="Préparer un avenant")).to_have_count(0)
    assert not list(proof.disagreements())
